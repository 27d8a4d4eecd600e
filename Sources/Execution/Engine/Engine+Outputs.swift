import Model

// What bodies hand on, and the files it comes in.
extension Engine {
    /// Makes sure, before there is an attempt, of everything that storing its outputs will need: what a body made may
    /// never be made again.
    func prepareOutputs(_ index: Int, attempt: Int) throws(ValueError) {
        let step = runbook.steps[index]
        guard !step.outputs.isEmpty else { return }
        if step.outputs.contains(where: \.isSecret) { try values.prepareSealing() }
        do {
            try world.files.makePrivate(world.files.outputs(step: step.id, attempt: attempt))
        } catch {
            throw ValueError(error.message)
        }
    }

    /// Reads what was handed on.
    func collect(_ index: Int, _ collection: StepRun.Collection) {
        let found = Swift.Result { () throws(ValueError) -> [Output] in
            if collection == .check, knowsOutputs(index) { return [] }
            return try readOutputs(index)
        }
        let facts = facts(index)
        change(index) { $0.collected(found, facts) }
    }

    /// Every declared output is known from an earlier attempt.
    private func knowsOutputs(_ index: Int) -> Bool {
        let known = Set(status(index).outputs.map(\.name))
        return runbook.steps[index].outputs.allSatisfy { known.contains($0.name) }
    }

    /// What the body of the current attempt handed on; throws when something declared is missing or wrong.
    private func readOutputs(_ index: Int) throws(ValueError) -> [Output] {
        let number = runs[index].attempt.number
        if runbook.steps[index].outputs.isEmpty {
            // Nothing is expected, and mostly nothing was written.
            let path = world.files.outputs(step: id(index), attempt: number)
            guard number > 0, world.files.exists(path) else { return [] }
            let remark = handedOn(index, attempt: number).remark
            runs.change(index) { $0.attempt.remark = remark }
            return []
        }
        if runs[index].isSettling, wasBootedSince(index) {
            // Nobody waited until the file was on disk: after a power cut it may be there in part.
            throw ValueError("what it handed on may not be whole: the machine was booted since")
        }
        let handed = handedOn(index, attempt: number)
        if let fault = handed.fault { throw ValueError(fault) }
        runs.change(index) { $0.attempt.remark = handed.remark }
        return handed.outputs
    }

    private func handedOn(_ index: Int, attempt: Int) -> HandedOn {
        let step = runbook.steps[index]
        let path = world.files.outputs(step: step.id, attempt: attempt)
        do {
            let bytes = try world.files.read(path, limit: OutputText.fileLimit) ?? []
            return values.store(OutputText.read(bytes), specs: step.outputs)
        } catch {
            return HandedOn(fault: error.message, isWhole: false)
        }
    }

    /// The attempt that is being settled was made before the machine was booted.
    private func wasBootedSince(_ index: Int) -> Bool {
        guard let attempt = status(index).lastBody, state.sessions.indices.contains(attempt.session - 1) else {
            return false
        }
        return state.sessions[attempt.session - 1].bootID != options.session.bootID
    }

    /// Keeps what an attempt that does not count has handed on: stored as far as it is well written, the rest sealed in
    /// its file. The file stays as it is where it cannot be told what it holds.
    ///
    /// - Parameter state: what becomes of the step, where that is decided.
    func keepOutputs(_ index: Int, as state: StepState = .running) {
        let step = runbook.steps[index]
        guard !step.outputs.isEmpty, !state.isMet, state != .undone, let attempt = status(index).lastBody,
            !attempt.isVoid, !attempt.isStored,
            world.files.exists(world.files.outputs(step: step.id, attempt: attempt.number)), !wasBootedSince(index)
        else { return }
        let handed = handedOn(index, attempt: attempt.number)
        let names = handed.outputs.map(\.name)
        if !names.isEmpty, names != attempt.kept.map(\.name) {
            emit(.kept(step: step.id, attempt: attempt.number, outputs: handed.outputs))
        }
        if handed.isWhole {
            outbox.afterwards(.remove(world.files.outputs(step: step.id, attempt: attempt.number)))
        } else if step.outputs.contains(where: \.isSecret) {
            outbox.afterwards(.seal(step: index, attempt: attempt.number))
        }
    }

    /// What an attempt wrote beside its outputs may be a part of a secret: it does not lie open. Where it cannot be
    /// sealed, the file, which nobody else can read, stays.
    func sealOutputs(_ index: Int, attempt: Int) {
        let path = world.files.outputs(step: id(index), attempt: attempt)
        do {
            guard let bytes = try world.files.read(path, limit: 4 * OutputText.fileLimit) else { return }
            let sealed = try values.sealed(bytes)
            try world.files.keep(sealed, at: world.files.sealedOutputs(step: id(index), attempt: attempt))
            world.files.remove(path)
        } catch {
            return
        }
    }

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
            let path = world.files.outputs(step: step.id, attempt: attempt.number)
            if world.files.exists(path) { outbox.afterwards(.remove(path)) }
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
