import DAG
import Model

// What the steps' state machines ask for.
extension Engine {
    func facts(_ index: Int) -> StepRun.Facts {
        StepRun.Facts(runbook.steps, index, stopping: stopping, now: now.uptime)
    }

    /// Tells a step what happened, and does what follows from it.
    func change(_ index: Int, _ input: (inout StepRun) -> [StepRun.Action]) {
        carryOut(runs.change(index, input), of: index)
    }

    private func carryOut(_ actions: [StepRun.Action], of index: Int) {
        for (position, action) in actions.enumerated() {
            if StepRun.wantsCleanLogs(action), clean(index) {
                return runs.change(index) { $0.cleans(then: Array(actions[position...])) }
            }
            carryOut(action, of: index)
        }
    }

    /// Logs are free of secrets: what waited for that follows.
    func cleaned(_ index: Int) {
        for action in runs.change(index, { $0.cleaned() }) { carryOut(action, of: index) }
    }

    private func carryOut(_ action: StepRun.Action, of index: Int) {
        switch action {
        case .enter(let stage): enter(stage, of: index)
        case .enterUndo(let stage): enterUndo(stage, of: index)
        case .undo(let stage): undo(index, from: stage)
        case .stopLeftover: stopLeftover(index)
        case .examine(let search): examine(index, search)
        case .nothingLeft(let role): nothingLeft(index, role)
        case .adopt(let adoption): adopt(index, adoption)
        case .ask(let role, let isParsed): ask(index, role, isParsed: isParsed)
        case .fetchSecrets: fetchSecret(index)
        case .skip: skip(index)
        case .takeSecret(let position, let exit, let capture): takeSecret(index, position, exit, capture)
        case .prepareBody: startBody(index)
        case .askGates(let purpose): askGates(index, purpose)
        case .collect(let collection): collect(index, collection)
        case .lookAgain(let seconds):
            timers.push(.outputs(step: index, attempt: runs[index].attempt.number), at: now.uptime + seconds)
        case .pause(let exit, let reason): pause(index, exit, because: reason)
        case .putOff: timers.push(.retry(step: index, attempt: runs[index].attempt.number), at: now.uptime + 0.5)
        case .stillHolds: stillHolds(index)
        case .lapse(let reason): lapse(index, reason)
        case .stop(let key): world.machine.stop(key, grace: options.grace)
        case .kill(let key): world.machine.kill(key)
        case .cancelGates: gateScheduler.cancel(index)
        case .limit(let key): limitBody(key)
        case .limitAdopted(let key, let handle): limitAdopted(key, handle)
        case .emitStarted(let handle):
            emit(.started(step: id(index), attempt: runs[index].attempt.number, handle))
        case .emitAdopted(let handle):
            emit(.adopted(step: id(index), attempt: runs[index].attempt.number, handle))
        case .complete: complete(index)
        case .emitGating(let attempt): emit(.gating(step: id(index), attempt: attempt))
        case .emitWaiting(let question):
            waiting.append(index)
            emit(.waiting(step: id(index), question: question))
            listen()
        case .emitEnded(let attempt, let exit, let reason, let outputs):
            emit(.attemptEnded(step: id(index), attempt: attempt, exit, reason: reason, outputs: outputs))
        case .emitWithdrawn(let attempt): recordWithdrawal(index, attempt: attempt)
        case .takeOver(let outputs): values.set(outputs, of: id(index))
        case .keepOutputs: keepOutputs(index)
        case .miss: hasAsked = true
        case .heedInterrupt: heedInterrupt(index)
        case .releaseSlot: releaseSlot(index)
        case .release: release(index)
        case .giveBack: giveBack(index)
        case .announce: if schedule.phase(of: index) == .ready { announce(index) }
        case .runAgain(let decision): runAgain(index, decision)
        case .finish(let state, let exit, let gateSeconds, let reason, let outputs):
            finish(index, state, exit: exit, gateSeconds: gateSeconds, reason: reason, outputs: outputs)
        case .serviceLapsed(let exit): serviceLapsed(index, exit)
        }
    }

    /// The step fails before its body runs.
    func fail(_ index: Int, _ reason: String) {
        change(index) { $0.finish(.failed, reason: reason) }
    }
}
