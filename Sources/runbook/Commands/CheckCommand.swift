import ArgumentParser
import Hazards
import Model
import Reports
import Steps
import Terminal

/// `runbook check`: validates.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with runbooks.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, github, sarif
    }

    @OptionGroup var load: LoadArguments
    @OptionGroup var state: StateArguments

    @Option(help: ArgumentHelp("Output: text, json, github or sarif.", valueName: "format"))
    var format = Format.text

    @Flag(help: "Warnings fail as errors do.")
    var strict = false

    @Flag(
        inversion: .prefixedNo,
        help: "Look for hazards as well: what a cold start or an incident would run into (docs/hazards.md).")
    var hazards = true

    @Flag(inversion: .prefixedNo, help: "Have the shells of scripts and commands look at their syntax (-n).")
    var syntax = true

    func run() throws {
        let loading = try Loading(
            paths: try Loading.paths(load.paths), params: load.params, state: state.name,
            run: OpenStateFolder.nextRun(state))
        var result = loading.load()
        if hazards, let runbook = result.runbook {
            let report = HazardAnalysis.report(runbook, work: loading.work)
            result.diagnostics = SourceLines().added(to: result.diagnostics + report.diagnostics)
        }
        if syntax, let runbook = result.runbook {
            result.diagnostics = SourceLines().added(to: result.diagnostics + ShellSyntax.diagnostics(runbook))
        }
        let console = Console.standard
        switch format {
        case .text:
            console.error.write(
                DiagnosticRenderer.text(result.diagnostics, color: console.errorTraits.style.hasColour))
            console.print(summary(result))
        case .json: console.print(DiagnosticJSON.report(result.diagnostics))
        case .github: console.out.write(DiagnosticRenderer.github(result.diagnostics))
        case .sarif: console.print(DiagnosticJSON.sarif(result.diagnostics, version: Version.text))
        }
        let hasWarning = result.diagnostics.contains { $0.severity == .warning }
        if result.runbook == nil || (strict && hasWarning) { throw CommandFailure.silent(.invalid) }
    }

    private func summary(_ result: LoadResult) -> String {
        let errors = result.diagnostics.count { $0.severity == .error }
        let warnings = result.diagnostics.count { $0.severity == .warning }
        func plural(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        guard let runbook = result.runbook else {
            return "\(plural(errors, "error")), \(plural(warnings, "warning"))"
        }
        let files = Set(runbook.scopes.map(\.file)).count
        let parts = [plural(runbook.steps.count, "step"), plural(files, "file"), plural(warnings, "warning")]
        return "\(runbook.name): " + parts.joined(separator: ", ")
    }
}
