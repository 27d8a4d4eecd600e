import DAG
import Model

extension Engine {
    /// Ctrl-C: the first time end what runs, in order; the second time kill it. Services that are up stay up.
    func interrupt() {
        switch stopping {
        case .no, .failFast:
            stopping = .interrupted
            for index in work.indices { wind(down: index) }
            let left = work.indices.filter { !runningKeys($0).isEmpty }.map { id($0) }
            if left.isEmpty { return }
            for observer in world.observers { observer.stopping(left, now: now) }
        case .interrupted:
            stopping = .killed
            for index in work.indices where !runningKeys(index).isEmpty {
                for key in runningKeys(index) { world.runner.kill(key) }
            }
            timers.push(.parting, at: now.uptime + Self.parting)
        case .killed: break
        }
    }

    /// Seconds for which a second interrupt waits for what it has killed.
    private static let parting = 0.5

    /// Ends the session without waiting any longer: what still lives stays on record, and the next session ends it
    /// before it does anything else with the step.
    func part() {
        for index in work.indices where !runningKeys(index).isEmpty {
            finish(index, .interrupted, reason: "interrupted; it was killed, and its end was not waited for")
        }
    }

    /// What was to be ended lives on, and nothing more is heard of it: the step stays what it is, not ended.
    func unstopped(_ key: ProcessKey, _ remnants: [Remnant]) {
        let index = key.step
        guard runningKeys(index).contains(key) else { return }
        let account = "\(work[index].endReason.map { $0 + "; " } ?? "")\(key.role.word) \(remnants.account)"
        switch key.role {
        case .when, .check, .secret:
            if work[index].isInterrupted { return putAside(index, reason: "interrupted; \(account)") }
            work[index].endReason = nil
            unasked(index, account)
        case .body, .undo, .gate:
            let isCutShort = work[index].isInterrupted && !work[index].isUndoing
            finish(index, isCutShort ? .interrupted : .failed, reason: account)
        }
    }

    private func wind(down index: Int) {
        switch work[index].phase {
        case .idle, .waiting, .intending, .prepared: break
        case .asking(let role):
            work[index].isInterrupted = true
            world.runner.kill(ProcessKey(step: index, role: role, attempt: 0))
        case .body, .clearing:
            work[index].isInterrupted = true
            work[index].endReason = work[index].endReason ?? nil
            gateScheduler.cancel(index)
            for key in runningKeys(index) { world.runner.terminate(key, grace: options.grace) }
        case .pausing:
            finish(index, .interrupted, exit: work[index].exit, reason: "interrupted before another attempt")
        case .gating:
            gateScheduler.cancel(index)
            if work[index].purpose == .recheck {
                activeCount -= 1
                work[index].phase = .idle
            } else {
                putAside(index, reason: "interrupted while its gates were asked")
            }
        }
    }

    private func runningKeys(_ index: Int) -> [ProcessKey] {
        let attempt = work[index].attempt
        switch work[index].phase {
        case .asking(let role): return [ProcessKey(step: index, role: role, attempt: 0)]
        case .body:
            return [ProcessKey(step: index, role: work[index].isUndoing ? .undo : .body, attempt: attempt)]
        case .clearing: return work[index].clearing.map { [$0] } ?? []
        default: return []
        }
    }

    /// The session ends before these steps could go on: a later resume takes their attempts up.
    func leaveOpen() {
        guard options.session.kind != .down else { return }
        for index in work.indices where status(index).state.isActive || isIntended(index) {
            emit(
                .finished(
                    step: id(index),
                    Result(state: .interrupted, reason: "the session ended before it could go on")))
        }
    }

    /// An attempt of this session was about to start.
    private func isIntended(_ index: Int) -> Bool {
        guard let attempt = status(index).lastAttempt else { return false }
        return status(index).state == .ready && attempt.isOpen && attempt.session == state.sessions.count
    }

    /// The journal cannot be written: end all bodies and questions, and wait until they are gone.
    func endEverything() {
        for index in work.indices { gateScheduler.cancel(index) }
        let keys = work.indices.flatMap { runningKeys($0) }
        for key in keys { world.runner.terminate(key, grace: options.grace) }
        var running = Set(keys)
        let limit = world.inbox.now.uptime + options.grace + 5
        while !running.isEmpty, world.inbox.now.uptime < limit {
            for occurrence in world.inbox.wait(until: limit) {
                switch occurrence {
                case .ended(let key, let exit) where running.remove(key) != nil:
                    abandoned.append((step: id(key.step), attempt: key.attempt, exit: exit, left: []))
                case .unstopped(let key, let left) where running.remove(key) != nil:
                    abandoned.append((step: id(key.step), attempt: key.attempt, exit: .unknown, left: left))
                case .interrupt: for key in running { world.runner.kill(key) }
                default: break
                }
            }
        }
    }
}
