import Model

// A body: its intent, its process, its end, and another attempt.
extension StepRun {
    /// What comes before the body is passed: whatever was taken up of earlier executors is over.
    package mutating func beginsBody() {
        course = .bringUp(.body)
        attempt.maker = .thisSession
    }

    /// There is a new attempt.
    package mutating func isNumbered(_ number: Int) {
        attempt.number = number
        attempt.exit = nil
    }

    /// The intent is handed over to be stored.
    package mutating func intends(isAhead: Bool = false) {
        state = isAhead ? .intendingAhead : .intending
    }

    /// A step without a body counts as done once its question is answered and its gates hold.
    package mutating func hasNoBody(_ facts: Facts) -> [Action] {
        attempt.number = 0
        attempt.seconds = 0
        return [.releaseSlot] + startGating(.bringUp, facts)
    }

    /// The intent ahead is on disk.
    package mutating func isAhead() { state = .ahead }

    package mutating func takesSlot() { state = .intending }

    /// An attempt whose intent is stored will not start; what may start is found out anew.
    package mutating func withdrawn() -> [Action] {
        guard !isUndoing else { return requeue() }
        let actions = [Action.emitWithdrawn(attempt: attempt.number)]
        course = .bringUp(.when)
        attempt.number = 0
        return actions + requeue()
    }

    /// All that led to the launch is on disk; nil: it starts.
    ///
    /// Another step may have failed since, before this one's turn came.
    /// - Parameter isMet: what the step needs is there.
    package mutating func heldBack(_ facts: Facts, isMet: Bool) -> [Action]? {
        switch facts.stopping {
        case .failFast where !isUndoing: return finish(.interrupted, reason: "not started: another step failed")
        case .interrupted, .killed: return finish(.interrupted, reason: "interrupted before it started")
        case .no, .failFast:
            guard !isMet else { return nil }
            // What was written before it began stays on record.
            if case .file = facts.step.kind { return requeue() }
            return withdrawn()
        }
    }

    /// The machine has been asked for its process.
    package mutating func starts() { state = .starting }

    /// Its process exists.
    package mutating func started(_ handle: Handle, _ facts: Facts) -> [Action] {
        guard state == .starting else { return [] }
        // Told to end before it was there, it does.
        let body = Body(since: facts.now, cut: facts.stopping.isInterrupt ? .interrupted(nil) : .uncut)
        state = .running(body)
        let record = Action.emitStarted(handle)
        guard facts.step.isService, !isUndoing else { return [record, .limit(key(facts.index))] }
        guard body.cut == .uncut else { return [record, .releaseSlot] }
        state = .comingUp(body, since: facts.now)
        return [record, .releaseSlot] + startGating(.bringUp, facts)
    }

    /// - Parameter othersRun: something else may give back what is wanting.
    package mutating func notStarted(_ error: LaunchError, _ facts: Facts, othersRun: Bool) -> [Action] {
        guard state == .starting else { return [] }
        // There was a process for a moment: what it did is not known.
        if error.hasBegun, facts.step.isOnce, !isUndoing {
            return [.miss] + finish(.uncertain, exit: .unknown, reason: "uncertain: \(error.message)")
        }
        return putOff(error, othersRun: othersRun) ?? finish(.failed, reason: error.message)
    }

    /// Want of processes, descriptors or memory passes; nil when waiting would not help.
    mutating func putOff(_ error: LaunchError, othersRun: Bool) -> [Action]? {
        launchesPutOff += 1
        guard error.isTemporary, launchesPutOff <= 10, othersRun else { return nil }
        state = .pausing
        return [.release, .putOff]
    }

    /// The machine has been asked to write its file.
    package mutating func writes(_ facts: Facts) { state = .writing(since: facts.now) }

    package mutating func notWritten(_ reason: String) -> [Action] {
        guard case .writing = state else { return [] }
        return finish(.failed, reason: reason)
    }

    /// The file is written.
    package mutating func wrote(_ account: String, _ facts: Facts) -> [Action] {
        guard case .writing(let since) = state else { return [] }
        attempt.seconds = max(0, facts.now - since)
        attempt.exit = .status(0)
        return succeeded([], reason: account, facts)
    }

    // MARK: - Its end

