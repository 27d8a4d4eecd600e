internal import Execution

/// What stands below the finished steps while a run goes on: a pure function of where the run is.
struct LiveArea {
    var tally: Tally
    var state: RunState
    var live: LiveView
    var wording: Wording
    var style: Style
    /// A question is answered at this terminal.
    var answersHere: Bool

    /// Rows of steps and the bar, at most `size.rows - 1` lines (at least the bar) that fit into `size.columns - 1`.
    func lines(_ size: TerminalSize) -> [Line] {
        let width = max(1, size.columns - 1)
        let room = max(0, size.rows - 2)
        let columns = StepRow.Columns(width: width, id: wording.steps.idWidth, title: wording.steps.titleWidth)
        var rows: [Line] = []
        // More rows than fit are not even made.
        let steps = tally.waiting + tally.active
        var shown = 0
        for step in steps where rows.count < room {
            rows += lines(of: step, isFirst: shown == 0, columns)
            shown += 1
        }
        if rows.count > room || shown < steps.count {
            let kept = room > 1 ? room - 1 : room
            // A step whose rows are cut counts as one that is not shown.
            let hidden = max(steps.count - min(shown, kept), 1)
            rows.removeLast(max(0, rows.count - kept))
            if room > 1 { rows.append(Line("  \(style.ellipsis) and \(hidden) more", .faint)) }
        }
        return rows + [bar(width)]
    }

    private func lines(of step: String, isFirst: Bool, _ columns: StepRow.Columns) -> [Line] {
        let status = state[step: step]
        switch status.state {
        case .waiting: return question(step, status.reason, isFirst: isFirst, columns)
        case .gating: return gating(step, status, columns)
        default: return [running(step, status, columns)]
        }
    }

    private func question(_ step: String, _ text: String, isFirst: Bool, _ columns: StepRow.Columns) -> [Line] {
        var plain = columns
        plain.title = 0
        var row = wording.row(step, .waiting, [wording.display.line(text)])
        row.title = ""
        guard isFirst || !answersHere else { return [row.line(plain, style: style)] }
        let hint = answersHere ? "type y or n, then Enter" : wording.display.line(wording.command.of("approve", [step]))
        return [row.line(plain, style: style), Line("  \(style.arrow) \(hint)", .strong)]
    }

    private func running(_ step: String, _ status: StepStatus, _ columns: StepRow.Columns) -> Line {
        let since = live.now.wall - (status.startedAt ?? live.now.wall)
        var time = SpanText.whole(since)
        if let limit = wording.steps[step].timeout { time += " of \(SpanText.whole(limit))" }
        return wording.row(step, .running, [time, attempt(step, status)]).line(columns, style: style)
    }

    /// One row for each gate that is being asked.
    private func gating(_ step: String, _ status: StepStatus, _ columns: StepRow.Columns) -> [Line] {
        let asked = live.gating.filter { $0.step == step }
        guard !asked.isEmpty else {
            let answer = status.gates.last?.last.map { wording.display.line($0.text) } ?? ""
            return [wording.row(step, .gating, [answer, attempt(step, status)]).line(columns, style: style)]
        }
        return asked.map { gate in
            let left = "\(SpanText.whole(gate.left)) left"
            let answer = gate.lastAnswer.map { Wording.answer(wording.display.line($0), probes: gate.probes) }
            var row = wording.row(step, .gating, [(answer ?? "asked") + ", " + left, attempt(step, status)])
            row.title = wording.display.line(gate.gate)
            return row.line(columns, style: style)
        }
    }

    private func attempt(_ step: String, _ status: StepStatus) -> String {
        let number = status.lastAttempt?.number ?? 1
        return number > 1 ? wording.attemptText(step, number) : ""
    }

    private func bar(_ width: Int) -> Line {
        let isNarrow = width < 50
        let elapsed = live.now.wall - (tally.began ?? live.now.wall)
        var parts = ["\(tally.met.count)/\(wording.steps.total)"]
        for state in [StepState.failed, .blocked, .lapsed] where tally.count(state) > 0 {
            parts.append("\(tally.count(state)) \(state.rawValue)")
        }
        parts.append(isNarrow ? SpanText.compact(elapsed) : SpanText.whole(elapsed))
        if let left = live.expectedLeft {
            parts.append(isNarrow ? "\(SpanText.compact(left)) left" : "about \(SpanText.whole(left)) left")
        }
        let text = parts.joined(separator: isNarrow ? " " : style.separator)
        let room = min(width - TextWidth.of(text) - 2, 40)
        guard room >= 4 else { return Line(text, .strong) }
        let total = max(wording.steps.total, 1)
        let filled = min(room, room * tally.met.count / total)
        var line = Line(String(repeating: style.filled, count: filled), .good)
        line.add(String(repeating: style.unfilled, count: room - filled), .faint)
        line.add("  " + text, .strong)
        return line
    }
}
