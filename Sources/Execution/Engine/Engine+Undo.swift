import DAG
import Model

// Taking a step down: its undo block first, then whatever process of it still lives.
extension Engine {
    func enterUndo(_ stage: StepRun.UndoStage, of index: Int) {
        switch stage {
        case .leftover:
            // One that could not be ended counts as over, and may still be at work.
            if status(index).attempts.last(where: { $0.role == .undo })?.isFinished == true,
                let process = leftover(index, .undo), clear(index, process)
            {
                return
            }
            // A service is there for its undo block to talk to; a body that still runs would work against it.
            if !runbook.steps[index].isService, let process = leftover(index, .body), clear(index, process) { return }
            change(index) { $0.leftoverCleared() }
        // The undo block may need secrets, and logs are to be freed of them.
        case .earlier, .block: change(index) { $0.leftoverCleared() }
        case .stop: undone(index)
        }
    }

    /// - Parameter stage: what was passed before secrets were fetched.
    func undo(_ index: Int, from stage: StepRun.UndoStage) {
        if stage == .earlier, takeUpUndo(index) { return }
        let step = runbook.steps[index]
        guard let block = step.undo, !block.body.allSatisfy(\.isWhitespace) else {
            return startPuttingBack(index) ? () : change(index) { $0.stops() }
        }
        let attempt = (status(index).attempts.last?.number ?? 0) + 1
        let launch: Launch
        do { launch = try builder.undo(index, block: block, attempt: attempt) } catch {
            return fail(index, "undo: \(error.message)")
        }
        runs.change(index) { $0.intendsUndo(attempt) }
        scrubEarlier(index)
        let definition = Definition(digest: Fingerprinter.digest(block.body), text: block.body)
        emit(
            .intended(
                step: step.id,
                Intent(
                    role: .undo, attempt: attempt,
                    fingerprint: Fingerprint(parts: [Fingerprint.Part(name: "script", value: definition.digest)]),
                    log: world.files.log(step: step.id, role: .undo, attempt: attempt))),
            definition: knownDefinitions.insert(definition.digest).inserted ? definition : nil)
        outbox.afterwards(.launch(launch))
    }

    /// An undo that an earlier executor began: one that still runs is waited for, one that ended well counts.
    private func takeUpUndo(_ index: Int) -> Bool {
        guard let attempt = status(index).lastAttempt, attempt.role == .undo, !attempt.isFinished else { return false }
        runs.change(index) { $0.attempt.number = attempt.number }
        if let process = leftover(index, .undo), adopt(process.identity, process.key) {
            emit(.adopted(step: id(index), attempt: attempt.number, process.identity))
            let facts = facts(index)
            change(index) { $0.adopted(facts) }
            limitAdopted(process.key, process.identity)
            return true
        }
        // What it did counts, unless a person has said since how things are.
        guard !attempt.isVoid, let exit = leftExit(index, attempt.number), exit.isSuccess else { return false }
        change(index) { $0.stops(exit: exit) }
        return true
    }

    /// Ends the step's process where one still lives: the service, or a body that an executor left behind.
    func stopLeftover(_ index: Int) {
        guard let process = leftover(index, .body), clear(index, process) else { return undone(index) }
    }

    private func undone(_ index: Int) {
        scrubEarlier(index)
        let facts = facts(index)
        change(index) { $0.undone(facts) }
    }
}
