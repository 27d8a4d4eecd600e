import Foundation
import Testing

@Suite("The manual page")
struct ManualPageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, out: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = root.appendingPathComponent("scripts").appendingPathComponent(program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test("is what the program says of itself (make manual-page writes it anew)")
    func current() throws {
        let written = try String(contentsOf: Self.root.appendingPathComponent("docs/runbook.1"), encoding: .utf8)
        let page = try Self.run("manual-page", [Desk.program.path])
        #expect(page.status == 0)
        #expect(page.out == written)
    }

    @Test("completions are there for three shells")
    func completions() throws {
        let desk = try Desk()
        #expect(try Self.run("install-completions", [Desk.program.path, desk.path("share")]).status == 0)
        for file in [
            "bash-completion/completions/runbook", "zsh/site-functions/_runbook",
            "fish/vendor_completions.d/runbook.fish",
        ] {
            #expect(desk.read("share/\(file)").contains("resume"), "\(file)")
        }
    }
}
