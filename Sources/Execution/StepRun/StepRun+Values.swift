import Model

// What states carry.
extension StepRun {
    /// What is looked for among what earlier attempts left.
    package enum Search: Hashable, Sendable {
        /// A process that is to end before anything else is done with the step.
        case leftover(Role)
        /// What took the place of a service's process.
        case successor
        /// Whether a service lives whose check is about to be asked.
        case service
        /// How the body ended that was to be adopted.
        case end
        /// What came of an undo that an earlier executor began.
        case undo
    }

    /// A process that is there already, and what it is watched for.
    package struct Adoption: Hashable, Sendable {
        package enum Aim: Hashable, Sendable {
            /// To end it.
            case clear
            /// It is the body of a step that comes up, or the undo of one that is taken down.
            case goOn
            /// A service that is kept as it is.
            case keep
            /// A service whose gates are about to be asked again.
            case recheck
            /// What took the place of a service's process.
            case replace
        }

        package var key: ProcessKey
        package var handle: Handle
        package var aim: Aim

        package init(_ key: ProcessKey, _ handle: Handle, _ aim: Aim) {
            self.key = key
            self.handle = handle
            self.aim = aim
        }
    }

    /// What goes on once logs are free of secrets.
    package struct Cleaning: Hashable, Sendable {
        package indirect enum Next: Hashable, Sendable { case state(State) }

        /// What is under way then.
        var next: Next
        var actions: [Action]
        var cut = Cut.uncut
    }

    /// A process that runs, and whether the engine ends it.
    package struct Body: Hashable, Sendable {
        /// Seconds of uptime.
        package var since: Double
        package var cut = Cut.uncut

        package init(since: Double, cut: Cut = .uncut) {
            self.since = since
            self.cut = cut
        }
    }

    package struct Question: Hashable, Sendable {
        package var role: Role
        /// What the question said whose command is looked at once more: whether it is one that a shell can run.
        package var doubted: Exit?
        package var cut = Cut.uncut

        package init(_ role: Role, doubted: Exit? = nil) {
            self.role = role
            self.doubted = doubted
        }
    }

    /// Why the engine ends a process before it ends by itself.
    package enum Cut: Hashable, Sendable {
        case uncut
        case because(String)
        /// An interrupt; there may have been a reason of its own besides.
        case interrupted(String?)

        var reason: String? {
            switch self {
            case .uncut: nil
            case .because(let reason): reason
            case .interrupted(let reason): reason
            }
        }

        var isInterrupt: Bool {
            if case .interrupted = self { return true }
            return false
        }

        mutating func add(_ reason: String) { self = isInterrupt ? .interrupted(reason) : .because(reason) }
        mutating func interrupt() { self = .interrupted(reason) }
    }
}
