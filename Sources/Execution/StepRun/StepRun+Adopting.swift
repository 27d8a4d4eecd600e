import Model

// What earlier attempts left: processes that are found, watched, and ended, or gone on with.
extension StepRun {
    /// See what there is of an attempt.
    package mutating func examines(_ search: Search) -> [Action] {
        state = .examining(search)
        return [.examine(search)]
    }

    /// What there is of an attempt.
    ///
    /// - Parameters:
    ///   - number: of the attempt.
    ///   - counts: what came of it may count; a person has not said since how things are.
    package mutating func found(_ remains: Remains, number: Int, counts: Bool, _ facts: Facts) -> [Action] {
        if case .leaving(let exit, nil) = service { return successor(remains, exit, facts) }
        guard case .examining(let search) = state else { return [] }
        state = .idle
        if facts.stopping.isInterrupt, search != .end { return putAside("interrupted before it started") }
        switch (search, remains) {
        case (.leftover(let role), .running(let handle)):
            let key = ProcessKey(step: facts.index, role: role, attempt: number)
            // It is watched already.
            if role == .body, service == .up { return clears(key, facts) }
            return adopts(Adoption(key, handle, .clear))
        case (.leftover(let role), _): return [.nothingLeft(role)]
        case (.service, _):
            if case .running = remains { service = .seen }
            return passed()
        case (.end, .running(let handle)), (.undo, .running(let handle)):
            return adopts(Adoption(key(facts.index), handle, .goOn))
        case (.end, .ended(let exit)): return notAdopted(exit, facts)
        case (.end, _): return notAdopted(.unknown, facts)
        case (.undo, .ended(let exit)) where exit.isSuccess && counts: return stops(exit: exit)
        case (.undo, _): return [.undo(.block)]
        case (.successor, _): return []
        }
    }

    /// A process that is there already is about to be watched.
    package mutating func adopts(_ adoption: Adoption) -> [Action] {
        state = .adopting(adoption)
        return [.adopt(adoption)]
    }

    /// A service of an earlier session is kept as it is.
    package mutating func keeps(_ key: ProcessKey, _ handle: Handle) -> [Action] {
        attempt.number = key.attempt
        return adopts(Adoption(key, handle, .keep))
    }

    /// It is watched.
    package mutating func adopted(_ facts: Facts) -> [Action] {
        if case .leaving(_, let handle?) = service { return replaced(by: handle, facts) }
        guard case .adopting(let adoption) = state else { return [] }
        switch adoption.aim {
        case .clear: return clears(adoption.key, facts)
        case .keep:
            service = .up
            state = .idle
            return [.complete]
        case .recheck:
            service = .up
            guard !facts.stopping.isInterrupt else { return rests() }
            return startGating(.recheck, facts)
        case .goOn:
            let record = Action.emitAdopted(adoption.handle)
            guard !facts.stopping.isInterrupt else {
                state = .running(Body(since: facts.now, cut: .interrupted(nil)))
                return [record, .stop(adoption.key)]
            }
            state = .running(Body(since: facts.now))
            guard facts.step.isService, !isUndoing else {
                return [record, .limitAdopted(adoption.key, adoption.handle)]
            }
            return [record] + startGating(.bringUp, facts)
        case .replace: return []
        }
    }

    /// It is not there any more.
    package mutating func lost(_ facts: Facts) -> [Action] {
        if case .leaving(let exit, _) = service { return left(exit, facts) }
        guard case .adopting(let adoption) = state else { return [] }
        state = .idle
        switch adoption.aim {
        case .clear:
            return facts.stopping.isInterrupt
                ? putAside("interrupted before it started") : [.nothingLeft(adoption.key.role)]
        case .keep: return [.serviceLapsed(.unknown)]
        case .recheck: return facts.stopping.isInterrupt ? rests() : startGating(.recheck, facts)
        case .goOn: return [.releaseSlot] + examines(isUndoing ? .undo : .end)
        case .replace: return []
        }
    }

    /// An older process of the step is watched, and is to end; then it goes on.
    private mutating func clears(_ key: ProcessKey, _ facts: Facts) -> [Action] {
        service = .unwatched
        state = .clearing(key, facts.stopping.isInterrupt ? .interrupted(nil) : .uncut)
        return [.stop(key)]
    }

    // MARK: - Services that put themselves into the background

    /// The process of a service ended well (or nobody knows how): what carries on in its place is the service from now
    /// on.
    private mutating func successor(_ remains: Remains, _ exit: Exit, _ facts: Facts) -> [Action] {
        guard case .running(let handle) = remains else { return left(exit, facts) }
        service = .leaving(exit, for: handle)
        let key = ProcessKey(step: facts.index, role: .body, attempt: attempt.number)
        return [.adopt(Adoption(key, handle, .replace))]
    }

    private mutating func replaced(by handle: Handle, _ facts: Facts) -> [Action] {
        let record = Action.emitAdopted(handle)
        guard let body else {
            service = .up
            return [record]
        }
        service = .unwatched
        return body.cut == .uncut ? [record] : [record, .stop(key(facts.index))]
    }

    private mutating func left(_ exit: Exit, _ facts: Facts) -> [Action] {
        service = .unwatched
        guard let body else { return [.serviceLapsed(exit)] }
        attempt.seconds = max(0, facts.now - body.since)
        return bodyEnded(exit, body.cut, facts)
    }
}
