import Execution
import Foundation
import Testing

@testable import Processes

@Suite struct ScrubberTests {
    private func scrubbed(_ text: String, _ secrets: [String]) throws -> String {
        let place = try Workplace()
        place.put(text, at: "log")
        try Scrubber(ByteMatcher(secrets.map { Array($0.utf8) })).scrub(place.path("log"))
        return place.text("log")
    }

    @Test(
        "each byte of a secret becomes an asterisk",
        arguments: [
            ("token=hunter2 again hunter2\n", ["hunter2"], "token=******* again *******\n"),
            ("nothing here", ["hunter2"], "nothing here"),
            ("abcde", ["abcd", "bcde"], "*****"), ("abcde", ["bcde", "abcd"], "*****"),
            ("secret-long secret", ["secret", "secret-long"], "*********** ******"),
            ("aXaXa", ["aXa"], "*****"), ("line\nbreak!", ["line\nbreak"], "**********!"), ("é", ["é"], "**"),
            ("keep", [""], "keep"), ("keep", [], "keep"), ("", ["x"], ""), ("ab", ["abc"], "ab"),
            ("abc", ["abc"], "***"),
        ] as [(String, [String], String)])
    func replaces(text: String, secrets: [String], expected: String) throws {
        #expect(try scrubbed(text, secrets) == expected)
    }

    @Test("secrets across the borders of blocks are found")
    func blocks() throws {
        let secret = "s3cr3t-of-some-length"
        for offset in -25...2 {
            let before = String(repeating: "x", count: (1 << 20) + offset)
            let text = before + secret + "tail"
            #expect(try scrubbed(text, [secret, "zz"]) == before + String(repeating: "*", count: 21) + "tail")
        }
    }

    @Test("a secret longer than a block is found")
    func longSecret() throws {
        let secret = String(repeating: "0123456789abcdef", count: 100_000)
        #expect(try scrubbed("<" + secret + ">", [secret]) == "<" + String(repeating: "*", count: 1_600_000) + ">")
    }

    @Test("the file keeps its mode, size and identity, and may be appended to meanwhile")
    func inPlace() throws {
        let place = try Workplace()
        place.put("hunter2\n", at: "log", mode: 0o640)
        let writer = open(place.path("log"), O_WRONLY | O_APPEND)
        defer { close(writer) }
        try Scrubber(ByteMatcher(["hunter2"].map { Array($0.utf8) })).scrub(place.path("log"))
        write(writer, "more\n", 5)
        #expect(place.text("log") == "*******\nmore\n")
        #expect(mode(of: place.path("log")) == 0o640)
    }

    @Test("no file is nothing to do; a link is refused")
    func links() throws {
        let place = try Workplace()
        try Scrubber(ByteMatcher(["x"].map { Array($0.utf8) })).scrub(place.path("none"))
        place.put("hunter2", at: "target")
        symlink(place.path("target"), place.path("link"))
        let error = #expect(throws: FileError.self) {
            try Scrubber(ByteMatcher(["hunter2"].map { Array($0.utf8) })).scrub(place.path("link"))
        }
        #expect(error?.message.hasPrefix("cannot take secrets out of \(place.path("link"))") == true)
        #expect(place.text("target") == "hunter2")
        #expect(throws: FileError.self) { try Scrubber(ByteMatcher(["x"].map { Array($0.utf8) })).scrub(place.folder) }
    }
}
