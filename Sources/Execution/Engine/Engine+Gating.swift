import DAG
import Model

extension Engine {
    /// Starts asking the gates; without any, what follows from holding gates follows at once.
    func startGating(_ index: Int, _ purpose: Work.Purpose, from time: Double) {
        let step = runbook.steps[index]
        if stopping == .interrupted || stopping == .killed, !step.isService {
            // That its body succeeded is kept.
            if purpose == .bringUp { emit(.gating(step: step.id, attempt: work[index].attempt)) }
            return putAside(index, reason: "interrupted before its gates were asked")
        }
        work[index].purpose = purpose
        work[index].phase = step.isService && purpose == .bringUp ? .body : .gating
        work[index].gateStart = time
        var manner = GateScheduler.GatePolicy()
        switch purpose {
        case .bringUp: break
        case .satisfied: manner.ignoresProcess = step.isService && !isServiceAlive(index)
        case .recheck: manner.stable = 0
        case .resolve:
            manner = .look
        }
        guard gateScheduler.begin(index, manner: manner, now: time) else { return gatesHeld(index) }
        if purpose == .bringUp || purpose == .satisfied {
            emit(.gating(step: step.id, attempt: purpose == .bringUp ? work[index].attempt : 0))
        }
    }

    func isServiceAlive(_ index: Int) -> Bool {
        if work[index].isUp { return true }
        if runbook.steps[index].isService, work[index].phase == .body { return true }
        guard let identity = status(index).process else { return false }
        return world.runner.isAlive(identity)
    }

    func currentLog(_ index: Int) -> String? {
        let attempt = work[index].attempt > 0 ? work[index].attempt : status(index).lastBody?.number ?? 0
        guard attempt > 0 else { return nil }
        return world.files.log(step: id(index), role: .body, attempt: attempt)
    }

    func apply(_ findings: [GateScheduler.Finding]) {
        for finding in findings {
            switch finding {
            case .changed(let step, let gate, let answer, let probes):
                emit(.probed(step: id(step), gate: runbook.steps[step].gates[gate].label, answer, probes: probes))
            case .held(let step): gatesHeld(step)
            case .failed(let step, let reason): gatesFailed(step, reason)
            }
        }
    }

    private func gatesHeld(_ index: Int) {
        let step = runbook.steps[index]
        let gateSeconds = max(0, now.uptime - work[index].gateStart)
        switch work[index].purpose {
        case .bringUp:
            var outputs: [Output] = []
            if step.isService {
                do { outputs = try readOutputs(index) } catch { return outputsMissing(index, error) }
                values.set(outputs, of: step.id)
                work[index].isUp = true
                work[index].bodySeconds = 0
            }
            finish(
                index, .done, exit: step.isService ? nil : work[index].exit, gateSeconds: gateSeconds,
                outputs: outputs)
        case .satisfied:
            let wasRun = work[index].isResolving
            let kept = wasRun ? (try? readOutputs(index)) ?? [] : []
            if !kept.isEmpty { values.set(kept, of: step.id) }
            finish(
                index, wasRun ? .done : .satisfied, gateSeconds: gateSeconds, reason: "its check holds", outputs: kept)
        case .recheck: stillHolds(index)
        case .resolve:
            guard let outputs = try? readOutputs(index) else { return unsettled(index) }
            values.set(outputs, of: step.id)
            finish(index, .done, gateSeconds: gateSeconds, reason: "its gates hold", outputs: outputs)
        }
    }

    /// A service whose gates hold may take a little longer to write its outputs: as long as a gate may take to hold.
    /// Whether they still hold is not asked meanwhile.
    private func outputsMissing(_ index: Int, _ error: ValueError) {
        guard now.uptime < outputsDeadline(index), !work[index].isInterrupted else {
            work[index].endReason = error.message
            return endService(index)
        }
        let waited = max(0, now.uptime - work[index].gateStart)
        timers.push(
            .outputs(step: index, attempt: work[index].attempt), at: now.uptime + min(1, max(0.1, waited / 10)))
    }

    private func outputsDeadline(_ index: Int) -> Double {
        work[index].gateStart + (runbook.steps[index].gates.map(\.within.inSeconds).max() ?? 60)
    }

    /// Looks for the outputs once more.
    func outputsDue(_ index: Int, attempt: Int) {
        guard work[index].phase == .body, work[index].attempt == attempt, !work[index].isUp,
            !gateScheduler.isAsking(index),
            work[index].endReason == nil, !work[index].isInterrupted
        else { return }
        gatesHeld(index)
    }

    private func stillHolds(_ index: Int) {
        activeCount -= 1
        work[index].phase = .idle
        let state = status(index).state
        if state != .done && state != .satisfied {
            activeCount += 1
            work[index].fingerprint = status(index).fingerprint
            work[index].attempt = status(index).lastBody?.number ?? 0
            finish(index, .done, reason: "holds again")
        } else {
            complete(index)
        }
        superviseKept(index)
    }

