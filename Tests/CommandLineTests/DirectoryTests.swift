import Foundation
import Testing

@Suite("The folder a step works in")
struct DirectoryTests {
    @Test("is meant from its file, wherever the program is started")
    func relative() throws {
        let desk = try Desk()
        try FileManager.default.createDirectory(
            at: desk.folder.appendingPathComponent("books/zone/sub"), withIntermediateDirectories: true)
        let text = page(
            step("top", [], "pwd -P > top"), step("own", ["dir: sub"], "pwd -P > own"),
            step("asked", ["gate: {command: 'test -e marker && pwd -P > gate'}"], "touch marker"),
            "```text\n#| file: written\nx\n```\n", front: ["dir: .."])
        try desk.write(text, to: "books/zone/r.md")
        let reply = try desk.run("run", "books/zone/r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("books/top").hasSuffix("/books\n"))
        #expect(desk.read("books/zone/sub/own").hasSuffix("/books/zone/sub\n"))
        #expect(desk.read("books/gate").hasSuffix("/books\n"))
        #expect(desk.read("books/written") == "x\n")
        #expect(try desk.run("resume").status == 0)
    }
}
