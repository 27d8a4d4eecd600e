import Testing

@testable import Terminal

@Suite("Table")
struct TableTests {
    private var table: Table {
        var table = Table([
            Table.Column("step", least: 8), Table.Column("title", least: 10), Table.Column("time", right: true),
            Table.Column("never", right: true),
        ])
        table.add([.init("consul-1"), .init("The first Consul server of three"), .init("1.2 s")])
        table.add([.init("a"), .init("日本語の題名"), .init("12 min 3 s")])
        return table
    }

    @Test("columns line up, right-aligned ones at their end; empty columns are left out")
    func columns() {
        #expect(
            table.lines(width: 80, style: .plain) == [
                "step      title                                   time",
                "consul-1  The first Consul server of three       1.2 s",
                "a         日本語の題名                      12 min 3 s",
            ])
    }

    @Test("the widest column that may give way is cut first, and no line is wider than asked for", arguments: 1...60)
    func narrow(width: Int) {
        for line in table.lines(width: width, style: .plain) { #expect(TextWidth.of(line) <= width) }
    }

    @Test("at 40 columns the title is cut and the rest stands")
    func forty() {
        #expect(
            table.lines(width: 40, style: .plain, hasHeading: false) == [
                "consul-1  The first Consul …       1.2 s",
                "a         日本語の題名        12 min 3 s",
            ])
    }

    @Test("at 20 columns the last columns go")
    func twenty() {
        #expect(
            table.lines(width: 20, style: .plain, hasHeading: false) == ["consul-1  The first…", "a         日本語の…"])
    }
}
