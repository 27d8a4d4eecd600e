import Execution
import Model
import Testing

@Suite("What a body writes to RUNBOOK_OUTPUT")
struct OutputTextTests {
    private func parse(_ text: String) throws -> [String: String] {
        let reading = OutputText.read(Array(text.utf8))
        if let failure = reading.failure { throw failure }
        return reading.values.mapValues { String(decoding: $0, as: UTF8.self) }
    }

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
        let failure = OutputText.read(Array("a=1\nb<<EOF\nc=1\n".utf8)).failure
        #expect(failure?.line == 2 && failure?.message.contains("has no end") == true)
    }

    @Test("a line ends at a line feed alone; what stands before it is the value, byte for byte")
    func bytes() {
        let text = Array("a=1\r\nb=2\u{2028}3\u{85}\r\nc<<END\r\nx\r\nEND\r\nd=".utf8) + [0xE9, 0x00, 0x0A]
        let values = OutputText.read(text).values
        #expect(values["a"] == Array("1\r".utf8))
        #expect(values["b"] == Array("2\u{2028}3\u{85}\r".utf8))
        #expect(values["c"] == Array("x\r".utf8))
        #expect(values["d"] == [0xE9, 0x00])
    }

    @Test("what is well written is read whatever else is wrong, and no message quotes it")
    func partial() {
        for wrong in ["s3cret line\n", "s3cret<<\n", "x<<s3cret\nline\n", " s3cret=1\n"] {
            let reading = OutputText.read(Array("a=1\n\(wrong)".utf8))
            #expect(reading.values["a"] == [0x31])
            #expect(reading.failure?.line == 2 && reading.failure?.message.contains("s3cret") == false, "\(wrong)")
        }
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

    @Test(
        "where there is little room, two units without blanks",
        arguments: [
            (0, "0s"), (-3, "0s"), (0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (200, "3m20s"), (3600, "1h00m"),
            (7500, "2h05m"), (273_600, "3d4h"), (.infinity, "?"), (.nan, "?"), (1e300, "11574074d1h"),
        ])
    func compact(_ seconds: Double, _ text: String) {
        #expect(SpanText.compact(seconds) == text)
    }

    @Test(
        "on a running clock, whole seconds, of which begun ones do not count",
        arguments: [(0, "0 s"), (0.99, "0 s"), (9.7, "9 s"), (61.5, "1 min 1 s"), (-1, "0 s"), (.infinity, "ever")])
    func whole(_ seconds: Double, _ text: String) {
        #expect(SpanText.whole(seconds) == text)
    }
}
