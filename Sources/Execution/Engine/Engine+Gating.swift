import DAG
import Model

extension Engine {
    /// Starts asking the gates; without any, what follows from holding gates follows at once.
    func askGates(_ index: Int, _ purpose: StepRun.Purpose) {
        let step = runbook.steps[index]
        var policy = GateScheduler.GatePolicy()
        switch purpose {
        case .bringUp: break
        case .satisfied: policy.ignoresProcess = step.isService && !isServiceAlive(index)
        case .recheck: policy.stable = 0
        case .resolve: policy = .look
        }
        guard gateScheduler.begin(index, manner: policy, now: now.uptime) else { return gatesHeld(index) }
        if purpose == .bringUp || purpose == .satisfied {
            emit(.gating(step: step.id, attempt: purpose == .bringUp ? runs[index].attempt.number : 0))
        }
    }

    func isServiceAlive(_ index: Int) -> Bool {
        runs[index].service != .unwatched || runbook.steps[index].isService && runs[index].body != nil
    }

    func currentLog(_ index: Int) -> String? {
        let number = runs[index].attempt.number
        let attempt = number > 0 ? number : status(index).lastBody?.number ?? 0
        guard attempt > 0 else { return nil }
        return world.files.log(step: id(index), role: .body, attempt: attempt)
    }

    func apply(_ findings: [GateScheduler.Finding]) {
        for finding in findings {
            switch finding {
            case .changed(let step, let gate, let answer, let probes):
                emit(.probed(step: id(step), gate: runbook.steps[step].gates[gate].label, answer, probes: probes))
            case .held(let step): gatesHeld(step)
            case .failed(let step, let reason):
                let facts = facts(step)
                change(step) { $0.gatesFailed(reason, facts) }
            }
        }
    }

    private func gatesHeld(_ index: Int) {
        let facts = facts(index)
        change(index) { $0.gatesHeld(facts) }
    }

    // MARK: - Steps that were done

    /// What it needs came up anew: does it still stand for the same, and does it hold?
    func recheck(_ index: Int) {
        if let reason = editReason(index) {
            emit(.planned(step: id(index), decision: .rerun, reason: reason))
            return change(index) { $0.startOver(.rerun) }
        }
        let status = status(index)
        var process: (key: ProcessKey, handle: Handle)?
        if runbook.steps[index].isService, let handle = status.process, let number = status.lastBody?.number {
            process = (ProcessKey(step: index, role: .body, attempt: number), handle)
        }
        let facts = facts(index)
        change(index) { $0.rechecks(process, facts) }
    }

    func stillHolds(_ index: Int) {
        let status = status(index)
        if status.state != .done && status.state != .satisfied {
            change(index) { $0.holdsAgain(number: status.lastBody?.number ?? 0, status.fingerprint) }
        } else {
            change(index) { $0.rests() }
            complete(index)
        }
    }

    /// It no longer holds: it runs again, or waits for a person's word.
    func lapse(_ index: Int, _ reason: String) {
        emit(.lapsed(step: id(index), reason: reason))
        if runbook.steps[index].isOnce {
            change(index) { $0.rests() }
            hasAsked = true
            block(index, because: "waits for a person's word on \(id(index))")
            return
        }
        emit(.planned(step: id(index), decision: .run, reason: "lapsed: \(reason)"))
        change(index) { $0.startOver(.run) }
    }
}
