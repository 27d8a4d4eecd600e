import Foundation
import Model
import Steps
import Terminal
import Testing

@testable import Hazards

/// One step that is otherwise free of hazards.
func block(_ id: String, _ metadata: String..., body: String = "true") -> String {
    (["```bash", "#| step: \(id)"] + metadata.map { "#| \($0)" } + [body, "```", ""]).joined(separator: "\n")
}

/// A runbook of these blocks, with a limit for every step.
func zone(_ blocks: String..., front: [String] = []) -> String {
    (["---", "runbook: zone", "defaults: {timeout: 1m}"] + front + ["---", "# Zone", ""] + blocks)
        .joined(separator: "\n")
}

/// A folder of its own with files, by name, gone once `use` returns.
private func withFolder<Result>(_ files: [String: String], _ use: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hazards-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
        let path = folder.appendingPathComponent(name).path
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: attributes))
    }
    return try use(folder.resolvingSymlinksInPath().path)
}

/// The runbook of these files; `runbook.md` is the one asked for.
func runbook(_ files: [String: String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Runbook {
    let result = try withFolder(files) { try load("runbook.md", in: $0) }
    return try #require(
        result.runbook, Comment(rawValue: DiagnosticRenderer.text(result.diagnostics)), sourceLocation: sourceLocation)
}

/// Loads a file in the presence of the usual interpreters, and of nothing else.
///
/// - Parameter folder: absolute; what a relative path starts from.
func load(_ path: String, in folder: String) throws -> LoadResult {
    try withFolder(["bash": "", "sh": "", "python3": "", "psql": ""]) { programs in
        let options = LoadOptions(
            environment: ["PATH": programs], work: "/work", run: "7", workingDirectory: folder)
        return Loader.load(paths: [path], options: options)
    }
}

/// The repository's root.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// What the analysis finds in one text.
struct Analysed {
    let text: String
    let report: HazardReport

    init(_ text: String) throws {
        self.text = text
        report = HazardAnalysis.report(try runbook(["runbook.md": text]), work: "/work")
    }

    var hazards: [Hazard] { report.hazards }
    var codes: [HazardCode] { report.hazards.map(\.code) }

    func of(_ code: HazardCode) -> [Hazard] { report.hazards.filter { $0.code == code } }
    func messages(_ code: HazardCode) -> [String] { of(code).map(\.message) }

    /// The line of the n-th line of metadata below that of the id.
    func line(_ id: String, _ number: Int = 0) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex(of: "#| step: \(id)") ?? -1) + 1 + number
    }
}
