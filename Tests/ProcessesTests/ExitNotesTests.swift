import Execution
import Testing

@testable import Processes

@Suite struct ExitNotesTests {
    private func parse(_ text: String) -> [String] {
        ExitNotes.parse(Array(text.utf8)).map { "\($0.step) \($0.attempt) \($0.status)" }
    }

    @Test("notes are read in order, blank lines between them or not")
    func order() {
        #expect(parse("\na 1 0\n\nb.c 2 127\na 1 3\n") == ["a 1 0", "b.c 2 127", "a 1 3"])
    }

    @Test("a last line without its end may be torn and does not count")
    func torn() {
        #expect(parse("a 1 0\nb 1 12") == ["a 1 0"])
        #expect(parse("a 1 12") == [])
        #expect(parse("") == [])
    }

    @Test("a note after a torn one is read")
    func afterTorn() {
        #expect(parse("\na 1 0\n\nb 1\nc 1 4\n") == ["a 1 0", "c 1 4"])
    }

    @Test("what the executor ended itself has no status, unless it is noted again")
    func interrupted() {
        #expect(parse("a 1 143\na 2 0\nb 1 0\na 1 interrupted\n") == ["a 2 0", "b 1 0"])
        #expect(parse("a 1 143\na 1 interrupted\na 1 0\n") == ["a 1 0"])
    }

    @Test(
        "what does not have the form is passed over",
        arguments: [
            "a 1\n", "a 1 0 0\n", " 1 0\n", "a x 0\n", "a 1 x\n", "a 0 0\n", "a 1 256\n", "a 1 -1\n", "a  1 0\n",
            "\u{0} \u{1}\n",
        ])
    func malformed(text: String) {
        #expect(parse(text) == [])
    }
}
