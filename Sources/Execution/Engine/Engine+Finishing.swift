import DAG
import Model

extension Engine {
    /// Ends the step for this session and lets what waits for it go on, or stay.
    func finish(
        _ index: Int, _ state: StepState, exit: Exit?, gateSeconds: Double, reason: String, outputs: [Output]
    ) {
        let isGood = state == .done || state == .satisfied
        let run = runs[index]
        let remark = isGood ? runs[index].attempt.remark ?? "" : ""
        let reason = [reason, remark].filter { !$0.isEmpty }.joined(separator: "; ")
        let result = Result(
            state: state, attempt: run.attempt.number, exit: exit, seconds: run.attempt.seconds,
            gateSeconds: gateSeconds, reason: reason,
            fingerprint: isGood ? run.attempt.fingerprint ?? currentFingerprint(index) : nil, outputs: outputs)
        emit(.finished(step: id(index), result))
        if run.attempt.number > 0, !run.isUndoing { keepOutputs(index, as: state) }
        release(index)
        runs.change(index) { $0.finished() }
        gateScheduler.cancel(index)
        removeOutputs(index)
        if case .earlier(let validity) = run.attempt.maker, goesOn(index, from: state, validity) { return }
        switch state {
        case .done, .satisfied, .skipped, .undone: complete(index)
        case .failed: failed(index, reason)
        case .uncertain: block(index, because: "waits for a person's word on \(id(index))")
        default: break
        }
    }

    /// What came of an earlier executor's attempt counts, but does it stand for what is wanted now?
    ///
    /// - Returns: true when the step goes on in this session.
    private func goesOn(_ index: Int, from state: StepState, _ validity: StepRun.Validity) -> Bool {
        runs.change(index) { $0.attempt.maker = .thisSession }
        guard state == .done || state == .failed, options.session.kind != .down else { return false }
        if validity == .outdated {
            runAgain(index, .rerun)
            return true
        }
        guard state == .done else { return false }
        if let reason = editReason(index) {
            emit(.planned(step: id(index), decision: .rerun, reason: reason))
            runAgain(index, .rerun)
            return true
        }
        // What it needs comes up anew: it is looked at again after that.
        let isEarly = schedule.graph.predecessors(of: index).contains { schedule.phase(of: $0) != .complete }
        guard isEarly else { return false }
        runs.change(index) { $0.decision = .recheck }
        giveBack(index)
        return true
    }

    /// Back into the queue, to run from its beginning.
    func runAgain(_ index: Int, _ decision: Decision) {
        runs.change(index) { $0.forget(decision) }
        giveBack(index)
        if schedule.phase(of: index) == .ready { announce(index) }
    }

    /// Why its result is not what would come out now; nil for once steps, which nothing but a word repeats.
    func editReason(_ index: Int) -> String? {
        guard !runbook.steps[index].isOnce, let earlier = status(index).fingerprint,
            let changes = currentFingerprint(index)?.changes(since: earlier), !changes.isEmpty
        else { return nil }
        return "edited: " + changes.joined(separator: ", ")
    }

    private func currentFingerprint(_ index: Int) -> Fingerprint? {
        (try? fingerprinter.fingerprint(index)) ?? nil
    }

    func complete(_ index: Int) {
        for other in schedule.complete(index) { announce(other) }
    }

    private func failed(_ index: Int, _ reason: String) {
        let step = runbook.steps[index]
        if step.isOptional, options.session.kind != .down { return complete(index) }
        hasFailed = true
        if options.failFast, stopping == .no { stopping = .failFast }
        block(index, because: "\(step.id) failed")
    }

    /// A service that was up ended by itself: nothing more is started on it.
    func serviceLapsed(_ index: Int, _ exit: Exit) {
        let step = runbook.steps[index]
        emit(.serviceEnded(step: step.id, exit))
        guard !step.isOptional else {
            // One that was about to be kept lets go on what needs it.
            if schedule.phase(of: index) == .taken { complete(index) }
            return
        }
        hasFailed = true
        if options.failFast, stopping == .no { stopping = .failFast }
        block(index, because: "\(step.id) lapsed")
    }
}
