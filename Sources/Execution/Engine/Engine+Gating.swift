import DAG
import Steps

extension Engine {
    /// Starts asking the gates; without any, what follows from holding gates follows at once.
    func startGating(_ index: Int, _ purpose: Work.Purpose, from time: Double) {
        let step = runbook.steps[index]
        work[index].purpose = purpose
        work[index].phase = step.isService && purpose == .bringUp ? .body : .gating
        work[index].gateStart = time
        var manner = GateDesk.Manner()
        switch purpose {
        case .bringUp: break
        case .satisfied: manner.ignoresProcess = step.isService && !isServiceAlive(index)
        case .recheck: manner.stable = 0
        case .settle:
            manner = .look
        }
        guard desk.begin(index, manner: manner, now: time) else { return gatesHeld(index) }
        if purpose == .bringUp || purpose == .satisfied {
            emit(.gating(step: step.id, attempt: work[index].attempt))
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

    func apply(_ findings: [GateDesk.Finding]) {
        for finding in findings {
            switch finding {
            case .changed(let step, let gate, let answer, let probes):
                let label = values.mask.mask(runbook.steps[step].gates[gate].label)
                emit(.probed(step: id(step), gate: label, answer, probes: probes))
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
                do { outputs = try readOutputs(index) } catch {
                    work[index].endReason = error.message
                    return endService(index)
                }
                values.set(outputs, of: step.id)
                work[index].isUp = true
                work[index].bodySeconds = 0
            }
            finish(
                index, .done, exit: step.isService ? nil : work[index].exit, gateSeconds: gateSeconds,
                outputs: outputs)
        case .satisfied:
            let kept = work[index].isSettling ? (try? readOutputs(index)) ?? [] : []
            values.set(kept, of: step.id)
            let wasRun = work[index].isSettling
            finish(
                index, wasRun ? .done : .satisfied, gateSeconds: gateSeconds, reason: "its check holds", outputs: kept)
        case .recheck: stillHolds(index)
        case .settle:
            guard let outputs = try? readOutputs(index) else { return unsettled(index) }
            values.set(outputs, of: step.id)
            finish(index, .done, gateSeconds: gateSeconds, reason: "its gates hold", outputs: outputs)
        }
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
            superviseKept(index)
            complete(index)
        }
    }

    /// A kept service is watched from here on, as one that has just come up is.
    private func superviseKept(_ index: Int) {
        guard runbook.steps[index].isService, !work[index].isUp, let identity = status(index).process else { return }
        let attempt = status(index).lastBody?.number ?? 0
        work[index].attempt = attempt
        work[index].isUp = world.runner.adopt(identity, as: ProcessKey(step: index, role: .body, attempt: attempt))
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
            work[index].stage = .clear
            decisions[index] = .run
            requeue(index)
        case .recheck:
            lapse(index, reason)
        case .settle:
            unsettled(index)
        }
    }

    /// The service does not become ready: end it; the end of its process ends the attempt.
    private func endService(_ index: Int) {
        world.runner.terminate(
            ProcessKey(step: index, role: .body, attempt: work[index].attempt), grace: options.grace)
    }

    func requeue(_ index: Int) {
        work[index].phase = .idle
        activeCount -= 1
        if work[index].holdsSlot { release(index) }
        schedule.pushBack(index)
    }

    // MARK: - Steps that were done

    /// What it needs came up anew: does it still stand for the same, and does it hold?
    func recheck(_ index: Int) {
        let step = runbook.steps[index]
        if let earlier = status(index).fingerprint, let current = try? fingerprinter.fingerprint(index) {
            let changes = current.changes(since: earlier)
            if !changes.isEmpty, !step.isOnce {
                let reason = "edited: " + changes.joined(separator: ", ")
                emit(.planned(step: step.id, decision: "run", reason: reason))
                decisions[index] = .run
                return requeue(index)
            }
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
        emit(.planned(step: id(index), decision: "run", reason: "lapsed: \(reason)"))
        decisions[index] = .run
        requeue(index)
    }

    // MARK: - Attempts whose end nobody saw

    /// An attempt of an executor that died: its exit status decides where it is known, else check and gates.
    func settle(_ index: Int, exit: Exit) {
        let step = runbook.steps[index]
        work[index].fingerprint = status(index).lastBody?.fingerprint
        work[index].isSettling = true
        if exit != .unknown {
            work[index].bodyStart = now.uptime
            return bodyEnded(index, exit)
        }
        if let check = step.check {
            if ask(index, .check, check.display) { return }
        }
        settleByGates(index)
    }

    func settleByGates(_ index: Int) {
        release(index)
        guard !runbook.steps[index].gates.isEmpty else { return unsettled(index) }
        startGating(index, .settle, from: now.uptime)
    }

    /// Nothing says that the attempt completed: run again, or, for a step that must not run twice, ask.
    private func unsettled(_ index: Int) {
        let step = runbook.steps[index]
        release(index)
        guard step.isOnce else {
            work[index].isSettling = false
            work[index].stage = .when
            decisions[index] = .run
            return requeue(index)
        }
        hasAsked = true
        finish(
            index, .uncertain,
            reason: "uncertain: the executor died during attempt \(work[index].attempt), and nothing says how it ended")
    }
}
