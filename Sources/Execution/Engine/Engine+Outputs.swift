import Model

// What bodies hand on, and the files it comes in.
extension Engine {
    /// Makes sure, before there is an attempt, that what a body hands on can be sealed: it may never be made again.
    func prepareOutputs(_ index: Int) throws(ValueError) {
        if runbook.steps[index].outputs.contains(where: \.isSecret) { try values.prepareSealing() }
    }

    // MARK: - Reading

    /// Reads what was handed on, for the step to go on by.
    func collect(_ index: Int, _ collection: StepRun.Collection) {
        let step = runbook.steps[index]
        let number = runs[index].attempt.number
        if collection == .check, knowsOutputs(index) { return collected(index, .success([])) }
        guard !step.outputs.isEmpty || number > 0 else { return collected(index, .success([])) }
        if !step.outputs.isEmpty, runs[index].isSettling, wasBootedSince(index) {
            // Nobody waited until the file was on disk: after a power cut it may be there in part.
            return collected(
                index, .failure(ValueError("what it handed on may not be whole: the machine was booted since")))
        }
        guard let attempt = attempt(index, .body, number) else {
            return collected(index, handedOn(step, nil).result)
        }
        read(index, attempt, for: .step(collection))
    }

    private func collected(_ index: Int, _ found: Swift.Result<[Output], ValueError>) {
        let facts = facts(index)
        change(index) { $0.collected(found, facts) }
    }

    /// Every declared output is known from an earlier attempt.
    private func knowsOutputs(_ index: Int) -> Bool {
        let known = Set(status(index).outputs.map(\.name))
        return runbook.steps[index].outputs.allSatisfy { known.contains($0.name) }
    }

    private func read(_ index: Int, _ attempt: Attempt, for reading: Requests.Reading) {
        let reference = reference(index, attempt)
        requests.reads(reference, for: reading)
        // More than an attempt may hand on is worth sealing all the same.
        let limit = reading == .sealing ? 4 * OutputText.fileLimit : OutputText.fileLimit
        world.machine.collect(reference, .outputs(limit: limit))
    }

    /// The file with an attempt's outputs was read.
    func read(_ attempt: AttemptReference, _ collected: Collected) {
        guard let index = runbook.index[attempt.step], let reading = requests.isRead(attempt) else { return }
        switch reading {
        case .step: handOn(index, attempt, collected)
        case .keeping: keepOutputs(index, attempt, collected)
        case .sealing: seal(attempt, collected)
        case .scrubbing:
            if case .outputs(let bytes?) = collected {
                values.noteSecrets(in: OutputText.read(bytes), specs: runbook.steps[index].outputs)
            }
            scrubLog(attempt)
        }
    }

    private func handOn(_ index: Int, _ attempt: AttemptReference, _ collected: Collected) {
        let step = runbook.steps[index]
        // Nothing is expected, and mostly nothing was written.
        if step.outputs.isEmpty, collected == .outputs(nil) { return self.collected(index, .success([])) }
        let handed = handedOn(step, collected)
        if runs[index].attempt.number == attempt.attempt, handed.fault == nil || step.outputs.isEmpty {
            runs.change(index) { $0.attempt.remark = handed.remark }
        }
        self.collected(index, step.outputs.isEmpty ? .success([]) : handed.result)
    }

    private func handedOn(_ step: Step, _ collected: Collected?) -> HandedOn {
        switch collected {
        case .outputs(let bytes): values.store(OutputText.read(bytes ?? []), specs: step.outputs)
        case .failed(let error): HandedOn(fault: error.message, isWhole: false)
        case .log, .noLog, nil: values.store(OutputText.read([]), specs: step.outputs)
        }
    }

    /// The attempt that is being settled was made before the machine was booted.
    private func wasBootedSince(_ index: Int) -> Bool {
        let made = status(index).lastBody.map { state.incarnation(of: $0) } ?? ""
        return !made.isEmpty && made != options.session.bootID
    }

    // MARK: - Keeping

    /// Keeps what an attempt that does not count has handed on: stored as far as it is well written, the rest sealed in
    /// its file. The file stays as it is where it cannot be told what it holds.
    ///
    /// - Parameter state: what becomes of the step, where that is decided.
    func keepOutputs(_ index: Int, as state: StepState = .running) {
        guard !runbook.steps[index].outputs.isEmpty, !state.isMet, state != .undone,
            let attempt = status(index).lastBody, !attempt.isVoid, !attempt.isStored, !wasBootedSince(index)
        else { return }
        read(index, attempt, for: .keeping)
    }

    private func keepOutputs(_ index: Int, _ reference: AttemptReference, _ collected: Collected) {
        let step = runbook.steps[index]
        guard collected != .outputs(nil), let attempt = attempt(index, .body, reference.attempt),
            !attempt.isStored, !attempt.isVoid
        else { return }
        let handed = handedOn(step, collected)
        let names = handed.outputs.map(\.name)
        if !names.isEmpty, names != attempt.kept.map(\.name) {
            emit(.kept(step: step.id, attempt: attempt.number, outputs: handed.outputs))
        }
        if handed.isWhole {
            outbox.afterwards(.discard(reference))
        } else if step.outputs.contains(where: \.isSecret) {
            read(index, attempt, for: .sealing)
        }
    }

    /// What an attempt wrote beside its outputs may be a part of a secret: it does not lie open. Where it cannot be
    /// sealed, the file, which nobody else can read, stays.
    private func seal(_ attempt: AttemptReference, _ collected: Collected) {
        guard case .outputs(let bytes?) = collected, let sealed = try? values.sealed(bytes) else { return }
        let path = world.files.sealedOutputs(step: attempt.step, attempt: attempt.attempt)
        guard (try? world.files.keep(sealed, at: path)) != nil else { return }
        // What it handed on well is on disk before the file goes.
        outbox.afterwards(.discard(attempt))
    }

    // MARK: - Removing

    /// Removes the files that outputs came in, once the step has come out well or is down, or what they hold is
    /// stored: a crash in between must not lose them.
    ///
    /// Also called for every step as a session begins: the last executor may have died before it came to that.
    func removeOutputs(_ index: Int) {
        let step = runbook.steps[index]
        let state = status(index).state
        guard !step.outputs.isEmpty else { return }
        for attempt in status(index).attempts where attempt.role == .body {
            guard state.isMet || state == .undone || attempt.isStored else { continue }
            outbox.afterwards(.discard(reference(index, attempt)))
            guard state.isMet || state == .undone else { continue }
            let sealed = world.files.sealedOutputs(step: step.id, attempt: attempt.number)
            if world.files.exists(sealed) { outbox.afterwards(.remove(sealed)) }
        }
    }

    /// As a session begins: what the last executor could not keep, or had no time to.
    func takeCareOfOutputs(_ index: Int) {
        removeOutputs(index)
        guard status(index).lastBody?.isOpen == false else { return }
        switch status(index).state {
        case .failed, .uncertain, .interrupted: keepOutputs(index)
        default: break
        }
    }
}

extension HandedOn {
    /// What the step hands on, or why that does not count.
    fileprivate var result: Swift.Result<[Output], ValueError> {
        fault.map { .failure(ValueError($0)) } ?? .success(outputs)
    }
}
