import Terminal
import Testing

@Suite("Unified differences")
struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String, limit: Int = 400) -> [String] {
        LineDiff(from: old, to: new).unified(old: "a", new: "b", limit: limit)
    }

    @Test("equal texts have none")
    func equal() {
        #expect(diff("one\ntwo\n", "one\ntwo\n") == [])
    }

    @Test("hunks tell where they begin and how long they are")
    func hunks() {
        let old = (1...20).map { "\($0)" }
        var new = old
        new[1] = "two"
        new.remove(at: 14)
        new.append("21")
        #expect(
            diff(old.joined(separator: "\n"), new.joined(separator: "\n")) == [
                "--- a", "+++ b", "@@ -1,5 +1,5 @@", " 1", "-2", "+two", " 3", " 4", " 5", "@@ -12,9 +12,9 @@", " 12",
                " 13",
                " 14", "-15", " 16", " 17", " 18", " 19", " 20", "+21",
            ])
    }

    @Test("a new text is added from nothing")
    func created() {
        #expect(diff("", "x\ny\n") == ["--- a", "+++ b", "@@ -0,0 +1,2 @@", "+x", "+y"])
    }

    @Test("a long one ends where the limit is, and says so")
    func limit() {
        let text = (1...50).map { "\($0)" }.joined(separator: "\n")
        let lines = diff("", text, limit: 10)
        #expect(lines.count == 14)
        #expect(lines.last == "… 40 more lines of difference")
    }
}
