import Execution
import Steps
import Testing

@Suite("What a body writes to RUNBOOK_OUTPUT")
struct OutputTextTests {
    private func parse(_ text: String) throws -> [String: String] { try OutputText.parse(Array(text.utf8)) }

    @Test("is name=value lines; values may hold anything but a line end")
    func lines() throws {
        #expect(try parse("a=1\n\nb-c=x=y z\nempty=\n") == ["a": "1", "b-c": "x=y z", "empty": ""])
        #expect(try parse("last=line without end") == ["last": "line without end"])
    }

    @Test("and blocks for values of several lines")
    func blocks() throws {
        #expect(try parse("cert<<EOF\nline 1\nEOFnot\nEOF\nx=1\n") == ["cert": "line 1\nEOFnot", "x": "1"])
    }

    @Test("of which the last of a name counts")
    func repeated() throws {
        #expect(try parse("a=1\na=2\n") == ["a": "2"])
    }

    @Test("and anything else is an error with its line", arguments: ["nonsense\n", "1a=2\n", "a<<\n", " a=1\n"])
    func nonsense(_ text: String) {
        #expect(throws: OutputText.Failure.self) { try parse(text) }
    }

    @Test("an unclosed block is told at its first line")
    func unclosed() {
        #expect(throws: OutputText.Failure(line: 2, message: "the block of `b` has no line `EOF`")) {
            try parse("a=1\nb<<EOF\nc=1\n")
        }
    }

    @Test("and bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(throws: OutputText.Failure.self) { try OutputText.parse([0x61, 0x3D, 0xFF]) }
    }
}

@Suite("The pause before another attempt")
struct BackoffTests {
    private func retries(jitter: Bool) -> Retries {
        var retries = Retries()
        retries.jitter = jitter
        return retries
    }

    @Test("doubles from 1 s up to 30 s")
    func doubles() {
        let pauses = (1...7).map { Backoff.pause(retries(jitter: false), failures: $0, random: 0) }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30])
    }

    @Test("with jitter lies between half of it and all of it")
    func jitter() {
        #expect(Backoff.pause(retries(jitter: true), failures: 3, random: 0) == 2)
        #expect(Backoff.pause(retries(jitter: true), failures: 3, random: 0.5) == 3)
    }
}

@Suite("Spans of time in words")
struct SpanTextTests {
    @Test(
        "are short and have a unit",
        arguments: [
            (0.0, "0 ms"), (0.042, "42 ms"), (0.8, "0.8 s"), (1, "1 s"), (1.25, "1.3 s"), (12.4, "12 s"), (60, "1 min"),
            (200, "3 min 20 s"), (7500, "2 h 5 min"), (100_000, "1 d 3 h"), (-5, "0 ms"),
        ])
    func short(_ seconds: Double, _ text: String) {
        #expect(SpanText.short(seconds) == text)
    }

    @Test("and ago", arguments: [(0.5, "just now"), (59, "59 s ago"), (7300, "2 h ago"), (200_000, "2 d ago")])
    func ago(_ seconds: Double, _ text: String) {
        #expect(SpanText.ago(seconds) == text)
    }
}
