import Foundation
import Testing

/// Pages made to be expensive, under limits on CPU time and memory that anything worse than linear would break a
/// hundredfold; twice as much of the same gets the same answer.
@Suite("Pathological pages")
struct PathologicalTests {
    private static let sizes = [200_000, 400_000]

    private struct Reply {
        /// Signals as in a shell.
        var status: Int32
        var out: String
        /// Of the errors, each once, sorted.
        var codes: [String]
        var error: String
    }

    /// What `check` says of a file within 60 s of CPU time and 3 GB of address space.
    private func check(_ desk: Desk, _ options: String = "") throws -> Reply {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            "ulimit -c 0; ulimit -t 60; ulimit -v 3000000; \"$0\" check --no-hazards \(options) r.md >out 2>error; exit $?",
            Desk.program.path,
        ]
        shell.currentDirectoryURL = desk.folder
        shell.environment = desk.environment
        try shell.run()
        shell.waitUntilExit()
        let error = desk.read("error")
        let codes = Set(error.matches(of: /error\[(E\d+)\]/).map { String($0.1) }).sorted()
        return Reply(
            status: shell.terminationStatus, out: desk.read("out"), codes: codes, error: String(error.prefix(300)))
    }

    @Test(
        "Markdown of any shape is read within the limits, and the step after it is found",
        arguments: PathologicalPage.markdown)
    func structure(page: PathologicalPage) throws {
        for size in Self.sizes {
            let reply = try check(try Desk(page.text(size) + "\n\n\n```bash\n#| step: a\ntrue\n```\n"))
            #expect(reply.status == (page.code == nil ? 0 : 3), "\(size): \(reply.error)")
            #expect(reply.codes == [page.code].compactMap { $0 }, "\(size): \(reply.error)")
            #expect(reply.out.contains(page.code == nil ? " step" : "1 error"), "\(size): \(reply.out)")
        }
    }

    @Test("blocks of any shape get an answer within the limits", arguments: PathologicalPage.blocks)
    func metadata(page: PathologicalPage) throws {
        for size in Self.sizes {
            let reply = try check(try Desk(page.text(size)), "--hazards")
            #expect(reply.status == (page.code == nil ? 0 : 3), "\(size): \(reply.error)")
            #expect(
                page.code.map { reply.codes.contains($0) } ?? reply.codes.isEmpty,
                "\(size): \(reply.codes) \(reply.error)")
        }
    }

    @Test("a million backticks, and two", arguments: [1_000_000, 2_000_000])
    func backticks(count: Int) throws {
        let run = String(repeating: "`", count: count)
        let page =
            "```bash\n#| step: a\ntrue\n```\n\nx \(run) y\n\nx \(run)` y\n\n~~~bash\n#| step: b\n: '\(run)'\n~~~\n"
        #expect(try check(try Desk(page)).out.hasPrefix("r: 2 steps"))
    }

    @Test("fifty thousand blocks, and a hundred thousand: each is found", arguments: [50_000, 100_000])
    func blocks(count: Int) throws {
        let blocks = (0..<count).map { "```sh\n#| step: s\($0)\n#| needs: [s\($0 / 2)]\n:\n```\n" }.dropFirst()
        let reply = try check(try Desk("```sh\n#| step: s0\n:\n```\n" + blocks.joined()))
        #expect(reply.out.hasPrefix("r: \(count) steps"), "\(reply.error)")
    }

    @Test("a file of 16 MiB is read, and a byte more is refused, as are 100 MB")
    func largest() throws {
        let step = "```sh\n#| step: a\n:\n```\n"
        let limit = 16 << 20
        for (size, code) in [(limit, nil), (limit + 1, "E113"), (100_000_000, "E113")] {
            let desk = try Desk(step + String(repeating: "prose, line by line, all of it\n", count: size / 31 - 2))
            let file = try #require(FileHandle(forWritingAtPath: desk.path("r.md")))
            try file.seekToEnd()
            let missing = size - (try #require(Int(exactly: file.offset())))
            try file.write(contentsOf: Data(repeating: UInt8(ascii: "x"), count: missing))
            try file.close()
            #expect(try check(desk).codes == [code].compactMap { $0 })
        }
    }

    @Test("the limits are real: what does not end is ended")
    func limits() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "ulimit -c 0; ulimit -t 1; (while :; do :; done) 2>/dev/null; exit $?"]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus > 128)
    }
}
