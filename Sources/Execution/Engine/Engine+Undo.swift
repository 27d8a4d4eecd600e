import DAG
import Steps

extension Engine {
    /// Takes a step down: its undo block first, then whatever process of it still lives.
    func proceedUndo(_ index: Int) {
        let step = runbook.steps[index]
        work[index].isUndoing = true
        guard let block = step.undo, !block.body.allSatisfy(\.isWhitespace) else { return stopProcess(index) }
        if fetchSecret(index, step) { return }
        let attempt = (status(index).attempts.last?.number ?? 0) + 1
        let launch: Launch
        do { launch = try builder.undo(index, block: block, attempt: attempt) } catch {
            return finish(index, .failed, reason: "undo: \(error.message)")
        }
        work[index].attempt = attempt
        work[index].endReason = nil
        work[index].phase = .intending
        let definition = Definition(digest: Fingerprinter.digest(block.body), text: block.body)
        emit(
            .intended(
                step: step.id,
                Intent(
                    role: .undo, attempt: attempt,
                    fingerprint: Fingerprint(parts: [Fingerprint.Part(name: "script", value: definition.digest)]),
                    log: world.files.log(step: step.id, role: .undo, attempt: attempt))),
            definition: knownDefinitions.insert(definition.digest).inserted ? definition : nil)
        effects.append(.launch(launch))
    }

    func undoEnded(_ index: Int, _ exit: Exit) {
        work[index].bodySeconds = max(0, now.uptime - work[index].bodyStart)
        work[index].exit = exit
        let known = exit == .unknown ? leftExit(index, work[index].attempt) ?? .unknown : exit
        if known.isSuccess { return stopProcess(index) }
        if work[index].isInterrupted { return finish(index, .interrupted, exit: known, reason: "interrupted") }
        finish(index, .failed, exit: known, reason: "undo: \(work[index].endReason ?? "\(known)")")
    }

    /// Ends the step's process where one still lives: the service, or a body that an executor left behind.
    private func stopProcess(_ index: Int) {
        guard let identity = status(index).lastBody?.identity, world.runner.isAlive(identity),
            clear(index, identity)
        else { return undone(index) }
    }

    func undone(_ index: Int) {
        let step = runbook.steps[index]
        let hasBlock = step.undo != nil
        let reason = hasBlock ? "" : step.isService ? "stopped" : "nothing to undo"
        finish(index, .undone, exit: hasBlock ? work[index].exit : nil, reason: reason)
    }
}