    /// A kept service is watched from here on, as one that has just come up is.
    private func superviseKept(_ index: Int) {
        guard runbook.steps[index].isService, !work[index].isUp, let identity = status(index).process else { return }
        let attempt = status(index).lastBody?.number ?? 0
        work[index].attempt = attempt
        work[index].isUp = adopt(identity, ProcessKey(step: index, role: .body, attempt: attempt))
    }

    private func gatesFailed(_ index: Int, _ reason: String) {
        let step = runbook.steps[index]
        switch work[index].purpose {
        case .bringUp where step.isService:
            work[index].endReason = reason
            endService(index)
        case .bringUp:
            // The body succeeded: its outputs are stored, and a once step is not to be repeated for a gate.
            if step.isOnce || work[index].attempt == 0 {
                finish(index, .failed, exit: work[index].exit, reason: reason)
            } else {
                attemptFailed(index, work[index].exit ?? .unknown, reason: reason)
            }
        case .satisfied:
            if work[index].isResolving { return settleByGates(index) }
            work[index].stage = .confirm
            requeue(index)
            if schedule.phase(of: index) == .ready { announce(index) }
        case .recheck:
            lapse(index, reason)
        case .resolve:
            unsettled(index)
        }
    }

    /// The service does not become ready: end it; the end of its process ends the attempt.
    private func endService(_ index: Int) {
        world.runner.terminate(
            ProcessKey(step: index, role: .body, attempt: work[index].attempt), grace: options.grace)
    }

    /// Back into the queue, to go on at the stage where it is.
    func requeue(_ index: Int) {
        work[index].phase = .idle
        activeCount -= 1
        release(index)
        if !work[index].isUndoing { decisions[index] = decisions[index] == .rerun ? .rerun : .run }
        giveBack(index)
    }

    /// Back into the queue, to run from its beginning.
    private func startOver(_ index: Int, _ decision: Decision) {
        work[index].phase = .idle
        activeCount -= 1
        release(index)
        runAgain(index, decision)
    }

    // MARK: - Steps that were done

    /// What it needs came up anew: does it still stand for the same, and does it hold?
    func recheck(_ index: Int) {
        if let reason = editReason(index) {
            emit(.planned(step: id(index), decision: Decision.rerun.word, reason: reason))
            return startOver(index, .rerun)
        }
        startGating(index, .recheck, from: now.uptime)
    }

    /// It no longer holds: it runs again, or waits for a person's word.
    private func lapse(_ index: Int, _ reason: String) {
        emit(.lapsed(step: id(index), reason: reason))
        if runbook.steps[index].isOnce {
            activeCount -= 1
            work[index].phase = .idle
            hasAsked = true
            block(index, because: "waits for a person's word on \(id(index))")
            return
        }
        emit(.planned(step: id(index), decision: Decision.run.word, reason: "lapsed: \(reason)"))
        startOver(index, .run)
    }

    // MARK: - Attempts whose end nobody saw

    /// An attempt of an executor that died: its exit status decides where it is known, else check and gates.
    ///
    /// The secrets that it saw are fetched first: check and gates may need them, and its log is to be freed of them.
    func resolve(_ index: Int, exit: Exit) {
        work[index].isResolving = true
        work[index].exit = exit
        work[index].resolvedReason = work[index].endReason
        work[index].endReason = nil
        if !fetchSecret(index) { goOnSettling(index) }
    }

    /// The body of an earlier session succeeded: its gates are asked, once its log can be freed of secrets.
    func resumeGates(_ index: Int) {
        work[index].exit = status(index).lastBody?.exit
        work[index].isResumingGates = true
        work[index].isResolving = true
        if !fetchSecret(index) { goOnSettling(index) }
    }

    func goOnSettling(_ index: Int) {
        if work[index].isResumingGates {
            work[index].isResumingGates = false
            work[index].isResolving = false
            return startGating(index, .bringUp, from: now.uptime)
        }
        let exit = work[index].exit ?? .unknown
        work[index].endReason = work[index].resolvedReason
        if exit != .unknown || work[index].endReason != nil { return bodyEnded(index, exit) }
        if let check = runbook.steps[index].check { return ask(index, .check, check.display) }
        settleByGates(index)
    }

    func settleByGates(_ index: Int) {
        releaseSlot(index)
        guard !runbook.steps[index].gates.isEmpty else { return unsettled(index) }
        startGating(index, .resolve, from: now.uptime)
    }

    /// Nothing says that the attempt completed: run again, or, for a step that must not run twice, ask.
    func unsettled(_ index: Int) {
        guard runbook.steps[index].isOnce else { return startOver(index, work[index].isOutdated ? .rerun : .run) }
        hasAsked = true
        // That it began stays on record, whatever becomes of the step's state.
        finish(
            index, .uncertain, exit: .unknown,
            reason: "uncertain: the executor died during attempt \(work[index].attempt), and nothing says how it ended")
    }

    /// Leaves the step to a later resume, which finds out what this session was not allowed to.
    func putAside(_ index: Int, reason: String) {
        if work[index].isResolving { work[index].attempt = 0 }
        finish(index, .interrupted, exit: work[index].isResolving ? nil : work[index].exit, reason: reason)
    }
}
