internal import Execution

/// Turns events into the rows that people read, in the same words everywhere.
struct Wording {
    var steps: ProgressSteps
    var display: Display
    var command = CommandText()

    /// The row of an event that every view tells about: something came out, or went wrong. Nil for the others.
    func outcome(of event: Event, state: RunState) -> StepRow? {
        switch event {
        case .finished(let step, let result): return finished(step, result, state[step: step])
        case .attemptEnded(let step, let attempt, let exit, let reason, _):
            guard !exit.isSuccess else { return nil }
            let tale = reason.isEmpty ? "\(exit)" : display.line(reason)
            var row = row(step, .running, [attemptText(step, attempt) + ": " + tale])
            row.occasion = .retry
            return row
        case .adopted(let step, _, let handle):
            return row(step, .running, ["adopted \(display.line(handle.account))"])
        case .serviceEnded(let step, let exit): return row(step, .lapsed, ["service ended (\(exit))"])
        case .lapsed(let step, let reason): return row(step, .lapsed, [display.line(reason)])
        case .word(let step, let word):
            let note = word.note.isEmpty ? "" : ": " + display.line(word.note)
            var row = row(step, state[step: step].state, ["by \(display.line(word.user))\(note)"])
            row.occasion = .word(Self.past(word.kind))
            return row
        default: return nil
        }
    }

    /// The row of an event that only a log tells about, since a live view shows its effect.
    func progress(of event: Event) -> StepRow? {
        switch event {
        case .started(let step, let attempt, _):
            return row(step, .running, [attempt > 1 ? attemptText(step, attempt) : ""])
        case .probed(let step, let gate, let answer, let probes):
            let tale = answer.holds ? "holds" : "does not hold yet"
            return StepRow(
                state: .gating, id: display.line(step), title: display.line(gate),
                details: [tale, Self.answer(display.line(answer.text), probes: probes)])
        case .waiting(let step, let question): return row(step, .waiting, [display.line(question)])
        default: return nil
        }
    }

    /// That a request to stop was heard, and what is waited for. What to do about it comes first: lines are cut.
    func stopping(_ steps: [String]) -> Line {
        let named = steps.prefix(3).map { display.line($0) }.joined(separator: ", ")
        let more = steps.count > 3 ? " and \(steps.count - 3) more" : ""
        return Line("! stopping (Ctrl-C again: at once), waits for \(named)\(more)", .strong)
    }

    /// `503 after 12 probes`.
    static func answer(_ text: String, probes: Int) -> String {
        "\(text) after \(probes) \(probes == 1 ? "probe" : "probes")"
    }

    /// `attempt 2 of 3`, `attempt 4` where no more than three were meant.
    func attemptText(_ step: String, _ attempt: Int) -> String {
        let most = steps[step].attempts
        return most > 1 && attempt <= most ? "attempt \(attempt) of \(most)" : "attempt \(attempt)"
    }

    func row(_ step: String, _ state: StepState, _ details: [String]) -> StepRow {
        StepRow(
            state: state, id: display.line(step), title: display.line(steps[step].title),
            details: details.filter { !$0.isEmpty })
    }

    private func finished(_ step: String, _ result: Result, _ status: StepStatus) -> StepRow {
        var details: [String] = []
        let reason = display.line(result.reason)
        if !result.state.isMet, result.state != .undone { details.append(reason) }
        if result.seconds > 0 { details.append(SpanText.short(result.seconds)) }
        if result.state == .done, result.attempt > 0, !status.gates.isEmpty {
            // What gates answered says more than that they hold.
            details.append(gates(status.gates, seconds: result.gateSeconds))
            if reason.hasPrefix("warning: ") { details.append(reason) }
        } else if result.state.isMet || result.state == .undone {
            details.append(reason)
        }
        return row(step, result.state, details)
    }

    /// `gate 0.8 s: 200`, `3 gates 4.1 s`.
    private func gates(_ gates: [GateStatus], seconds: Double) -> String {
        let name = gates.count == 1 ? "gate" : "\(gates.count) gates"
        let time = SpanText.short(seconds)
        guard gates.count == 1, let answer = gates[0].last else { return "\(name) \(time)" }
        return "\(name) \(time): \(display.line(answer.text))"
    }

    static func past(_ kind: OperatorAction.Kind) -> String {
        switch kind {
        case .approve: "approved"
        case .accept: "accepted"
        case .reset: "reset"
        }
    }
}

extension Wording {
    /// `run 7 of zone begins: 61 steps, 8 jobs`.
    func opening(_ session: Session, run: Int, style: Style) -> Line {
        let verb =
            switch session.kind {
            case .run: "begins"
            case .resume: "goes on"
            case .down: "is taken down"
            }
        var line = Line("run \(run) of \(display.line(session.runbook)) \(verb)", .strong)
        line.add(": \(Self.count(steps.total, "step")), \(Self.count(session.jobs, "job"))")
        return line
    }

    /// `run 7 done: 58 done, 3 skipped · 1 min 52 s`.
    func closing(_ outcome: Outcome, run: Int, tally: Tally, seconds: Double, style: Style) -> Line {
        let mark = StateMark(Self.state(outcome), style: style)
        var counts = [
            steps.total == 0
                ? "nothing to do" : "\(tally.met.count) of \(steps.total) \(tally.kind == .down ? "undone" : "done")"
        ]
        for state in [StepState.failed, .blocked, .interrupted, .uncertain, .lapsed] where tally.count(state) > 0 {
            counts.append("\(tally.count(state)) \(state.rawValue)")
        }
        if !tally.waiting.isEmpty { counts.append("\(tally.waiting.count) waiting") }
        var line = Line("\(mark.symbol) run \(run) \(outcome.rawValue)", mark.tone)
        line.add(": " + counts.joined(separator: ", ") + style.separator + SpanText.short(seconds))
        return line
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// The state whose mark an outcome bears.
    static func state(_ outcome: Outcome) -> StepState {
        switch outcome {
        case .done: .done
        case .failed, .aborted: .failed
        case .waiting: .waiting
        case .interrupted: .interrupted
        case .undone: .undone
        }
    }
}
