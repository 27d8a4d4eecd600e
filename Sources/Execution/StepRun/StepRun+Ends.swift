import Model

extension StepRun {
    /// Its logs are freed of secrets before these actions, the first of which wants that. What is to follow already
    /// comes first: a service may end while that it came up is not recorded yet.
    package mutating func cleans(then actions: [Action]) {
        guard case .cleaning(var cleaning) = state else {
            state = .cleaning(Cleaning(next: .state(state), actions: actions))
            return
        }
        cleaning.actions += actions
        state = .cleaning(cleaning)
    }

    /// They are free of them.
    package mutating func cleaned() -> [Action] {
        guard case .cleaning(let cleaning) = state, case .state(let next) = cleaning.next else { return [] }
        state = next
        return cleaning.actions + (cleaning.cut.isInterrupt ? [.heedInterrupt] : [])
    }

    /// Nothing more is done with it.
    package mutating func rests() -> [Action] {
        state = .idle
        return []
    }

    package mutating func finish(
        _ end: StepState, exit: Exit? = nil, gateSeconds: Double = 0, reason: String = "", outputs: [Output] = []
    ) -> [Action] {
        [.finish(end, exit: exit, gateSeconds: gateSeconds, reason: reason, outputs: outputs)]
    }

    /// Its result is stored: nothing is under way any more.
    package mutating func finished() {
        state = .idle
        if isSettling { course = .bringUp(.body) }
    }

    /// Leaves the step to a later resume, which finds out what this session was not allowed to.
    package mutating func putAside(_ reason: String) -> [Action] {
        let exit = isSettling ? nil : attempt.exit
        if isSettling { attempt.number = 0 }
        return finish(.interrupted, exit: exit, reason: reason)
    }

    /// Back into the queue, to go on at the stage where it is.
    package mutating func requeue() -> [Action] {
        state = .idle
        if case .skip = course { course = .bringUp(.when) }
        toRun()
        return [.release, .giveBack]
    }

    mutating func toRun() {
        if !isUndoing { decision = decision == .rerun ? .rerun : .run }
    }

    /// Back into the queue, to run from its beginning.
    package mutating func startOver(_ decision: Decision) -> [Action] {
        state = .idle
        return [.release, .runAgain(decision)]
    }

    /// Forgets what was known of an earlier attempt: the step is to run from its beginning.
    package mutating func forget(_ decision: Decision) {
        self.decision = decision
        course = .bringUp(.when)
        attempt = Attempt()
    }
}
