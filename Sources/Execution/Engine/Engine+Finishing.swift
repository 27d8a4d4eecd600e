import DAG
import Steps

extension Engine {
    /// Ends the step for this session and lets what waits for it go on, or stay.
    func finish(
        _ index: Int, _ state: StepState, exit: Exit? = nil, gateSeconds: Double = 0, reason: String = "",
        outputs: [Output] = []
    ) {
        let isGood = state == .done || state == .satisfied
        let result = Result(
            state: state, attempt: work[index].attempt, exit: exit, seconds: work[index].bodySeconds,
            gateSeconds: gateSeconds, reason: values.mask.mask(reason),
            fingerprint: isGood ? work[index].fingerprint ?? currentFingerprint(index) : nil, outputs: outputs)
        emit(.finished(step: id(index), result))
        release(index)
        work[index].phase = .idle
        work[index].isSettling = false
        activeCount -= 1
        desk.cancel(index)
        scrub(index)
        switch state {
        case .done, .satisfied, .skipped, .undone: complete(index)
        case .failed: failed(index, reason)
        case .uncertain: block(index, because: "waits for a person's word on \(id(index))")
        default: break
        }
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
        work[index].isUp = false
        emit(.serviceEnded(step: step.id, exit))
        guard !step.isOptional else { return }
        hasFailed = true
        if options.failFast, stopping == .no { stopping = .failFast }
        block(index, because: "\(step.id) lapsed")
    }

    /// Takes secrets out of the attempt's log, and removes its outputs once they are stored.
    func scrub(_ index: Int) {
        let step = runbook.steps[index]
        let attempt = work[index].attempt
        guard attempt > 0 else { return }
        if !step.outputs.isEmpty, !work[index].isUndoing, status(index).state.isMet || status(index).state == .failed {
            world.files.remove(world.files.outputs(step: step.id, attempt: attempt))
        }
        guard seesSecrets(step), !values.mask.secrets.isEmpty else { return }
        let role: Role = work[index].isUndoing ? .undo : .body
        try? world.files.scrub(
            world.files.log(step: step.id, role: role, attempt: attempt), secrets: values.mask.secrets)
    }

    private func seesSecrets(_ step: Step) -> Bool {
        if !step.secrets.isEmpty || step.outputs.contains(where: \.isSecret) { return true }
        return step.environment.contains { !$0.value.outputs.isEmpty }
    }
}
