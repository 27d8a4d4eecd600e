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

    @Test("spare columns go before any other, and no more of them than has to")
    func spare() {
        var table = Table([
            Table.Column("wave", isSpare: true), Table.Column("step"), Table.Column("slack", isSpare: true),
            Table.Column("reason", least: 10),
        ])
        table.add([.init("1"), .init("consul"), .init("2 s"), .init("edited: the script of it")])
        func shown(_ width: Int) -> String { table.lines(width: width, style: .plain)[1] }
        #expect(shown(60) == "1     consul  2 s    edited: the script of it")
        #expect(shown(32) == "1     consul  2 s    edited: th…")
        #expect(shown(26) == "1     consul  edited: the…")
        #expect(shown(20) == "consul  edited: the…")
    }

    @Test("at 20 columns the last columns go")
    func twenty() {
        #expect(
            table.lines(width: 20, style: .plain, hasHeading: false) == ["consul-1  The first…", "a         日本語の…"])
    }
}
