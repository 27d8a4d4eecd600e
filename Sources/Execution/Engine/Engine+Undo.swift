import DAG
import Model

// Taking a step down: its undo block first, then whatever process of it still lives.
extension Engine {
    func enterUndo(_ stage: StepRun.UndoStage, of index: Int) {
        switch stage {
        case .leftover:
            // One that could not be ended counts as over, and may still be at work.
            // A service is there for its undo block to talk to; a body that still runs would work against it.
            guard status(index).attempts.last(where: { $0.role == .undo })?.isFinished == true,
                mayRemain(index, .undo)
            else { return nothingLeft(index, .undo) }
            change(index) { $0.examines(.leftover(.undo)) }
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
        change(index) { $0.takesUpUndo(attempt.number) }
        return true
    }

    /// Ends the step's process where one still lives: the service, or a body that an executor left behind.
    func stopLeftover(_ index: Int) {
        guard mayRemain(index, .body) else { return undone(index) }
        change(index) { $0.examines(.leftover(.body)) }
    }

    func undone(_ index: Int) {
        let facts = facts(index)
        change(index) { $0.undone(facts) }
    }
}
