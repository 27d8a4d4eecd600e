import Model

extension StepRun {
    /// A process has used up its time.
    package mutating func limitReached(_ key: ProcessKey, _ reason: String) -> [Action] {
        switch key.role {
        case .body, .undo:
            guard isAwaited(key.attempt), service == .unwatched else { return [] }
            cut { $0.add(reason) }
            return [.stop(key)]
        case .when, .check, .secret:
            guard case .asking(let question) = state, question.role == key.role else { return [] }
            cut { $0.add(reason) }
            return [.kill(key)]
        case .gate: return []
        }
    }

    /// Ctrl-C: what runs is ended, in order.
    package mutating func interrupted(_ facts: Facts) -> [Action] {
        switch state {
        case .idle, .waiting, .intending, .intendingAhead, .ahead, .examining, .adopting, .writing: return []
        case .asking:
            cut { $0.interrupt() }
            return runningKeys(facts.index).map { .kill($0) }
        case .clearing, .starting, .running, .comingUp, .handingOn, .collecting:
            cut { $0.interrupt() }
            return [.cancelGates] + runningKeys(facts.index).map { .stop($0) }
        case .cleaning(var cleaning):
            cleaning.cut.interrupt()
            state = .cleaning(cleaning)
            return []
        case .pausing:
            return finish(.interrupted, exit: attempt.exit, reason: "interrupted before another attempt")
        case .gating(.recheck, _):
            state = .idle
            return [.cancelGates]
        case .gating: return [.cancelGates] + putAside("interrupted while its gates were asked")
        }
    }

    /// It was killed, and its end is not waited for.
    package mutating func parted() -> [Action] {
        finish(.interrupted, reason: "interrupted; it was killed, and its end was not waited for")
    }

    /// What was to be ended lives on, and nothing more is heard of it: the step stays what it is, not ended.
    package mutating func unstopped(_ key: ProcessKey, _ account: String, _ facts: Facts) -> [Action] {
        guard runningKeys(facts.index).contains(key) else { return [] }
        let cut: Cut
        switch state {
        case .asking(let question): cut = question.cut
        case .clearing(_, let clearing): cut = clearing
        default: cut = body?.cut ?? .uncut
        }
        let tale = "\(cut.reason.map { $0 + "; " } ?? "")\(key.role.word) \(account)"
        switch key.role {
        case .when, .check, .secret:
            return cut.isInterrupt ? putAside("interrupted; \(tale)") : unasked(tale, facts)
        case .body, .undo, .gate:
            return finish(cut.isInterrupt && !isUndoing ? .interrupted : .failed, reason: tale)
        }
    }
}
