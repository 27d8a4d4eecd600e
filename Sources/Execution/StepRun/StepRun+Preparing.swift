import Model

// What comes before a body.
extension StepRun {
    /// It is its turn, or what it waited for is over.
    package mutating func goOn() -> [Action] {
        state = .idle
        switch course {
        case .undo(let stage, _): return [.enterUndo(stage)]
        case .bringUp(let stage) where stage != .body: return [.enter(stage)]
        case .bringUp, .skip, .settle: return [.prepareBody]
        }
    }

    /// There is nothing to wait for at its stage.
    package mutating func passed() -> [Action] {
        if case .bringUp(let stage) = course { course = .bringUp(stage.next) }
        return goOn()
    }

    /// A question is to be put.
    package mutating func asks(_ role: Role, doubted: Exit? = nil) -> [Action] {
        state = .asking(Question(role, doubted: doubted))
        return [.ask(role, isParsed: doubted != nil)]
    }

    /// All that led to the question is stored; nil: it is put.
    ///
    /// - Parameter isMet: what the step needs is there.
    package mutating func holdsQuestion(_ facts: Facts, isMet: Bool) -> [Action]? {
        if facts.stopping.isInterrupt { return putAside("interrupted before it started") }
        return isSettling || isMet ? nil : requeue()
    }

    /// The question could not be put.
    ///
    /// - Parameter othersRun: something else may give back what is wanting.
    package mutating func notAsked(
        _ role: Role, _ error: LaunchError, _ facts: Facts, othersRun: Bool
    ) -> [Action] {
        guard case .asking(let question) = state, question.role == role else { return [] }
        if question.cut.isInterrupt { return putAside("interrupted before it started") }
        if !isSettling, let actions = putOff(error, othersRun: othersRun) { return actions }
        return unasked(error.message, facts)
    }

    /// There is no answer to the question that is put, or was to be.
    package mutating func unasked(_ reason: String, _ facts: Facts) -> [Action] {
        switch course {
        case .skip(let why, _): return finish(.skipped, reason: why)
        case .settle(let settlement, _):
            if case .asking(let question) = state, question.role == .check { return settleByGates(facts) }
            course = .settle(settlement, .forgone)
            return goOnSettling(facts)
        case .bringUp, .undo: return finish(.failed, reason: reason)
        }
    }

    /// A question (`when`, `check`, a secret's command) was answered.
    ///
    /// - Parameter complaint: the last line that it wrote to its standard error; empty: none.
    package mutating func answered(
        _ role: Role, _ exit: Exit, _ capture: Capture = Capture(), complaint: String, _ facts: Facts
    ) -> [Action] {
        guard case .asking(let question) = state, question.role == role else { return [] }
        if question.cut.isInterrupt { return putAside("interrupted") }
        if let reason = question.cut.reason { return unasked(reason, facts) }
        state = .idle
        switch role {
        case .when: return whenAnswered(exit, complaint, question.doubted)
        case .check: return checkAnswered(exit, complaint, question.doubted, facts)
        case .secret(let position): return [.takeSecret(position: position, exit, capture)]
        case .body, .undo, .gate: return []
        }
    }

    /// - Parameter doubted: what the question said, where this is the end of looking whether a shell can run it.
    private mutating func whenAnswered(_ exit: Exit, _ complaint: String, _ doubted: Exit?) -> [Action] {
        if let doubted {
            guard exit.isSuccess else { return unreadable("when", exit, complaint) }
            return notApplicable(doubted)
        }
        switch exit {
        case .status(0):
            course = .bringUp(.inputs)
            return goOn()
        // Exit status 2 is a shell's for what it cannot read, and that of many programs for "no".
        case .status(2) where !complaint.isEmpty: return asks(.when, doubted: exit)
        // `command -v` says so as well, without a complaint.
        case .status(126), .status(127):
            return complaint.isEmpty ? notApplicable(exit) : unreadable("when", exit, complaint)
        case .signal, .unknown: return unreadable("when", exit, complaint)
        case .status: return notApplicable(exit)
        }
    }

    /// What an earlier attempt printed, maybe after anybody looked, has to be recognised before it is skipped.
    private mutating func notApplicable(_ exit: Exit) -> [Action] {
        course = .skip("not applicable: when (\(exit))", .wanted)
        return [.skip]
    }

    /// What was asked is no question: the answer says nothing about the step.
    private mutating func unreadable(_ what: String, _ exit: Exit, _ complaint: String) -> [Action] {
        let tale = complaint.isEmpty ? "" : ": \(complaint)"
        return finish(.failed, exit: exit, reason: "\(what): the command could not be run (\(exit))\(tale)")
    }

    private mutating func checkAnswered(
        _ exit: Exit, _ complaint: String, _ doubted: Exit?, _ facts: Facts
    ) -> [Action] {
        if doubted != nil, !exit.isSuccess, !isSettling { return unreadable("check", exit, complaint) }
        if doubted == nil, exit == .status(2), !complaint.isEmpty { return asks(.check, doubted: exit) }
        guard doubted == nil, exit.isSuccess else { return checkFailed(facts) }
        state = .collecting(.check)
        return [.collect(.check)]
    }

    mutating func checkFailed(_ facts: Facts) -> [Action] {
        if isSettling { return settleByGates(facts) }
        course = .bringUp(.confirm)
        return goOn()
    }

    // MARK: - Secrets

    /// One more secret is known.
    package mutating func secretTaken() -> [Action] { [.fetchSecrets] }

    /// All secrets are known that are to be had.
    package mutating func secretsKnown(_ facts: Facts) -> [Action] {
        switch course {
        case .bringUp: return passed()
        case .skip(let reason, _): return finish(.skipped, reason: reason)
        case .settle: return goOnSettling(facts)
        case .undo(let stage, let secrets):
            course = .undo(.block, secrets)
            return [.undo(stage)]
        }
    }

    /// A secret is not to be had: a failure, except where only a log is to be freed of it.
    package mutating func secretMissing(_ reason: String, _ facts: Facts) -> [Action] {
        switch course {
        case .skip(let why, _): course = .skip(why, .forgone)
        case .settle(let settlement, _): course = .settle(settlement, .forgone)
        case .undo(let stage, _) where facts.step.undo == nil: course = .undo(stage, .forgone)
        case .bringUp, .undo: return finish(.failed, reason: reason)
        }
        return secretsKnown(facts)
    }

    // MARK: - People

    /// A person has to answer; it holds no slot meanwhile.
    package mutating func waits(_ question: String) -> [Action] {
        state = .waiting
        return [.release, .emitWaiting(question)]
    }

    package mutating func approved() -> [Action] {
        state = .idle
        return [.giveBack]
    }

    package mutating func refused(_ reason: String) -> [Action] { finish(.failed, reason: reason) }
}