    /// A process of the step ended: of its body or its undo, or an older one that was to end.
    ///
    /// - Parameters:
    ///   - exit: as it is known, also from what it left behind.
    ///   - isSecretMissing: a secret is not known yet that may stand in its log.
    package mutating func ended(
        _ key: ProcessKey, _ exit: Exit, _ facts: Facts, isSecretMissing: @autoclosure () -> Bool = false
    ) -> [Action] {
        if case .clearing(key, let cut) = state {
            state = .idle
            return cut.isInterrupt ? finish(.interrupted, reason: "interrupted") : goOn()
        }
        if key.role == .undo {
            guard isUndoing, let body, isAwaited(key.attempt) else { return [] }
            return undoEnded(exit, body, facts)
        }
        if facts.step.isService, exit.isSuccess || exit == .unknown, key.attempt == attempt.number,
            service == .up || body != nil, body?.cut ?? .uncut == .uncut
        {
            // It may have put itself into the background.
            service = .leaving(exit, for: nil)
            return [.examine(.successor)]
        }
        if service == .up {
            service = .unwatched
            return [.serviceLapsed(exit)]
        }
        guard let body, isAwaited(key.attempt), !isUndoing else { return [] }
        attempt.seconds = max(0, facts.now - body.since)
        guard case .earlier = attempt.maker, !facts.step.isService else { return bodyEnded(exit, body.cut, facts) }
        guard body.cut.isInterrupt else { return settles(exit, endedBecause: body.cut.reason) }
        guard exit.isSuccess, isSecretMissing() else { return bodyEnded(exit, body.cut, facts) }
        // No secret can be fetched any more to free its log of: that and the rest is left to the next session.
        course = .settle(.verdict(exit, endedBecause: nil), .wanted)
        return putAside("interrupted before it was known what came of it")
    }

    mutating func bodyEnded(_ exit: Exit, _ cut: Cut, _ facts: Facts) -> [Action] {
        attempt.exit = exit
        let actions = [Action.cancelGates]
        if let reason = cut.reason { return actions + attemptFailed(exit, reason, cut, facts) }
        if facts.step.isService {
            let reason = "the service ended (\(exit)) before its gates held"
            return actions + attemptFailed(exit, reason, cut, facts)
        }
        if !exit.isSuccess, cut.isInterrupt {
            return actions + finish(.interrupted, exit: exit, reason: "interrupted")
        }
        if exit == .unknown { return actions + settles(exit, endedBecause: nil) }
        guard exit.isSuccess else { return actions + attemptFailed(exit, "\(exit)", cut, facts) }
        state = .collecting(.body(cut))
        return actions + [.collect(.body(cut))]
    }

    /// What was handed on is read, or why it does not count.
    package mutating func collected(_ found: Swift.Result<[Output], ValueError>, _ facts: Facts) -> [Action] {
        guard case .collecting(let collection) = state else { return [] }
        state = .idle
        switch (collection, found) {
        case (.body, .success(let outputs)): return succeeded(outputs, reason: "", facts)
        case (.body(let cut), .failure(let error)):
            // Nobody was there when it ended: what it wrote may have been lost since.
            if isSettling { return unsettled(facts) }
            return attemptFailed(attempt.exit ?? .unknown, error.message, cut, facts)
        case (.check, .success): return [.releaseSlot] + startGating(.satisfied, facts)
        case (.check, .failure): return checkFailed(facts)
        case (.service(let body, let since), _): return serviceCollected(found, body, since: since, facts)
        case (.settled(let purpose, let seconds), _): return settled(purpose, found, seconds, facts)
        }
    }

    private mutating func succeeded(_ outputs: [Output], reason: String, _ facts: Facts) -> [Action] {
        let actions: [Action] = [.releaseSlot, .takeOver(outputs)]
        guard !facts.step.gates.isEmpty else {
            return actions + finish(.done, exit: attempt.exit, reason: reason, outputs: outputs)
        }
        return actions + [
            .emitEnded(
                attempt: attempt.number, attempt.exit ?? .status(0), reason: reason, outputs: outputs)
        ]
            + startGating(.bringUp, facts)
    }

    // MARK: - Another attempt

    /// An attempt failed: end what it left running, then try again or fail.
    mutating func attemptFailed(_ exit: Exit, _ reason: String, _ cut: Cut, _ facts: Facts) -> [Action] {
        let actions = [
            Action.stop(ProcessKey(step: facts.index, role: .body, attempt: attempt.number))
        ]
        attempt.failures += 1
        let retries = facts.step.retries
        guard attempt.failures <= retries.count, facts.stopping == .no, mayRetry(facts.step, exit) else {
            if cut.isInterrupt { return actions + finish(.interrupted, exit: exit, reason: "interrupted") }
            let count =
                retries.count > 0 && attempt.failures > 1 ? "\(reason), after \(attempt.failures) attempts" : reason
            return actions + finish(.failed, exit: exit, reason: count)
        }
        if isSettling { course = .bringUp(.body) }
        state = .pausing
        return actions + [.pause(exit, because: reason), .release, .keepOutputs]
    }

    private func mayRetry(_ step: Step, _ exit: Exit) -> Bool {
        guard !step.retries.statuses.isEmpty else { return !step.isOnce }
        guard case .status(let status) = exit else { return false }
        return step.retries.statuses.contains(status)
    }

    /// The pause is over: back into the queue for a slot.
    package mutating func retryDue(_ number: Int) -> [Action] {
        guard state == .pausing, attempt.number == number else { return [] }
        state = .idle
        toRun()
        return [.giveBack]
    }
}
