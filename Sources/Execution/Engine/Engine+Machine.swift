import DAG
import Model

// What machines are asked, and what they answer.
extension Engine {
    /// An attempt, as the machine that it was made on can be asked about it.
    func reference(
        _ index: Int, _ attempt: Attempt, extent: AttemptReference.Extent = .itself
    ) -> AttemptReference {
        builder.reference(index, attempt, state, extent: extent)
    }

    /// The attempt of this role and number, if there is one.
    func attempt(_ index: Int, _ role: Role, _ number: Int) -> Attempt? {
        status(index).attempts.last { $0.role == role && $0.number == number }
    }

    // MARK: - Asking

    func examine(_ index: Int, _ search: StepRun.Search) {
        guard let (attempt, extent) = searched(index, search) else {
            let facts = facts(index)
            return change(index) { $0.found(.gone, number: 0, counts: false, facts) }
        }
        world.machine.examine(reference(index, attempt, extent: extent))
    }

    private func searched(_ index: Int, _ search: StepRun.Search) -> (Attempt, AttemptReference.Extent)? {
        let status = status(index)
        switch search {
        case .leftover(let role):
            guard let attempt = status.attempts.last(where: { $0.role == role }) else { return nil }
            // What a body that ended well left running was meant to go on; a service's is the service.
            let isWhole = runbook.steps[index].isService && role == .body || attempt.exit?.isSuccess != true
            return (attempt, isWhole ? .withRemainder : .itself)
        case .successor:
            guard var attempt = status.lastBody else { return nil }
            attempt.handle = status.process
            return (attempt, .withRemainder)
        case .service:
            guard var attempt = status.lastBody else { return nil }
            attempt.handle = status.process
            return (attempt, .itself)
        case .end: return status.lastBody.map { ($0, .itself) }
        case .undo: return status.attempts.last { $0.role == .undo }.map { ($0, .itself) }
        }
    }

    /// Something of an attempt of this role may live.
    func mayRemain(_ index: Int, _ role: Role) -> Bool {
        guard let attempt = status(index).attempts.last(where: { $0.role == role }) else { return false }
        return attempt.handle != nil || attempt.endedAt == nil
    }

    /// Of the attempt of this role nothing is left that is to end: what is next?
    func nothingLeft(_ index: Int, _ role: Role) {
        let step = runbook.steps[index]
        switch runs[index].course {
        case .undo(.stop, _): undone(index)
        case .undo where role == .undo && !step.isService && mayRemain(index, .body),
            .bringUp(.halt) where role == .undo && !step.isService && mayRemain(index, .body):
            change(index) { $0.examines(.leftover(.body)) }
        case .undo: change(index) { $0.leftoverCleared() }
        case .bringUp(.halt) where step.isService && status(index).process != nil && runs[index].service == .unwatched:
            change(index) { $0.examines(.service) }
        case .bringUp, .skip, .settle: change(index) { $0.passed() }
        }
    }

    func adopt(_ index: Int, _ adoption: StepRun.Adoption) {
        guard let attempt = attempt(index, adoption.key.role, adoption.key.attempt) else {
            let facts = facts(index)
            return change(index) { $0.lost(facts) }
        }
        world.machine.adopt(adoption.handle, of: reference(index, attempt), as: adoption.key)
    }

    // MARK: - Hearing

    func hear(_ occurrence: Occurrence) {
        switch occurrence {
        case .started(let key, let handle): started(key, handle)
        case .notStarted(let key, let error): notStarted(key, error)
        case .answered(let key, let exit, let capture): questionEnded(key, exit, capture)
        case .ended(let key, let exit): ended(key, exit)
        case .unstopped(let key, let remnants):
            let facts = facts(key.step)
            change(key.step) { $0.unstopped(key, remnants.account, facts) }
        case .adopted(let key):
            let facts = facts(key.step)
            change(key.step) { $0.adopted(facts) }
        case .lost(let key):
            let facts = facts(key.step)
            change(key.step) { $0.lost(facts) }
        case .found(let reference, let remains): found(reference, remains)
        case .collected(let reference, let collected): read(reference, collected)
        case .scrubbed(let reference, let scrubbed): self.scrubbed(reference, scrubbed)
        case .wrote(let key, let result): wrote(key, result)
        case .looked, .replaced, .probed, .interrupt, .typed, .committed, .notCommitted: break
        }
    }

    private func started(_ key: ProcessKey, _ handle: Handle) {
        switch key.role {
        case .body, .undo:
            guard runs[key.step].attempt.number == key.attempt else { return }
            let facts = facts(key.step)
            change(key.step) { $0.started(handle, facts) }
        case .when, .check, .secret: if key.attempt == 0 { limitQuestion(key) }
        case .gate: break
        }
    }

    private func notStarted(_ key: ProcessKey, _ error: LaunchError) {
        let facts = facts(key.step)
        let othersRun = slots.used > 1
        switch key.role {
        case .body, .undo:
            guard runs[key.step].attempt.number == key.attempt else { return }
            change(key.step) { $0.notStarted(error, facts, othersRun: othersRun) }
        case .when, .check, .secret:
            change(key.step) { $0.notAsked(key.role, error, facts, othersRun: othersRun) }
        case .gate: break
        }
    }

    private func found(_ reference: AttemptReference, _ remains: Remains) {
        guard let index = runbook.index[reference.step] else { return }
        if remains == .unreachable, case .examining = runs[index].state {
            // Nothing may be repeated by it: it is asked until it answers.
            let pause = min(30, max(1, 2 * (pauses[index] ?? 0.5)))
            pauses[index] = pause
            return timers.push(.examine(step: index), at: now.uptime + pause)
        }
        pauses[index] = nil
        let counts = attempt(index, reference.role, reference.attempt)?.isVoid == false
        let facts = facts(index)
        change(index) { $0.found(remains, number: reference.attempt, counts: counts, facts) }
    }

    func examineAgain(_ index: Int) {
        guard case .examining(let search) = runs[index].state else { return }
        examine(index, search)
    }
}
