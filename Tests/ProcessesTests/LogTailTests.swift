import Foundation
import Model
import Testing

@testable import Processes

@Suite struct LogTailTests {
    private func tail(_ text: String, _ count: Int) throws -> [String] {
        let place = try Workplace()
        place.put(text, at: "log")
        return LogTail.lines(of: place.path("log"), count: count)
    }

    @Test(
        "the last lines come without their line ends",
        arguments: [
            ("", 3, []), ("\n", 3, [""]), ("a", 3, ["a"]), ("a\n", 3, ["a"]), ("a\nb\nc\nd\n", 2, ["c", "d"]),
            ("a\nb\nc", 2, ["b", "c"]), ("a\r\nb\r\n", 2, ["a", "b"]), ("a\n\n\n", 2, ["", ""]), ("a\nb\n", 0, []),
        ] as [(String, Int, [String])])
    func lines(text: String, count: Int, expected: [String]) throws {
        #expect(try tail(text, count) == expected)
    }

    @Test("bytes that are no UTF-8 stay what they are")
    func invalid() throws {
        let place = try Workplace()
        try Data([0x61, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: place.path("log")))
        let lines = LogTail.lines(of: place.path("log"), count: 1)
        #expect(lines.map(OSText.bytes(of:)) == [[0x61, 0xFF]])
    }

    @Test("lines across several blocks are whole")
    func blocks() throws {
        let lines = (0..<20_000).map { "line \($0)" }
        #expect(try tail(lines.joined(separator: "\n") + "\n", 15_000) == Array(lines.suffix(15_000)))
    }

    @Test("of a log of many gigabytes only the end is read")
    func huge() throws {
        let place = try Workplace()
        place.put("", at: "log")
        truncate(place.path("log"), 64 << 30)
        let file = try #require(FileHandle(forWritingAtPath: place.path("log")))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\nlast but one\nlast\n".utf8))
        #expect(LogTail.lines(of: place.path("log"), count: 2) == ["last but one", "last"])
        #expect(LogTail.bytes(of: place.path("log"), limit: LogTail.limit).count == LogTail.limit)
        unlink(place.path("log"))
    }

    @Test("a line longer than what is looked at is shown by its end")
    func longLine() throws {
        let found = try tail(String(repeating: "x", count: LogTail.limit + 10) + "\nend\n", 5)
        #expect(found.count == 2)
        #expect(found[0].count == LogTail.limit - 5)
        #expect(found[1] == "end")
    }

    @Test("what is no file has no lines")
    func noFile() throws {
        let place = try Workplace()
        #expect(LogTail.lines(of: place.path("none"), count: 3) == [])
        #expect(LogTail.lines(of: place.folder, count: 3) == [])
        mkfifo(place.path("pipe"), 0o600)
        #expect(LogTail.lines(of: place.path("pipe"), count: 3) == [])
    }
}
