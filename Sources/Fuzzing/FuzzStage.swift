import Execution
import Glibc
import Model
import Reports
import Steps
import Terminal

/// Loads runbooks out of memory, and checks what must be true of whatever comes of it.
///
/// Used by one thread at a time. Its folder is removed with it.
package final class FuzzStage {
    private let folder: String
    private var file: String { folder + "/runbook.md" }

    /// Nil when no temporary folder can be made.
    package init?() {
        for place in ["/dev/shm", "/tmp"] {
            var template = Array("\(place)/runbook-fuzz-XXXXXX".utf8CString)
            if mkdtemp(&template) != nil {
                folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                return
            }
        }
        return nil
    }

    deinit {
        unlink(file)
        rmdir(folder)
    }

    /// Loads a page, renders its findings, and where it is a runbook, plans, draws and fingerprints it.
    @discardableResult
    func load(_ bytes: [UInt8]) throws(FuzzFinding) -> Runbook? {
        try write(bytes)
        let options = LoadOptions(
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/root", "SOURCE": "a secret value"], work: "/work",
            run: "1",
            workingDirectory: folder)
        let result = Loader.load(paths: [file], options: options)
        let hasErrors = result.diagnostics.contains { $0.severity == .error }
        try FuzzFinding.unless((result.runbook == nil) == hasErrors, "a runbook and errors, or neither")
        let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
        for diagnostic in result.diagnostics {
            try FuzzFinding.unless(
                diagnostic.place.file != "runbook.md" || diagnostic.place.line <= lines,
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

    private func write(_ bytes: [UInt8]) throws(FuzzFinding) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try FuzzFinding.unless(descriptor >= 0, "cannot write \(file)")
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            try FuzzFinding.unless(count > 0, "cannot write \(file)")
            done += count
        }
    }
}
