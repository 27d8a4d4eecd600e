import DAG
import Execution
import Model

// What has to be true whenever the engine waits for the world.
extension InvariantChecker {
    /// - Parameter isIdle: it waits for more than a moment.
    func waits(isIdle: Bool) {
        guard !crash.isThrown, let scene, !scene.isDiskFull else { return }
        checkRecorded()
        checkServices(scene)
        checkLimits(scene)
        if let interrupted = scene.interrupted { checkInterrupted(interrupted, isDown: scene.kind == .down) }
        // What was asked of the machine is about to be answered.
        let isQuiet = machine.mailbox.isEmpty && machine.unanswered.isEmpty
        if isIdle, isQuiet, !scene.hasFailedStart, !scene.isInterrupted { checkIdleSlots(scene) }
    }

    /// A wait is over, and may have been long.
    func waited() {
        guard !crash.isThrown, let scene, !scene.isDiskFull else { return }
        checkRecorded()
    }

    /// The pid of a process is stored before the engine idles.
    private func checkRecorded() {
        guard let unrecorded else { return }
        let span = machine.uptime - unrecorded.since
        check(
            span < 1 + (scene?.slept ?? 0),
            "the pid of \(unrecorded.step) attempt \(unrecorded.attempt) is not stored for \(span) s")
    }

    /// Nothing runs, or is asked, for longer than it may.
    private func checkLimits(_ scene: Scene) {
        for process in watchedProcesses() where !process.isService {
            guard let index = runbook.index[process.step] else { continue }
            let step = runbook.steps[index]
            let ran = machine.uptime - process.identity.startTime
            let limit: Double
            switch process.role {
            case .body: limit = step.timeout?.inSeconds ?? .infinity
            case .undo: limit = (step.undo?.timeout ?? step.timeout)?.inSeconds ?? .infinity
            default: limit = 60
            }
            // What may not be signalled is waited for three seconds more.
            let slack = scene.slept + (process.program.isHeld ? 3.5 : 0)
            // An adopted process is left a second at least, and KILL comes ten seconds after TERM.
            let begun = scene.adopted[process.serial] ?? process.identity.startTime
            check(
                ran < limit + 11.5 + slack || machine.uptime - begun < 12.5 + slack,
                "\(process.role.word) \(process.attempt) of \(step.id) runs for \(ran) s, its limit is \(limit) s")
        }
        for step in runbook.steps {
            let status = durable[step: step.id]
            guard status.state == .gating, let since = scene.gatingSince[step.id] else { continue }
            // Outputs of a service may take as long again as its gates, and its process ten seconds to end.
            let patience = step.gates.map(\.within.inSeconds).max() ?? 60
            check(
                machine.uptime - since < (step.isService ? 2 : 1) * patience + 12 + scene.slept + heldSlack,
                "the gates of \(step.id) are asked for \(machine.uptime - since) s, and may be for \(patience) s")
        }
    }

    /// After an interrupt everything is over in the time that TERM, and after a second one KILL, takes.
    /// Where an undo block comes to its end by then, the service has as long again.
    private func checkInterrupted(_ interrupted: (first: Double, last: Double, count: Int), isDown: Bool) {
        let sinceFirst = machine.uptime - interrupted.first
        let slack = (scene?.slept ?? 0) + (isDown ? 2 : 1) * heldSlack
        check(sinceFirst < (isDown ? 21 : 11) + slack, "the session goes on for \(sinceFirst) s after an interrupt")
        guard interrupted.count > 1 else { return }
        let sinceLast = machine.uptime - interrupted.last
        check(sinceLast < 1 + (scene?.slept ?? 0), "the session goes on for \(sinceLast) s after a second interrupt")
    }

    /// What may not be signalled is waited for a little longer, and so is what it may write to its log.
    private var heldSlack: Double {
        machine.living.contains { machine.processes[$0]?.program.isHeld == true } ? 6 : 0
    }

    /// No slot stays empty while a step could use it.
    private func checkIdleSlots(_ scene: Scene) {
        let watched = watchedProcesses()
        // A service that is being ended before it starts anew holds the slot that it starts in.
        let used = watched.count { (!$0.isService || $0.isEnding) && !$0.isGateProbe }
        guard used < scene.jobs, !scene.failFast || !hasFailed else { return }
        let busy = Set(watched.map(\.step))
        // One that needs the terminal waits until it is alone, and nothing is started meanwhile.
        if watched.contains(where: { isInteractive($0.step) }) || awaitsTerminal(scene) { return }
        for step in runbook.steps {
            guard scene.ready.contains(step.id), !busy.contains(step.id), !step.isInteractive || used == 0
            else { continue }
            if let pool = step.pool, let limit = runbook.pools[pool] {
                // From its first question until its gates hold a step has its place in the pool.
                let inPool = runbook.steps.count { other in
                    let state = durable[step: other.id].state
                    return other.pool == pool && other.id != step.id
                        && (busy.contains(other.id) || state == .running || state == .gating
                            || isIntended(other.id, scene))
                }
                guard inPool < limit else { continue }
            }
            breaks("\(step.id) is ready and waits, while \(used) of \(scene.jobs) slots are in use")
        }
    }

    /// Its body is about to start, or what came of an earlier one is being found out.
    private func isIntended(_ id: String, _ scene: Scene) -> Bool {
        durable[step: id].lastBody?.isOpen == true && durable[step: id].state != .undone && !scene.finished.contains(id)
    }

    private func awaitsTerminal(_ scene: Scene) -> Bool {
        runbook.steps.contains { step in
            guard step.isInteractive else { return false }
            let status = durable[step: step.id]
            if status.state == .ready || status.state == .waiting { return true }
            // Its last attempt is over, maybe because its gates did not hold, and it waits for the next one.
            let isOver = status.state == .running || status.state == .gating && scene.gatingSince[step.id] == nil
            return isOver && status.lastBody?.endedAt != nil
        }
    }

    private var hasFailed: Bool {
        runbook.steps.contains { [.failed, .lapsed].contains(durable[step: $0.id].state) }
    }

    func isInteractive(_ id: String) -> Bool { runbook.index[id].map { runbook.steps[$0].isInteractive } ?? false }

    func watchedProcesses() -> [Process] {
        machine.living.compactMap { machine.processes[$0] }.filter { $0.watcher?.executor == machine.executor }
    }
}

extension Process {
    /// A command gate, or a secret that is fetched for one: these hold no slot.
    var isGateProbe: Bool {
        switch role {
        case .gate: true
        case .secret: attempt > 0
        default: false
        }
    }
}
