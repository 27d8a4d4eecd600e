import Model

extension StepRun {
    /// What an earlier executor left is looked after: secrets are next.
    package mutating func leftoverCleared() -> [Action] {
        if case .undo(.leftover, let secrets) = course { course = .undo(.earlier, secrets) }
        return [.fetchSecrets]
    }

    /// An undo that an earlier executor began is looked after.
    package mutating func takesUpUndo(_ number: Int) -> [Action] {
        attempt.number = number
        return examines(.undo)
    }

    /// An undo, or putting a file back, is handed over to be stored.
    package mutating func intendsUndo(_ number: Int) {
        attempt.number = number
        state = .intending
    }

    /// All that it wrote over stands as it was before.
    package mutating func putBack(_ account: String, seconds: Double) -> [Action] {
        attempt.seconds = seconds
        course = .undo(.stop, .wanted)
        return finish(.undone, exit: .status(0), reason: account)
    }

    /// The undo is over; what still runs of the step is ended next.
    mutating func stops(exit: Exit? = nil) -> [Action] {
        if let exit { attempt.exit = exit }
        state = .idle
        course = .undo(.stop, .wanted)
        return [.stopLeftover]
    }

    mutating func undoEnded(_ exit: Exit, _ body: Body, _ facts: Facts) -> [Action] {
        attempt.seconds = max(0, facts.now - body.since)
        attempt.exit = exit
        if exit.isSuccess { return stops() }
        if body.cut.isInterrupt { return finish(.interrupted, exit: exit, reason: "interrupted") }
        return finish(.failed, exit: exit, reason: "undo: \(body.cut.reason ?? "\(exit)")")
    }

    /// Nothing of the step is left.
    package mutating func undone(_ facts: Facts) -> [Action] {
        let hasBlock = facts.step.undo != nil
        let reason = hasBlock ? "" : facts.step.isService ? "stopped" : "nothing to undo"
        return finish(.undone, exit: hasBlock ? attempt.exit : nil, reason: reason)
    }
}
