import Execution
import Glibc
import Model
import Patterns
import Testing

@testable import Gates

/// `file` and `log` gates, and the kinds that are asked elsewhere.
@Suite("file and log gates")
struct LocalTests {
    private let asker = Asker()
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func file(_ path: String, contains: String? = nil) throws -> Answer {
        try asker.ask(.file(path, contains: contains), directory: folder.path)
    }

    private func log(_ expression: String, serial: Int = 0, name: String = "log") throws -> Answer {
        let key = ProbeKey(step: 1, gate: 2, serial: serial)
        return try asker.ask(.log(expression), key: key, log: "\(folder.path)/\(name)")
    }

    @Test("a file is present or absent, relative to the step's folder or absolute")
    func presence() throws {
        #expect(try file("pid") == Answer(holds: false, text: "absent"))
        try folder.append("12", to: "pid")
        #expect(try file("pid") == Answer(holds: true, text: "present"))
        #expect(try file("\(folder.path)/pid") == Answer(holds: true, text: "present"))
        #expect(try file(".") == Answer(holds: true, text: "present"))
    }

    @Test("a file's content matches, lines one by one")
    func content() throws {
        #expect(try file("conf", contains: "port") == Answer(holds: false, text: "absent"))
        try folder.append("# conf\nport = 80\n", to: "conf")
        #expect(try file("conf", contains: #"^port\s*=\s*\d+$"#) == Answer(holds: true, text: "match"))
        #expect(try file("conf", contains: "port = 81") == Answer(holds: false, text: "present, no match"))
        #expect(try file("conf", contains: "[") == Answer(holds: false, text: "bad regular expression"))
        #expect(try file(".", contains: "x") == Answer(holds: false, text: "present, not a file"))
    }

    @Test("opening a pipe nobody writes to does not wait")
    func pipe() throws {
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        #expect(try file("pipe") == Answer(holds: true, text: "present"))
        #expect(try file("pipe", contains: "x") == Answer(holds: false, text: "present, not a file"))
    }

    @Test("of a huge file the first 16 MiB are read")
    func huge() throws {
        try folder.append(String(repeating: "0123456789abcde\n", count: 1 << 20) + "the end", to: "huge")
        let answer = try file("huge", contains: "the end")
        #expect(answer == Answer(holds: false, text: "present, no match in the first 16 MiB"))
        #expect(try file("huge", contains: "abcde\n") == Answer(holds: true, text: "match"))
    }

