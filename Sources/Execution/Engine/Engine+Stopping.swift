import DAG
import Model

extension Engine {
    /// Ctrl-C: the first time end what runs, in order; the second time kill it. Services that are up stay up.
    func interrupt() {
        switch stopping {
        case .no, .failFast:
            stopping = .interrupted
            for index in runs.indices { heedInterrupt(index) }
            let left = runs.indices.filter { !runs[$0].runningKeys($0).isEmpty }.map { id($0) }
            if left.isEmpty { return }
            for observer in world.observers { observer.stopping(left, now: now) }
        case .interrupted:
            stopping = .killed
            for key in runningKeys { world.machine.kill(key) }
            timers.push(.parting, at: now.uptime + Self.parting)
        case .killed: break
        }
    }

    func heedInterrupt(_ index: Int) {
        let facts = facts(index)
        change(index) { $0.interrupted(facts) }
    }

    /// Seconds for which a second interrupt waits for what it has killed.
    private static let parting = 0.5

    /// Ends the session without waiting any longer: what still lives stays on record, and the next session ends it
    /// before it does anything else with the step.
    func part() {
        for index in runs.indices where !runs[index].runningKeys(index).isEmpty { change(index) { $0.parted() } }
    }

    private var runningKeys: [ProcessKey] { runs.indices.flatMap { runs[$0].runningKeys($0) } }

    /// The session ends before these steps could go on: a later resume takes their attempts up.
    func leaveOpen() {
        guard options.session.kind != .down else { return }
        for index in runs.indices where status(index).state.isActive || isIntended(index) {
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
        for index in runs.indices { gateScheduler.cancel(index) }
        let keys = runningKeys
        for key in keys { world.machine.stop(key, grace: options.grace) }
        var running = Set(keys)
        let limit = world.inbox.now.uptime + options.grace + 5
        while !running.isEmpty, world.inbox.now.uptime < limit {
            for occurrence in world.inbox.wait(until: limit) {
                switch occurrence {
                case .notStarted(let key, _): running.remove(key)
                case .ended(let key, let exit) where running.remove(key) != nil,
                    .answered(let key, let exit, _) where running.remove(key) != nil:
                    abandoned.append((step: id(key.step), attempt: key.attempt, exit: exit, left: []))
                case .unstopped(let key, let left) where running.remove(key) != nil:
                    abandoned.append((step: id(key.step), attempt: key.attempt, exit: .unknown, left: left))
                case .interrupt: for key in running { world.machine.kill(key) }
                default: break
                }
            }
        }
    }
}
