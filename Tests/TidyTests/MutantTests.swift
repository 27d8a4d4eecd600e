import Foundation
import Testing

/// The ways in which `scripts/mutants` breaks the engine.
@Suite("Mutants")
struct MutantTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let mutants =
        (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("scripts/mutants.d").path)
            .filter { $0.hasSuffix(".mutant") }.sorted()) ?? []

    @Test("are many")
    func many() { #expect(Self.mutants.count >= 60) }

    @Test("say what they break, and fit the sources, each in one place")
    func fit() throws {
        let (said, status) = try Self.check([])
        #expect(status == 0, "\(said)")
        #expect(said.hasSuffix("\(Self.mutants.count) mutants fit, 0 do not\n"))
    }

    @Test(
        "that fit nowhere, in several places, or change nothing are told",
        arguments: [
            (draft(find: "this stands nowhere", put: "else"), "its text stands 0 times: this stands nowhere"),
            (draft(find: "import Foundation", put: ""), "its text stands"),
            (draft(file: "Sources/none.swift", find: "a", put: "b"), "there is no source Sources/none.swift"),
            (draft(find: "struct RunbookCommand:", put: "struct RunbookCommand:"), "it changes nothing"),
            ("Breaks: \n\nFind:\n    a\nPut:\n", "1: this is not the form"),
            ("Breaks: all.\n\nFind:\nPut:\n    b\n", "3: this is not the form"),
            ("Breaks: all.\n\nFind:\n    a\n", "3: this is not the form"),
        ])
    func misfits(_ draft: String, _ complaint: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mutants-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("draft.mutant")
        try Data(draft.utf8).write(to: file)
        let (said, status) = try Self.check([file.path])
        #expect(said.contains(complaint), "\(said)")
        #expect(status == 1)
    }

    private static func draft(file: String? = nil, find: String, put: String) -> String {
        let place = file.map { "In: \($0)\n" } ?? ""
        return "Breaks: all.\n\n\(place)Find:\n    \(find)\nPut:\n" + (put.isEmpty ? "" : "    \(put)\n")
    }

    /// What `scripts/mutants --check` says of these, or of all, and its exit status.
    private static func check(_ files: [String]) throws -> (said: String, status: Int32) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = root.appendingPathComponent("scripts/mutants")
        process.arguments = ["--check"] + files
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: said, as: UTF8.self), process.terminationStatus)
    }
}
