package import Execution
package import Model

/// A run for people: each step with its state, times, attempts, and what its gate answered.
package struct StatusText {
    private let state: RunState
    private let runbook: Runbook?
    private let style: Style
    private let display: Display

    /// - Parameter runbook: for titles and the steps that no event has named yet; nil when it cannot be loaded.
    package init(_ state: RunState, runbook: Runbook?, style: Style, display: Display) {
        self.state = state
        self.runbook = runbook
        self.style = style
        self.display = display
    }

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - isLive: an executor is at the run.
    ///   - command: how commands are named.
    ///   - date: a point in time for people.
    package func lines(
        width: Int, now: Double, isLive: Bool, command: CommandText = CommandText(),
        date: (Double) -> String = ClockText.date
    ) -> [String] {
        let ids = ids
        var lines = [headline(now: now, isLive: isLive, date: date), ""]
        lines += table(ids, now: now).lines(width: width, style: style)
        lines += ["", summary(ids)]
        for id in ids where state[step: id].state == .waiting && state.sessions.last?.kind != .down {
            lines.append(
                "\(style.arrow) \(display.line(state[step: id].reason))  (\(display.line(command.of("approve", [id]))))"
            )
        }
        return lines
    }

    private var ids: [String] {
        let known = runbook?.steps.map(\.id) ?? []
        let set = Set(known)
        return known + state.order.filter { !set.contains($0) }
    }

    private func headline(now: Double, isLive: Bool, date: (Double) -> String) -> String {
        let name = display.line(state.sessions.last?.runbook ?? runbook?.name ?? "")
        let word = RunWord.of(state.outcome, isLive: isLive)
        var text = style.paint("run \(state.run) of \(name): \(word)", .strong)
        if state.started > 0 {
            text += "\(style.separator)started \(date(state.started))"
            let end = state.finished ?? (isLive ? now : nil)
            if let end { text += "\(style.separator)\(SpanText.short(end - state.started))" }
        }
        if state.sessions.count > 1 { text += "\(style.separator)\(state.sessions.count) sessions" }
        return text
    }

    private func table(_ ids: [String], now: Double) -> Table {
        var table = Table([
            Table.Column("state"), Table.Column("step", least: 8), Table.Column("time", right: true, isSpare: true),
            Table.Column("gate", right: true, isSpare: true), Table.Column("tries", right: true, isSpare: true),
            Table.Column("said", least: 12),
            Table.Column("title", least: 10),
        ])
        for id in ids {
            let status = state[step: id]
            let mark = StateMark(status.state, style: style)
            let bodies = status.attempts.count { $0.role == .body }
            let title = runbook?.index[id].flatMap { runbook?.steps[$0].title } ?? ""
            table.add([
                .init("\(mark.symbol) \(mark.word)", mark.tone), .init(display.line(id), .strong),
                .init(time(status, now: now)),
                .init(status.gateSeconds > 0 ? SpanText.short(status.gateSeconds) : ""),
                .init(bodies > 1 ? String(bodies) : ""),
                .init(said(status), status.state.isMet ? .faint : .plain),
                .init(title == id ? "" : display.line(title)),
            ])
        }
        return table
    }

    private func time(_ status: StepStatus, now: Double) -> String {
        if status.state.isActive, let start = status.startedAt { return SpanText.whole(now - start) }
        return status.seconds > 0 ? SpanText.short(status.seconds) : ""
    }

    /// The reason; for a step that is gated, or came up through gates, what the last one answered.
    private func said(_ status: StepStatus) -> String {
        if status.state == .gating || status.reason.isEmpty, let gate = status.gates.last, let answer = gate.last {
            return Wording.answer(display.line(answer.text), probes: gate.probes)
        }
        return display.line(status.reason)
    }

    private func summary(_ ids: [String]) -> String {
        let order: [StepState] = [
            .done, .satisfied, .skipped, .running, .gating, .waiting, .failed, .lapsed, .uncertain, .interrupted,
            .blocked, .undone, .ready, .pending,
        ]
        var counts: [StepState: Int] = [:]
        for id in ids { counts[state[step: id].state, default: 0] += 1 }
        let parts = order.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
        return "\(Wording.count(ids.count, "step")): " + parts.joined(separator: ", ")
    }
}
