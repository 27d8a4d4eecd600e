/// What is going to happen with one step, decided before anything starts.
package enum Decision: Hashable, Sendable {
    /// Done, and it holds: nothing happens.
    case keep
    /// Done; what it needs runs again, so it is asked afterwards whether it still holds.
    case recheck
    case run
    /// It, or what it needs, was edited: run again, and everything downstream.
    case rerun
    /// Its process still lives: wait for it.
    case adopt(attempt: Int, Handle)
    /// Its process has ended; the exit status decides where it is known, else its check and gates.
    case resolve(attempt: Int, Exit)
    /// Its body succeeded; its gates are asked.
    case resumeGates(attempt: Int)
    /// Only a person's word lets it go on.
    case ask
    /// Not applicable.
    case skip
    /// Not selected.
    case leave
    /// To be taken down.
    case undo
    /// Never came up, or was down already: nothing to take down.
    case rest

    /// Which of the decisions it is, by its one spelling on disk and in output.
    package enum Kind: String, CaseIterable, Sendable {
        case keep, recheck, run, rerun, adopt
        case resolve = "settle"
        case resumeGates = "gate"
        case ask, skip, leave, undo, rest
    }

    package var kind: Kind {
        switch self {
        case .keep: .keep
        case .recheck: .recheck
        case .run: .run
        case .rerun: .rerun
        case .adopt: .adopt
        case .resolve: .resolve
        case .resumeGates: .resumeGates
        case .ask: .ask
        case .skip: .skip
        case .leave: .leave
        case .undo: .undo
        case .rest: .rest
        }
    }

    /// Its body is to run.
    package var isRun: Bool { self == .run || self == .rerun }

    /// The step may do something in this session.
    package var isAction: Bool {
        switch self {
        case .keep, .ask, .skip, .leave, .rest: false
        default: true
        }
    }
}

/// The decision for every step, with its reason.
package struct Plan: Sendable {
    package struct Item: Hashable, Sendable {
        package var decision: Decision
        /// For people; empty where nothing is to be said (a first run).
        package var reason: String
        /// Why it runs again whatever comes of the attempt that is adopted; nil: it does not.
        package var again: String?

        package init(_ decision: Decision, _ reason: String) {
            self.decision = decision
            self.reason = reason
        }
    }

    /// One for each step of the runbook, by index.
    package var items: [Item]

    package init(items: [Item]) {
        self.items = items
    }

    package var count: Int { items.count { $0.decision.isAction } }
}
