package import Execution
package import Steps

/// What is said at the end of a run that is not done: what failed and why, what it holds up, and how to go on.
package struct FailureReport {
    private let state: RunState
    private let runbook: Runbook
    private let style: Style
    private let display: Display

    /// Most steps that are told at length.
    static let mostTold = 20
    /// Most lines of output shown for a step.
    package static let mostLines = 15

    package init(state: RunState, runbook: Runbook, style: Style, display: Display) {
        self.state = state
        self.runbook = runbook
        self.style = style
        self.display = display
    }

    /// The report, a line an entry; empty when nothing is left to do.
    ///
    /// - Parameters:
    ///   - tail: the last lines of a log, as they are on disk.
    ///   - goOn: the command that goes on from here.
    ///   - command: how commands on single steps are named.
    package func lines(
        tail: (_ log: String) -> [String], goOn: String, command: CommandText = CommandText()
    ) -> [String] {
        let troubled = runbook.steps.filter { isTrouble(state[step: $0.id].state) }
        let waiting = runbook.steps.filter { state[step: $0.id].state == .waiting }
        let interrupted = runbook.steps.filter { state[step: $0.id].state == .interrupted }
        guard !(troubled.isEmpty && waiting.isEmpty && interrupted.isEmpty) else { return [] }
        var lines: [String] = []
        for step in troubled.prefix(Self.mostTold) {
            lines += trouble(step, tail, command)
            lines.append("")
        }
        if troubled.count > Self.mostTold {
            lines.append("and " + names(troubled.dropFirst(Self.mostTold).map(\.id), most: 50))
            lines.append("")
        }
        for step in waiting {
            lines += question(step, command)
            lines.append("")
        }
        if !interrupted.isEmpty {
            lines.append(mark(.interrupted) + "  " + names(interrupted.map(\.id), most: 20))
            lines.append("")
        }
        lines.append(troubled.isEmpty ? "Go on from here:" : "Mend it, then go on from here:")
        lines.append("    " + style.paint(display.line(goOn), .strong))
        return lines
    }

    private func isTrouble(_ state: StepState) -> Bool { state == .failed || state == .lapsed || state == .uncertain }

    private func trouble(_ step: Step, _ tail: (String) -> [String], _ command: CommandText) -> [String] {
        let status = state[step: step.id]
        var lines = [headline(step, status.state)]
        var facts = [display.line(status.reason)].filter { !$0.isEmpty }
        if status.seconds > 0 { facts.append("after \(SpanText.short(status.seconds))") }
        if !facts.isEmpty { lines.append("    " + facts.joined(separator: " ")) }
        if step.isOptional { lines.append("    optional: what needs it was not held up") }
        lines.append(style.paint("    \(display.line(step.place.description))", .faint))
        if let log = status.lastAttempt?.log {
            let output = tail(log).suffix(Self.mostLines)
            for line in output {
                // A line of the log may still hold several where it was overwritten.
                for part in display.text(line).parts(at: "\n") {
                    lines.append("    \(style.paint(style.margin, .faint)) \(part)")
                }
            }
            lines.append(style.paint("    \(output.isEmpty ? "no output, " : "")log: \(display.line(log))", .faint))
        }
        let blocked = blocked(by: step.id)
        if !blocked.isEmpty {
            lines.append("    blocks \(Wording.count(blocked.count, "step")): \(names(blocked, most: 8))")
        }
        if status.state == .uncertain {
            lines.append("    if it did complete:  \(display.line(command.of("accept", [step.id])))")
            lines.append("    to run it again:     \(display.line(command.of("reset", [step.id])))")
        }
        return lines
    }

    private func question(_ step: Step, _ command: CommandText) -> [String] {
        let status = state[step: step.id]
        return [
            headline(step, .waiting), "    " + display.line(status.reason),
            "    answer yes: \(display.line(command.of("approve", [step.id])))",
        ]
    }

    private func headline(_ step: Step, _ state: StepState) -> String {
        "\(mark(state))  \(style.paint(display.line(step.id), .strong))  \(display.line(step.title))"
    }

    private func mark(_ state: StepState) -> String { StateMark(state, style: style).text(style: style) }

    private func names(_ ids: [String], most: Int) -> String {
        let shown = ids.prefix(most).map { display.line($0) }.joined(separator: ", ")
        return ids.count > most ? "\(shown) and \(ids.count - most) more" : shown
    }

    /// The blocked steps that need this one, near and far, in document order.
    private func blocked(by id: String) -> [String] {
        guard let start = runbook.steps.firstIndex(where: { $0.id == id }) else { return [] }
        var dependents = [[Int]](repeating: [], count: runbook.steps.count)
        for (index, step) in runbook.steps.enumerated() {
            for need in step.needs { dependents[need].append(index) }
        }
        var reached: Set<Int> = []
        var stack = [start]
        while let index = stack.popLast() {
            for next in dependents[index] where state[step: runbook.steps[next].id].state == .blocked {
                if reached.insert(next).inserted { stack.append(next) }
            }
        }
        return reached.sorted().map { runbook.steps[$0].id }
    }
}
