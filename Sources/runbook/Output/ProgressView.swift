import DAG
import Execution
import Model
import Processes
import Reports
import Terminal

/// The view of a session that fits where output goes, and what is said at its end.
final class ProgressView {
    let observer: any Observer
    /// It wants to be refreshed.
    let isLive: Bool
    private let live: LiveProgress?
    private let console: Console
    private let runbook: Runbook
    private let redactor: Redactor
    private let command: CommandText
    private let isSilent: Bool
    /// Steps that the selection leaves out: what they are is no news of this session.
    private let leftOut: Set<Int>

    init(
        console: Console, style: OutputStyle, runbook: Runbook, plan: Plan, redactor: Redactor, canAnswer: Bool,
        command: CommandText, clock: @escaping () -> ClockReading
    ) {
        self.console = console
        self.runbook = runbook
        self.redactor = redactor
        self.command = command
        leftOut = Set(plan.items.indices.filter { plan.items[$0].decision == .leave })
        let traits = console.outTraits
        let active = Set(runbook.steps.indices.filter { plan.items[$0].decision.isAction }.map { runbook.steps[$0].id })
        let steps = ProgressSteps(runbook, selection: active)
        var style = style
        if style == .auto { style = traits.canMoveCursor ? .tty : .plain }
        isSilent = style == .json || style == .quiet
        if style == .tty {
            let progress = LiveProgress(
                sink: console.out,
                size: { TerminalSize.measure(environment: ProcessContext.current.environment) },
                input: TerminalInput(), style: traits.style, steps: steps, redactor: redactor,
                answersHere: canAnswer, command: command, presence: .of(), clock: clock)
            live = progress
            observer = progress
        } else {
            live = nil
            switch style {
            case .json: observer = JSONProgress(sink: console.out) { EventJSON.line($0, mask: redactor.mask) }
            case .quiet: observer = QuietProgress()
            default: observer = PlainProgress(sink: console.out, style: traits.style, steps: steps, redactor: redactor)
            }
        }
        isLive = live != nil
    }

    func close() { live?.close() }

    /// What failed, the last lines of its output, where its log is, what it blocked, and how to go on.
    func summarise(_ state: RunState, outcome: Outcome, files: RunFolder, goOn: String) {
        guard !isSilent || outcome != .done else { return }
        let style = console.outTraits.style
        var lines: [String] = []
        for (index, step) in runbook.steps.enumerated() where !leftOut.contains(index) {
            let status = state[step: step.id]
            guard [.failed, .uncertain, .lapsed].contains(status.state) else { continue }
            let mark = StateMark(status.state, style: style)
            lines += ["", "\(mark.text(style: style)) \(step.id): \(shown(status.reason))"]
            lines += gateOutput(status)
            if let attempt = status.lastAttempt {
                lines += files.tail(attempt.log, lines: 10).map { "  \(style.margin) " + shown($0) }
                if files.exists(attempt.log) { lines.append("  log: \(attempt.log)") }
            }
            let blocked = blockedBy(step.id, state)
            if !blocked.isEmpty { lines.append("  blocked: " + blocked.joined(separator: ", ")) }
            lines += hints(step, status, files)
        }
        let others = leftOut.sorted().map { runbook.steps[$0].id }.filter { !state[step: $0].state.isMet }
        if !others.isEmpty, state.sessions.last?.kind != .down {
            lines += [
                "", "left out: " + others.map { "\($0) (\(state[step: $0].state.rawValue))" }.joined(separator: ", "),
            ]
        }
        // What is taken down waits for no answer.
        for step in runbook.steps where state[step: step.id].state == .waiting && state.sessions.last?.kind != .down {
            lines += [
                "", "? \(step.id): \(shown(state[step: step.id].reason))",
                "  yes: \(shown(command.of("approve", [step.id])))",
            ]
        }
        if outcome != .done && outcome != .undone { lines += ["", "go on: \(shown(goOn))"] }
        let sink = isSilent ? console.error : console.out
        if !lines.isEmpty { sink.write(lines.joined(separator: "\n") + "\n") }
    }

    /// What the commands of gates printed that do not hold: it says why.
    private func gateOutput(_ status: StepStatus) -> [String] {
        let style = console.outTraits.style
        var lines: [String] = []
        for gate in status.gates {
            guard let last = gate.last, !last.holds, !last.output.isEmpty else { continue }
            lines.append("  \(shown(gate.label)) printed:")
            lines += last.output.words(at: "\n").map { "  \(style.margin) " + shown(String($0)) }
        }
        return lines
    }

    /// There is something that may have completed.
    private func hasBegun(_ status: StepStatus) -> Bool {
        status.state == .lapsed || status.standingBody.map { $0.handle != nil || $0.exit != nil } ?? false
    }

    /// What it handed on though it does not count, and which words a person may leave: only ones that are taken.
    private func hints(_ step: Step, _ status: StepStatus, _ files: RunFolder) -> [String] {
        var lines: [String] = []
        if let attempt = status.standingBody {
            let number = "\(attempt.number)"
            if let first = attempt.kept.first {
                let names = attempt.kept.map(\.name).joined(separator: ", ")
                let show = command.of("output", [step.id, first.name, "--attempt", number])
                lines.append("  it handed on \(names): \(shown(show))")
            }
            if files.exists(files.sealedOutputs(step: step.id, attempt: attempt.number))
                || files.exists(files.outputs(step: step.id, attempt: attempt.number))
            {
                lines.append("  all that it wrote: \(shown(command.of("output", [step.id, "--raw"])))")
            }
        }
        if case .file = step.kind, status.state == .lapsed {
            let write = shown(command.of("reset", [step.id]))
            return lines + ["  keep it: \(shown(command.of("accept", [step.id])))   write it anew: \(write)"]
        }
        guard status.state == .uncertain || (step.isOnce && hasBegun(status)) else { return lines }
        let reset = "repeat it: \(shown(command.of("reset", [step.id])))"
        let known = Set(status.acceptable.map(\.name))
        let missing = step.outputs.map(\.name).filter { !known.contains($0) }
        guard missing.isEmpty else {
            let accept = shown(command.of("accept", [step.id, "--outputs", "FILE"]))
            return lines + ["  it completed: \(accept) (FILE gives \(missing.joined(separator: ", ")))   \(reset)"]
        }
        return lines + ["  it completed: \(shown(command.of("accept", [step.id])))   \(reset)"]
    }

    private func shown(_ text: String) -> String { redactor.mask(Sanitizer.line(text)) }

    private func blockedBy(_ id: String, _ state: RunState) -> [String] {
        guard let index = runbook.index[id] else { return [] }
        let reached = runbook.reach(from: [index]) { runbook.graph.successors(of: $0) }
        return runbook.steps.indices
            .filter { reached[$0] && state[step: runbook.steps[$0].id].state == .blocked }
            .map { runbook.steps[$0].id }
    }
}
