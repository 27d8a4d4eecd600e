import DAG
import Model

extension Engine {
    /// Takes a step down: its undo block first, then whatever process of it still lives.
    func proceedUndo(_ index: Int) {
        let step = runbook.steps[index]
        work[index].isUndoing = true
        if work[index].undoStage == .stop { return undone(index) }
        if work[index].undoStage == .leftover {
            // One that could not be ended counts as over, and may still be at work.
            if status(index).attempts.last(where: { $0.role == .undo })?.isFinished == true,
                let process = leftover(index, .undo), clear(index, process)
            {
                return
            }
            // A service is there for its undo block to talk to; a body that still runs would work against it.
            if !step.isService, let process = leftover(index, .body), clear(index, process) { return }
            work[index].undoStage = .earlier
        }
        // The undo block may need them, and logs are to be freed of them.
        if fetchSecret(index) { return }
        if work[index].undoStage == .earlier {
            work[index].undoStage = .block
            if takeUpUndo(index) { return }
        }
        guard let block = step.undo, !block.body.allSatisfy(\.isWhitespace) else {
            return startPuttingBack(index) ? () : stopProcess(index)
        }
        let attempt = (status(index).attempts.last?.number ?? 0) + 1
        let launch: Launch
        do { launch = try builder.undo(index, block: block, attempt: attempt) } catch {
            return finish(index, .failed, reason: "undo: \(error.message)")
        }
        work[index].attempt = attempt
        work[index].endReason = nil
        work[index].phase = .intending
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
        work[index].attempt = attempt.number
        work[index].bodyStart = now.uptime
        if let process = leftover(index, .undo), adopt(process.identity, process.key) {
            emit(.adopted(step: id(index), attempt: attempt.number, process.identity))
            work[index].phase = .body
            let step = runbook.steps[index]
            limitAdopted(process.key, process.identity, to: step.undo?.timeout ?? step.timeout)
            return true
        }
        // What it did counts, unless a person has said since how things are.
        guard !attempt.isVoid, let exit = leftExit(index, attempt.number), exit.isSuccess else { return false }
        work[index].exit = exit
        stopProcess(index)
        return true
    }

    func undoEnded(_ index: Int, _ exit: Exit) {
        work[index].bodySeconds = max(0, now.uptime - work[index].bodyStart)
        let known = exit == .unknown ? leftExit(index, work[index].attempt) ?? .unknown : exit
        work[index].exit = known
        if known.isSuccess { return stopProcess(index) }
        if work[index].isInterrupted { return finish(index, .interrupted, exit: known, reason: "interrupted") }
        finish(index, .failed, exit: known, reason: "undo: \(work[index].endReason ?? "\(known)")")
    }

    /// Ends the step's process where one still lives: the service, or a body that an executor left behind.
    private func stopProcess(_ index: Int) {
        work[index].undoStage = .stop
        guard let process = leftover(index, .body), clear(index, process) else { return undone(index) }
    }

    func undone(_ index: Int) {
        let step = runbook.steps[index]
        let hasBlock = step.undo != nil
        let reason = hasBlock ? "" : step.isService ? "stopped" : "nothing to undo"
        scrubEarlier(index)
        finish(index, .undone, exit: hasBlock ? work[index].exit : nil, reason: reason)
    }
}
