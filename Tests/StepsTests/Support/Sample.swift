import Foundation
import Model
import Steps
import Terminal
import Testing

/// A folder of its own with runbook files, and programs that stand for the usual interpreters.
final class Sample {
    let folder: String
    var environment: [String: String]
    var params: [(name: String, value: String)] = []
    var fileParams: [(name: String, value: String, folder: String?)] = []
    var checks = LoadChecks()

    init(_ files: [String: String] = [:], programs: [String] = ["bash", "sh", "python3"]) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("steps-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        folder = base.resolvingSymlinksInPath().path
        let bin = folder + "/.bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        for program in programs {
            _ = FileManager.default.createFile(
                atPath: bin + "/" + program, contents: Data(), attributes: [.posixPermissions: 0o755])
        }
        environment = ["PATH": bin]
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    func load(_ paths: String...) -> LoadResult {
        var options = LoadOptions(environment: environment, work: "/work", run: "7", workingDirectory: folder)
        options.params = params
        options.fileParams = fileParams
        return Loader.load(paths: paths.isEmpty ? ["runbook.md"] : paths, options: options, checks: checks)
    }

    /// The runbook, or a failure of the test that shows what is wrong with it.
    func runbook(_ paths: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Runbook {
        var options = LoadOptions(environment: environment, work: "/work", run: "7", workingDirectory: folder)
        options.params = params
        options.fileParams = fileParams
        let result = Loader.load(paths: paths.isEmpty ? ["runbook.md"] : paths, options: options, checks: checks)
        return try #require(
            result.runbook, Comment(rawValue: DiagnosticRenderer.text(result.diagnostics)),
            sourceLocation: sourceLocation)
    }
}

/// Loads one file `runbook.md` that must be right.
func runbook(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Runbook {
    try Sample(["runbook.md": text]).runbook(sourceLocation: sourceLocation)
}

/// Loads one file `runbook.md` that may be wrong, and gives its findings as text.
func findings(_ text: String, _ change: (Sample) -> Void = { _ in }) throws -> String {
    let sample = try Sample(["runbook.md": text])
    change(sample)
    return DiagnosticRenderer.text(sample.load().diagnostics)
}

extension Runbook {
    func step(_ id: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Step {
        steps[try #require(index[id], "no step \(id)", sourceLocation: sourceLocation)]
    }

    /// The ids of what a step needs.
    func needs(_ id: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
        try step(id, sourceLocation: sourceLocation).needs.map { steps[$0].id }
    }
}

/// The repository's root.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