    @Test("bytes that are not UTF-8 are no obstacle")
    func notUTF8() throws {
        let descriptor = open("\(folder.path)/bytes", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let bytes: [UInt8] = [0xff, 0xfe, 0, 0x72, 0x65, 0x61, 0x64, 0x79, 0x31, 0xc3]
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        #expect(try file("bytes", contains: #"ready\d"#).holds)
        #expect(try file("bytes", contains: "ready1").holds)
    }

    @Test("a line of the log matches; no log is no match")
    func lines() throws {
        #expect(try log("ready") == Answer(holds: false, text: "no log"))
        try folder.append("starting\r\nlistening on 80\r\n", to: "log")
        #expect(try log("ready", serial: 1) == Answer(holds: false, text: "no match"))
        #expect(try log("^listening on \\d+$", serial: 2) == Answer(holds: true, text: "match"))
        #expect(try log("starting.*listening", serial: 3) == Answer(holds: false, text: "no match"))
        #expect(try log("(", serial: 4) == Answer(holds: false, text: "bad regular expression"))
        #expect(try asker.ask(.log("x"), log: nil) == Answer(holds: false, text: "no log"))
    }

    @Test("a line is matched as it grows, and once it did the gate goes on holding")
    func growing() throws {
        try folder.append("database system is", to: "log")
        #expect(try log("is ready$") == Answer(holds: false, text: "no match"))
        try folder.append(" ready", to: "log")
        #expect(try log("is ready$", serial: 1) == Answer(holds: true, text: "match"))
        try folder.append(" to accept\nmore\n", to: "log")
        #expect(try log("is ready$", serial: 2) == Answer(holds: true, text: "match"))
    }

    @Test("a log that was emptied or replaced is read from its beginning")
    func replaced() throws {
        try folder.append("starting, and taking quite some time for it\n", to: "log")
        #expect(try !log("re[a]dy").holds)
        #expect(truncate("\(folder.path)/log", 0) == 0)
        try folder.append("ready\n", to: "log")
        #expect(try log("re[a]dy", serial: 1).holds)
        #expect(try !log("more", serial: 2).holds)
        #expect(rename("\(folder.path)/log", "\(folder.path)/log.1") == 0)
        #expect(try log("more", serial: 3) == Answer(holds: false, text: "no log"))
        try folder.append("once more\n", to: "log")
        #expect(try log("more", serial: 4).holds)
    }

    @Test("what a log has shown stays shown when it is emptied, replaced or removed; another log starts anew")
    func rotated() throws {
        try folder.append("ready and waiting\n", to: "log")
        #expect(try log("re[a]dy").holds)
        #expect(truncate("\(folder.path)/log", 0) == 0)
        #expect(try log("re[a]dy", serial: 1).holds)
        #expect(rename("\(folder.path)/log", "\(folder.path)/log.1") == 0)
        #expect(try log("re[a]dy", serial: 2).holds)
        try folder.append("of the next one\n", to: "log")
        #expect(try log("re[a]dy", serial: 3).holds)
        try folder.append("starting\n", to: "other")
        #expect(try !log("re[a]dy", serial: 4, name: "other").holds)
    }

    @Test(
        "colours and other terminal codes are no part of a line",
        arguments: [
            "\u{1B}[32mready\u{1B}[0m", "\u{1B}[1;38;5;42mre\u{1B}[Kady", "\u{1B}]8;;http://x\u{7}ready\u{1B}]8;;\u{7}",
            "\u{1B}]0;title\u{1B}\\ready", "ready\u{1B}[", "ready\u{1B}[0",
        ])
    func colours(_ line: String) throws {
        try folder.append("starting\n\(line)\nmore\n", to: "log")
        #expect(try log("^ready$").holds)
        #expect(try log("ready", serial: 1).holds)
        #expect(try file("log", contains: "^ready$").holds)
        #expect(try !log("\u{1B}", serial: 2).holds)
    }

    @Test("a line that was cut is told when nothing matches")
    func cutLine() throws {
        try folder.append(String(repeating: "x", count: LogProbe.longestLine + 1) + "\nshort\n", to: "log")
        #expect(try log("never") == Answer(holds: false, text: "no match, lines cut at 64 KiB"))
    }

    @Test("what a command printed is searched here, by the rules of all patterns")
    func printed() throws {
        func match(_ pattern: String, _ text: String, isCut: Bool = false, serial: Int) throws -> Answer {
            try asker.match(pattern, in: Array(text.utf8), isCut: isCut, serial: serial)
        }
        #expect(try match("^b$", "a\nb\n", serial: 1) == Answer(holds: true, text: "exit 0, match"))
        #expect(try match("^b$", "\u{1B}[1mb\u{1B}[0m\r\n", serial: 2) == Answer(holds: true, text: "exit 0, match"))
        #expect(try match("c", "a\n", serial: 3) == Answer(holds: false, text: "exit 0, no match"))
        let cut = try match("c", "a\n", isCut: true, serial: 4)
        #expect(cut == Answer(holds: false, text: "exit 0, no match in the first 1 MiB of output"))
        let slow = try match("^(a+)+$", String(repeating: "a", count: 45) + "b", serial: 5)
        #expect(slow == Answer(holds: false, text: "exit 0, regular expression too slow"))
    }

    @Test("a log is read once, however often it is asked about")
    func readOnce() throws {
        let probe = LogProbe(path: "\(folder.path)/log", pattern: try Pattern("never said"))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LogProbe.slice, alignment: 16)
        defer { buffer.deallocate() }
        try folder.append(String(repeating: "a line of the log\n", count: 50_000), to: "log")
        var slices = 1
        while probe.advance(through: buffer) == .unfinished { slices += 1 }
        #expect(slices == 900_000 / LogProbe.slice + 1)
        #expect(probe.advance(through: buffer) == .answered(Answer(holds: false, text: "no match")))
        #expect(probe.offset == 900_000)
    }

    @Test("a match across slices is found, and lines beyond 64 KiB are cut")
    func longLines() throws {
        let filler = String(repeating: "x", count: LogProbe.longestLine - 4)
        try folder.append("\(filler)head, and the tail\n", to: "log")
        try folder.append(String(repeating: "short\n", count: 100_000) + "r e a d y 1\n", to: "log")
        #expect(try log("xhead", serial: 0).holds)
        #expect(try !log("the tail", serial: 1).holds)
        #expect(try log(#"^r e a d y \d$"#, serial: 2).holds)
    }

    @Test("command and process are not asked here")
    func elsewhere() throws {
        #expect(try asker.ask(.process) == Answer(holds: false, text: "not a network question"))
        #expect(try asker.ask(.command("true", stdout: nil)) == Answer(holds: false, text: "not a network question"))
    }
}
