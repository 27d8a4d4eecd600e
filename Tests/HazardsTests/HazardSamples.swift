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

/// The runbook of these files, which are in memory alone; `runbook.md` is the one asked for.
func runbook(_ files: [String: String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Runbook {
    let texts = files.map { ("/zone/\($0.key)", Array($0.value.utf8)) }
    let sources = MemorySources(Dictionary(texts, uniquingKeysWith: { first, _ in first }))
    let result = load("runbook.md", in: "/zone", from: sources)
    return try #require(
        result.runbook, Comment(rawValue: DiagnosticRenderer.text(result.diagnostics)), sourceLocation: sourceLocation)
}

/// Loads a file where every interpreter is installed.
///
/// - Parameter folder: absolute; what a relative path starts from.
func load(_ path: String, in folder: String, from sources: any SourceProvider = FileSources()) -> LoadResult {
    var options = LoadOptions(environment: [:], work: "/work", run: "7", workingDirectory: folder)
    options.sources = sources
    return Loader.load(paths: [path], options: options, checks: LoadChecks(isProgram: { _ in true }))
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
