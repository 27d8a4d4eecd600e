import DAG
import Execution
import Model

// What has to be true when a session is over.
extension InvariantChecker {
    /// A session came to its end by itself.
    func ends(_ outcome: Outcome, failFast: Bool) {
        guard let scene, !crash.isThrown else { return }
        machine.tell("outcome: \(outcome.rawValue)")
        check(durable.outcome == outcome, "the outcome \(outcome) is not stored")
        checkProcesses()
        checkLogs()
        guard scene.kind != .down else { return checkDown(outcome, scene) }
        let isCut = outcome == .interrupted || failFast
        for (index, step) in runbook.steps.enumerated() where isApplicable(step) {
            let state = durable[step: step.id].state
            check(state != .running && state != .gating, "the session is over and \(step.id) is still \(state)")
            check(
                state != .ready || durable[step: step.id].lastAttempt?.isOpen != true
                    || durable[step: step.id].lastAttempt?.session != durable.sessions.count,
                "the session is over, and \(step.id) is still about to start")
            if !isCut { checkLeftBehind(index, step, state) }
            guard outcome == .done else { continue }
            checkAskedAgain(step, scene)
            check(
                state.isMet || step.isOptional, "the outcome is done, and \(step.id) is \(state)")
            check(
                !state.isMet || !due.contains(step.id), "\(step.id) was to run again, did not, and the outcome is done")
        }
    }

    /// Nothing is left lying while all it needs is there.
    private func checkLeftBehind(_ index: Int, _ step: Step, _ state: StepState) {
        switch state {
        case .pending, .ready, .blocked, .undone, .interrupted: break
        default: return
        }
        if case .ask = scene?.plan.items[index].decision { return }
        var stack = Array(step.needs)
        var seen = Set(stack)
        while let need = stack.popLast() {
            let other = runbook.steps[need]
            let status = durable[step: other.id]
            if !status.state.isMet, !(other.isOptional && status.state == .failed) { return }
            if case .ask = scene?.plan.items[need].decision { return }
            for next in other.needs where seen.insert(next).inserted { stack.append(next) }
        }
        breaks("the session is over and \(step.id) is \(state), though all it needs is there")
    }

    /// Nothing that this executor watched runs on but services.
    func checkProcesses() {
        for process in machine.living.compactMap({ machine.processes[$0] }) where process.isBody {
            guard runbook.index[process.step] != nil, process.watcher?.executor == machine.executor else { continue }
            // Nobody can end it: that it lives is on record.
            if process.program.isHeld { continue }
            let state = durable[step: process.step].state
            check(
                process.isService,
                "the session is over and \(process.role.word) \(process.attempt) of \(process.step) "
                    + "(\(state)) still runs"
            )
        }
    }

    /// The logs of attempts that are over hold no secret.
    private func checkLogs() {
        // A secret that cannot be fetched again cannot be recognised.
        guard !hasLostSecret else { return }
        for step in runbook.steps {
            let status = durable[step: step.id]
            for attempt in status.attempts where attempt.isFinished || attempt.endedAt != nil {
                if isStillToBeScrubbed(attempt, status, step) { continue }
                // A service writes on, also when taking it down failed; what it wrote is looked at when it was started
                // again, or is down.
                let isLater = status.attempts.contains {
                    $0.number > attempt.number && $0.role == .body && $0.isFinished
                }
                if step.isService, attempt.role == .body, !isLater, status.state != .undone { continue }
                guard let bytes = machine.files[attempt.log] else { continue }
                // Who saw it died before it could be scrubbed, and a later executor may not know the secret.
                if let foldChecker = machine.lateLogs[attempt.log], foldChecker != machine.executor { continue }
                check(
                    !String(decoding: bytes, as: UTF8.self).contains(SimulatedHost.secretMark),
                    "the log of \(step.id) attempt \(attempt.number) still holds a secret")
            }
        }
    }

    /// Nothing can be fetched after an interrupt: it is made up for when the step is taken up for good.
    private func isStillToBeScrubbed(_ attempt: Attempt, _ status: StepStatus, _ step: Step) -> Bool {
        guard attempt.number == status.attempts.last(where: { $0.role == attempt.role })?.number else { return false }
        if status.state == .interrupted { return true }
        let isSettled = status.state == .undone || status.state == .done || status.state == .satisfied
        return !isSettled && interruptedAttempts.contains("\(step.id)/\(attempt.number)")
    }

    private func checkDown(_ outcome: Outcome, _ scene: Scene) {
        guard outcome == .undone else { return }
        // Also what was taken out of the runbooks since.
        for id in touched.sorted() {
            breaks("all is down, and \(id), which began to come up, is \(durable[step: id].state)")
        }
        for (index, step) in runbook.steps.enumerated() where scene.plan.items[index].decision == .undo {
            check(
                durable[step: step.id].state == .undone,
                "all is down, and \(step.id) is \(durable[step: step.id].state)")
        }
        for process in machine.living.compactMap({ machine.processes[$0] }) where process.isBody {
            breaks("all is down, and \(process.role.word) of \(process.step) lives (pid \(process.identity.pid))")
        }
    }

    /// A step takes an output of one that does not apply and never gave it: it can only fail.
    var isShortOfOutputs: Bool {
        runbook.steps.contains { step in
            guard durable[step: step.id].state == .failed else { return false }
            return step.inputs.flatMap(\.outputs).contains { output in
                let provider = durable[step: output.step]
                return provider.state == .skipped && !provider.outputs.contains { $0.name == output.name }
            }
        }
    }

    /// In a calm world the end is what an undisturbed run would have brought about.
    func checkEnd() {
        let current = CurrentValues(runbook: runbook, state: durable)
        for (index, step) in runbook.steps.enumerated() where isApplicable(step) {
            let status = durable[step: step.id]
            guard status.state == .done, !step.isOnce else { continue }
            check(
                status.fingerprint == current.fingerprint(index),
                "in the end \(step.id) is done for something else than what is written now")
            guard step.check == nil, !step.isBodyEmpty || step.isFile else { continue }
            // Where nobody knows how the body ended, its gates have the last word.
            if !step.isFile, !step.isService, status.lastBody?.exit?.isSuccess != true { continue }
            guard let product = machine.products[step.id] else {
                // That its process lives, or what it once logged, says nothing of what it brings about now.
                let isAsked = step.gates.contains { !isKnown($0, status) }
                check(!isAsked, "in the end \(step.id) is done, and what it brings about is not there")
                continue
            }
            if case .file(let file) = step.kind {
                // Unless a person said that it stays as somebody made it.
                check(
                    status.acceptedFile != nil || product.inputs == [current.text(file.content) ?? "?"],
                    "in the end the file of \(step.id) has not the content that is written now")
            } else {
                check(product.script.hasSuffix(step.body), "in the end \(step.id) was made by an older script")
                check(
                    product.inputs == current.inputs(index),
                    "in the end \(step.id) was made from \(product.inputs), and now is \(current.inputs(index) ?? [])")
            }
        }
    }
}

extension Step {
    fileprivate var isFile: Bool { if case .file = kind { true } else { false } }
}
