import ArgumentParser
import Checkpoints
import DAG
import Execution
import Glibc
import Hazards
import Model
import Processes
import Terminal

/// `runbook explain`: why a step would or would not run.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a step would or would not run, what changed, who needs it, and its hazards.")

    @Argument(help: ArgumentHelp("[RUN] STEP", valueName: "words"))
    var words: [String] = []
    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        let id = try reference.step(of: "explain")
        let stateFolder = try OpenStateFolder.reading(state)
        let summary = try stateFolder.run(reference.number)
        let view = try StoredRun(stateFolder: stateFolder, run: summary.run)
        let (index, status) = try view.step(id)
        let console = Console.standard
        let style = console.outTraits.style
        let redactor = LogMasking(view: view).redactor
        let shown = { redactor.mask(Sanitizer.line($0)) }
        let mark = StateMark(status.state, style: style)
        var lines = ["\(mark.text(style: style)) \(id)" + (status.reason.isEmpty ? "" : ": \(shown(status.reason))")]
        if let plan = status.plan { lines.append("last decision: \(plan.decision.rawValue), \(shown(plan.reason))") }
        lines += try changes(index, status, view, stateFolder, shown: shown)
        lines += try file(index, status, view, stateFolder).map(shown)
        for attempt in status.attempts {
            let exit = attempt.exit.map { "\($0)" } ?? "no end seen"
            // Where the exit status is the reason, it is in there already.
            let account = [attempt.reason.hasPrefix(exit) ? "" : exit, shown(attempt.reason)]
            let kind = attempt.role == .undo ? "undo " : ""
            lines.append(
                "\(kind)attempt \(attempt.number): \(ClockText.date(attempt.intendedAt)), "
                    + account.filter { !$0.isEmpty }.joined(separator: " ")
            )
            lines.append("  log: \(attempt.log)")
        }
        for gate in status.gates {
            lines.append("gate \(shown(gate.label))")
            for change in gate.history.suffix(10) {
                let verb = change.answer.holds ? "holds" : "does not hold"
                lines.append(
                    "  \(ClockText.time(change.time)) \(verb): \(shown(change.answer.text)) (probe \(change.probes))")
                lines += change.answer.output.words(at: "\n").map { "    | \(shown(String($0)))" }
            }
        }
        for word in status.words {
            lines.append("\(word.kind.rawValue) by \(word.user)" + (word.note.isEmpty ? "" : ": \(shown(word.note))"))
        }
        if let runbook = view.runbook, let index {
            let report = HazardAnalysis.report(runbook, work: stateFolder.folder.path + "/work")
            lines += try context(index, runbook, view.state, report).map(shown)
        }
        console.print(lines)
    }

    /// What became of the file that it wrote.
    private func file(
        _ index: Int?, _ status: StepStatus, _ view: StoredRun, _ stateFolder: OpenStateFolder
    ) throws -> [String] {
        guard let index, let runbook = view.runbook, let path = FileLook.path(runbook.steps[index], status) else {
            return []
        }
        let files = try RunFolder(state: stateFolder.folder.path, run: view.state.run)
        switch FileLook(runbook: runbook, files: files, values: view.values).fate(index, status) {
        case .asWritten: return ["file: \(path) is as it was \(status.acceptedFile == nil ? "written" : "accepted")"]
        case .gone: return ["file: \(path) is gone: resume writes it again"]
        case .changed(let how): return ["file: \(path) \(how): keep it (accept), or write it anew (reset)"]
        case nil: return []
        }
    }

    /// Where the step stands among the others, in the words of the documents.
    private func context(
        _ index: Int, _ runbook: Runbook, _ state: RunState, _ report: HazardReport
    ) throws -> [String] {
        let step = runbook.steps[index]
        let listing = FreshPlan.listing(runbook, try FreshPlan.make(runbook, Selection(), run: 0), jobs: 8)
        var lines: [String] = []
        if let row = listing.rows.first(where: { $0.id == step.id }), row.wave > 0 {
            lines.append(
                "wave \(row.wave) of \(listing.waves), "
                    + (row.isCritical ? "on the critical path" : "slack \(SpanText.short(row.slack))"))
        }
        let needs = step.needs.map { "\(runbook.steps[$0].id) (\(state[step: runbook.steps[$0].id].state.rawValue))" }
        if !needs.isEmpty { lines.append("needs: " + needs.joined(separator: ", ")) }
        let dependents = runbook.graph.successors(of: index).map { runbook.steps[$0].id }
        if !dependents.isEmpty { lines.append("needed by: " + dependents.joined(separator: ", ")) }
        let count = runbook.steps.count
        let failing = Dependencies(runbook).graph.reachCounts(of: [[index]]).first ?? 1
        if failing > 1 {
            lines.append("blast radius: \(failing) of \(count) steps (\(failing * 100 / count)%) fail with it")
        }
        for hazard in report.hazards where hazard.steps.contains(index) {
            let accepted = hazard.accepted.map { " (accepted: \($0.reason))" } ?? ""
            lines.append("hazard \(hazard.code.rawValue): \(hazard.message)\(accepted)")
        }
        return lines
    }

    /// By bytes: CRLF is one Character, which is no `\n`.
    private static func firstLines(_ text: String) -> [String] {
        text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(2_000).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// What differs from what was done, with the lines that went and came.
    private func changes(
        _ index: Int?, _ status: StepStatus, _ view: StoredRun, _ stateFolder: OpenStateFolder,
        shown: (String) -> String
    ) throws -> [String] {
        guard let index, let runbook = view.runbook else { return ["it is not in the runbooks of now"] }
        guard let earlier = status.fingerprint, let now = try view.fingerprint(index) else { return [] }
        let changes = now.changes(since: earlier)
        guard !changes.isEmpty else { return ["unchanged since it was done"] }
        var lines = ["edited: " + changes.map(shown).joined(separator: ", ")]
        let part = earlier.parts.first { $0.name == "script" || $0.name == "content" }
        let definition = Fingerprinter(runbook: runbook, values: view.values).definition(index)
        if let part, part.value != definition.digest, let before = try stateFolder.store.definition(part.value) {
            let (old, new) = (Self.firstLines(before), Self.firstLines(definition.text))
            for change in new.difference(from: old) {
                switch change {
                case .remove(let line, let text, _): lines.append("  - \(line + 1): \(shown(text))")
                case .insert(let line, let text, _): lines.append("  + \(line + 1): \(shown(text))")
                }
            }
        }
        return lines
    }
}
