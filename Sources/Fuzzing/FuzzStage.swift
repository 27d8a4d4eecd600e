import Execution
import Model
import Reports
import Steps
import Terminal

/// Loads runbooks out of memory, and checks what must be true of whatever comes of it.
package struct FuzzStage {
    private static let folder = "/runbooks"

    package init() {}

    /// Loads a page, renders its findings, and where it is a runbook, plans, draws and fingerprints it.
    @discardableResult
    func load(_ bytes: [UInt8]) throws(FuzzFinding) -> Runbook? {
        let pages = FuzzPage.files(bytes)
        var options = LoadOptions(
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/root", "SOURCE": "a secret value"], work: "/work",
            run: "1", workingDirectory: Self.folder)
        var files: [String: [UInt8]] = [:]
        // Of two files of one name the first counts.
        for page in pages.reversed() { files[Path.absolute(page.name, in: Self.folder)] = page.bytes }
        options.sources = MemorySources(files)
        let result = Loader.load(paths: [FuzzPage.root], options: options)
        let hasErrors = result.diagnostics.contains { $0.severity == .error }
        try FuzzFinding.unless((result.runbook == nil) == hasErrors, "a runbook and errors, or neither")
        let lines = 1 + (pages.first?.bytes ?? []).count { $0 == 0x0A || $0 == 0x0D }
        for diagnostic in result.diagnostics {
            try FuzzFinding.unless(
                diagnostic.place.file != FuzzPage.root || diagnostic.place.line <= lines,
                "\(diagnostic.place) is past the end: \(diagnostic.message)")
            try FuzzFinding.unless(
                !diagnostic.message.contains("a secret value") && diagnostic.hint?.contains("a secret value") != true,
                "a secret is told: \(diagnostic.message)")
        }
        try render(result.diagnostics)
        if let runbook = result.runbook { try RunbookProperties(runbook).check() }
        return result.runbook
    }

    /// Loads a runbook that is in order, and compares what comes of it with what was written down.
    func load(_ made: MadeRunbook) throws(FuzzFinding) {
        guard let runbook = try load(Array(made.text.utf8)) else { throw FuzzFinding("refused: \(made.text)") }
        try PlanProperties(made, runbook).check()
    }

    private func render(_ diagnostics: [Diagnostic]) throws(FuzzFinding) {
        let text = DiagnosticRenderer.text(diagnostics)
        try FuzzFinding.unless(text.isEmpty == diagnostics.isEmpty, "findings that are not shown")
        try TextProperties.isHarmless(text, "a finding")
        let annotations = DiagnosticRenderer.github(diagnostics)
        try FuzzFinding.unless(
            annotations.utf8.count { $0 == 0x0A } == diagnostics.count, "an annotation breaks its line")
        try JSONProperties.parses(DiagnosticJSON.report(diagnostics))
        try JSONProperties.parses(DiagnosticJSON.sarif(diagnostics, version: "0"))
    }
}
