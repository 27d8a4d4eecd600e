import Model

extension Engine {
    /// What the loop is told once.
    package struct Options: Sendable {
        package var session: Session
        /// Most bodies that run at once; at least 1.
        package var jobs = 8
        package var failFast = false
        /// Answers every `confirm` with yes.
        package var approvesAll = false
        /// A person can be asked while the run goes on; otherwise it ends when only answers are missing.
        package var canAsk = false
        /// Seconds between TERM and KILL.
        package var grace: Double = 10
        /// Seconds between refreshes of live views; nil: none wanted.
        package var tick: Double?
        /// Every selected step is part of this session: its end is the end of the run.
        package var isWhole = true
        /// What was found of services before the session: processes that took the place of recorded ones.
        package var found: [Event] = []
        /// For the jitter of pauses.
        package var seed: UInt64 = 1

        package init(session: Session) {
            self.session = session
        }
    }

    /// The outside world.
    package struct World {
        package var inbox: any Inbox
        package var machine: any Machine
        package var prober: any GateProber
        package var files: any RunFiles
        package var journal: any JournalWriter
        package var observers: [any Observer]

        package init(
            inbox: any Inbox, machine: any Machine, prober: any GateProber, files: any RunFiles,
            journal: any JournalWriter, observers: [any Observer]
        ) {
            self.inbox = inbox
            self.machine = machine
            self.prober = prober
            self.files = files
            self.journal = journal
            self.observers = observers
        }
    }
}
