import Foundation
import Testing

/// `runbook schema`, held by a validator that is not ours (Tests/System/check-schema).
@Suite("The JSON schema")
struct SchemaTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func check(_ files: [String]) throws -> (status: Int32, out: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = root.appendingPathComponent("Tests/System/check-schema")
        process.arguments = [Desk.program.path] + files
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private static let hasValidator = (try? check([]).status) == 0

    @Test(
        "fits every runbook of this repository",
        .enabled(if: hasValidator, "python3-jsonschema or python3-yaml is not installed: the schema is NOT tested"))
    func fits() throws {
        let folder = Self.root.appendingPathComponent("runbooks")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let files = names.filter { $0.hasSuffix(".md") && !$0.contains(".runbook/") }
        let (status, out) = try Self.check(files.sorted().map { folder.appendingPathComponent($0).path })
        #expect(status == 0, "\(out)")
        let count = try #require(out.firstMatch(of: /, (\d+) blocks/).flatMap { Int($0.1) })
        #expect(count > 100)
    }

    @Test(
        "refuses what the loader refuses",
        .enabled(if: hasValidator, "python3-jsonschema or python3-yaml is not installed: the schema is NOT tested"),
        arguments: [
            "neds: [b]", "gate: {tcp: 'x:1', jq: '.'}", "gate: {within: 5s}", "timeout: 5", "retries: 101",
            "service: perhaps", "template: true", "backoff: {first: 1s}", "outputs: [{a: {hidden: true}}]",
            "on: [web]", "check: {timeout: 1s}", "provides: [No]",
        ])
    func refuses(line: String) throws {
        let desk = try Desk()
        for (name, extra) in [("fine.md", "title: x"), ("wrong.md", line)] {
            try desk.write("---\nrunbook: x\n---\n```bash\n#| step: a\n#| \(extra)\ntrue\n```\n", to: name)
        }
        #expect(try Self.check([desk.path("fine.md")]) == (0, "1 front matters, 1 blocks, 0 wrong\n"))
        #expect(try Self.check([desk.path("wrong.md")]).status == 1)
        #expect(try desk.run("check", "wrong.md").status == 3)
    }

    @Test(
        "refuses front matter that the loader refuses",
        .enabled(if: hasValidator, "python3-jsonschema or python3-yaml is not installed: the schema is NOT tested"),
        arguments: [
            "parms: {a: b}", "params: {a: {type: colour}}", "include: [{as: b}]", "order: random",
            "secrets: {S: {vault: x}}", "pools: {p: 0}", "defaults: {gate: 1s}", "hosts: [a]",
        ])
    func refusesFront(line: String) throws {
        let desk = try Desk()
        try desk.write("---\n\(line)\n---\n```bash\n#| step: a\ntrue\n```\n", to: "wrong.md")
        #expect(try Self.check([desk.path("wrong.md")]).status == 1)
        #expect(try desk.run("check", "wrong.md").status == 3)
    }
}
