import Foundation
import Testing

/// The ways in which `scripts/mutants` breaks the engine.
@Suite("Mutants")
struct MutantTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let patches =
        (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("scripts/mutants.d").path)
            .filter { $0.hasSuffix(".patch") }.sorted()) ?? []

    @Test("are many")
    func many() { #expect(Self.patches.count >= 60) }

    @Test("say in the first line what they break, and fit the sources", arguments: patches)
    func fit(_ name: String) throws {
        let path = "scripts/mutants.d/\(name)"
        let text = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
        #expect(text.hasPrefix("Breaks: "))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "apply", "--check", path]
        process.currentDirectoryURL = Self.root
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "git apply --check \(path)")
    }
}
