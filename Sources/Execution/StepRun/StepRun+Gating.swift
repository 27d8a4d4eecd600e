import Model

extension StepRun {
    /// Starts asking the gates; without any, what follows from holding gates follows at once.
    mutating func startGating(_ purpose: Purpose, _ facts: Facts) -> [Action] {
        if facts.stopping.isInterrupt, !facts.step.isService {
            // That its body succeeded is kept.
            let success: [Action] = purpose == .bringUp ? [.emitGating(attempt: attempt.number)] : []
            return success + putAside("interrupted before its gates were asked")
        }
        if facts.step.isService, purpose == .bringUp {
            state = .comingUp(body ?? Body(since: facts.now), since: facts.now)
        } else {
            state = .gating(purpose, since: facts.now)
        }
        return [.askGates(purpose)]
    }

    /// What it needs came up anew: does it still hold?
    ///
    /// A service is watched from here on, as one that has just come up is.
    /// - Parameter process: of a service that an earlier session brought up.
    package mutating func rechecks(_ process: (key: ProcessKey, handle: Handle)?, _ facts: Facts) -> [Action] {
        guard let process, service != .up else { return startGating(.recheck, facts) }
        attempt.number = process.key.attempt
        return adopts(Adoption(process.key, process.handle, .recheck))
    }

    package mutating func gatesHeld(_ facts: Facts) -> [Action] {
        switch state {
        case .comingUp(let body, let since):
            state = .collecting(.service(body, since: since))
            return [.collect(.service(body, since: since))]
        case .gating(let purpose, let since):
            let seconds = max(0, facts.now - since)
            switch purpose {
            case .bringUp: return finish(.done, exit: attempt.exit, gateSeconds: seconds)
            case .satisfied where !isSettling:
                return finish(.satisfied, gateSeconds: seconds, reason: "its check holds")
            case .recheck: return [.stillHolds]
            case .satisfied, .resolve:
                state = .collecting(.settled(purpose, gateSeconds: seconds))
                return [.collect(.settled(purpose, gateSeconds: seconds))]
            }
        default: return []
        }
    }

    package mutating func gatesFailed(_ reason: String, _ facts: Facts) -> [Action] {
        switch state {
        case .comingUp(var body, _):
            body.cut.add(reason)
            return endsService(body, facts)
        case .gating(let purpose, _):
            switch purpose {
            case .bringUp:
                // The body succeeded: its outputs are stored, and a once step is not to be repeated for a gate.
                if facts.step.isOnce || attempt.number == 0 {
                    return finish(.failed, exit: attempt.exit, reason: reason)
                }
                return attemptFailed(attempt.exit ?? .unknown, reason, .uncut, facts)
            case .satisfied:
                if isSettling { return settleByGates(facts) }
                course = .bringUp(.confirm)
                return requeue() + [.announce]
            case .recheck: return [.lapse(reason)]
            case .resolve: return unsettled(facts)
            }
        default: return []
        }
    }

    /// The service does not become ready: the end of its process ends the attempt.
    private mutating func endsService(_ body: Body, _ facts: Facts) -> [Action] {
        state = .running(body)
        return [.stop(ProcessKey(step: facts.index, role: .body, attempt: attempt.number))]
    }

    /// A service whose gates hold may take a little longer to write its outputs: as long as a gate may take to hold.
    /// Whether they still hold is not asked meanwhile.
    mutating func serviceCollected(
        _ found: Swift.Result<[Output], ValueError>, _ body: Body, since: Double, _ facts: Facts
    ) -> [Action] {
        switch found {
        case .success(let outputs):
            if case .leaving = service {} else { service = .up }
            attempt.seconds = 0
            return [.takeOver(outputs)]
                + finish(.done, gateSeconds: max(0, facts.now - since), outputs: outputs)
        case .failure(let error):
            let patience = facts.step.gates.map(\.within.inSeconds).max() ?? 60
            guard facts.now < since + patience, !body.cut.isInterrupt else {
                var body = body
                body.cut.add(error.message)
                return endsService(body, facts)
            }
            state = .handingOn(body, since: since)
            return [.lookAgain(after: min(1, max(0.1, max(0, facts.now - since) / 10)))]
        }
    }

    /// Outputs that the service had not written yet may be there now.
    package mutating func looksAgain(_ number: Int) -> [Action] {
        guard case .handingOn(let body, let since) = state, attempt.number == number, body.cut == .uncut else {
            return []
        }
        state = .collecting(.service(body, since: since))
        return [.collect(.service(body, since: since))]
    }

    /// A step that was done holds again, after it had lapsed.
    package mutating func holdsAgain(number: Int, _ fingerprint: Fingerprint?) -> [Action] {
        attempt.number = number
        attempt.fingerprint = fingerprint
        return finish(.done, reason: "holds again")
    }
}
