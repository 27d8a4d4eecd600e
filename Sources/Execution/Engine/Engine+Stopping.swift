import DAG
import Steps

extension Engine {
    /// Ctrl-C: the first time end what runs, in order; the second time kill it. Services that are up stay up.
    func interrupt() {
        switch stopping {
        case .no, .failFast:
            stopping = .interrupted
            for index in work.indices { wind(down: index) }
        case .interrupted:
            stopping = .killed
            for index in work.indices where work[index].phase != .idle && work[index].phase != .waiting {
                for key in runningKeys(index) { world.runner.kill(key) }
            }
        case .killed: break
        }
    }

    private func wind(down index: Int) {
        switch work[index].phase {
        case .idle, .waiting, .intending: break
        case .asking(let role):
            work[index].isInterrupted = true
            world.runner.kill(ProcessKey(step: index, role: role, attempt: 0))
        case .body, .clearing:
            work[index].isInterrupted = true
            work[index].endReason = work[index].endReason ?? nil
            desk.cancel(index)
            for key in runningKeys(index) { world.runner.terminate(key, grace: options.grace) }
        case .pausing:
            finish(index, .interrupted, exit: work[index].exit, reason: "interrupted before another attempt")
        case .gating:
            desk.cancel(index)
            if work[index].purpose == .recheck {
                activeCount -= 1
                work[index].phase = .idle
            } else {
                finish(index, .interrupted, exit: work[index].exit, reason: "interrupted while its gates were asked")
            }
        }
    }

    private func runningKeys(_ index: Int) -> [ProcessKey] {
        let attempt = work[index].attempt
        switch work[index].phase {
        case .asking(let role): return [ProcessKey(step: index, role: role, attempt: 0)]
        case .body:
            return [ProcessKey(step: index, role: work[index].isUndoing ? .undo : .body, attempt: attempt)]
        case .clearing:
            return [ProcessKey(step: index, role: .body, attempt: status(index).lastBody?.number ?? attempt)]
        default: return []
        }
    }

    /// The journal cannot be written: end all bodies and questions, and wait until they are gone.
    func endEverything() {
        for index in work.indices { desk.cancel(index) }
        var running = Set(work.indices.flatMap { runningKeys($0) })
        for key in running { world.runner.terminate(key, grace: options.grace) }
        let limit = world.inbox.now.uptime + options.grace + 5
        while !running.isEmpty, world.inbox.now.uptime < limit {
            for occurrence in world.inbox.wait(until: limit) {
                if case .ended(let key, let exit) = occurrence, running.remove(key) != nil {
                    abandoned.append((step: id(key.step), exit: exit))
                }
            }
        }
    }
}
