/// The one place where everything that happens outside reaches the engine, and where the engine waits.
///
/// Owned by the engine's thread, except that implementations accept occurrences from other threads.
package protocol Inbox: AnyObject {
    var now: ClockReading { get }

    /// Everything that happened since the last call, in order; waits for at least one occurrence, but not past
    /// `deadline` (seconds of `ClockReading.uptime`; nil: no limit; a past deadline polls).
    func wait(until deadline: Double?) -> [Occurrence]
}

/// Something that happened outside the engine.
package enum Occurrence: Sendable {
    /// A process that was started or adopted has ended and was reaped.
    case ended(ProcessKey, Exit)
    /// A process was to be ended, and these of it still live although grace and patience are over. Nothing more is
    /// heard of it.
    case unstopped(ProcessKey, [Remnant])
    /// The answer to a probe.
    case probed(ProbeKey, Answer)
    /// Ctrl-C or a request to stop (SIGINT, SIGTERM, SIGHUP).
    case interrupt
    /// A line typed at the terminal, without its line end; nil at its end.
    case typed(String?)
    /// The transaction is on disk.
    case committed(Ticket)
    /// It is not, and the journal cannot be written any more.
    case notCommitted(Ticket, JournalError)

    // Answers of machines.

    case started(ProcessKey, Handle)
    case notStarted(ProcessKey, LaunchError)
    /// A process that was listened to has ended, and this is what it wrote.
    case answered(ProcessKey, Exit, Capture)
    case adopted(ProcessKey)
    /// What was to be adopted is not there any more.
    case lost(ProcessKey)
    case found(AttemptReference, Remains)
    case collected(AttemptReference, Collected)
    case scrubbed(AttemptReference, Scrubbed)
    /// A file was written: a short account for people (`wrote 312 bytes`, `unchanged`).
    case wrote(ProcessKey, Swift.Result<String, FileError>)
    case looked(ProcessKey, Swift.Result<LookedFile, FileError>)
    /// A file was put back: what could not be done of it, for people; empty where all was.
    case replaced(ProcessKey, Swift.Result<String, FileError>)
}

/// What a process is for.
package enum Role: Hashable, Sendable {
    case body, undo, when, check
    /// The command gate with this index in the step's gates.
    case gate(Int)
    /// The command behind the step's secret with this index.
    case secret(Int)
}

/// Names one process of the engine.
package struct ProcessKey: Hashable, Sendable {
    /// Index into `Runbook.steps`.
    package var step: Int
    package var role: Role
    /// Counted from 1 for bodies and undo; 0 for questions.
    package var attempt: Int

    package init(step: Int, role: Role, attempt: Int) {
        self.step = step
        self.role = role
        self.attempt = attempt
    }
}

/// Names one probe under way: a gate has at most one at a time.
package struct ProbeKey: Hashable, Sendable {
    package var step: Int
    package var gate: Int
    /// Counts probes of this engine, so that a late answer to an abandoned probe is recognised.
    package var serial: Int

    package init(step: Int, gate: Int, serial: Int) {
        self.step = step
        self.gate = gate
        self.serial = serial
    }
}

/// How a process ended.
package enum Exit: Hashable, Sendable {
    /// 0…255.
    case status(Int32)
    case signal(Int32)
    /// It was not our child, and nothing told its status.
    case unknown

    package var isSuccess: Bool { self == .status(0) }
}

extension Exit: CustomStringConvertible {
    package var description: String {
        switch self {
        case .status(let status): "exit \(status)"
        case .signal(let signal): "signal \(signal)"
        case .unknown: "exit status unknown"
        }
    }
}

/// What a probe found.
package struct Answer: Hashable, Sendable {
    package var holds: Bool
    /// Short, for people, one line: `503`, `refused`, `200, jq false`, `2 of 3 samples >= 1`.
    package var text: String
    /// The last lines that the command of a gate printed, where it does not hold; secrets masked.
    package var output: String
    /// The regular expression that the step's log was found to match: that counts as long as this life of it.
    package var shown: String?

    package init(holds: Bool, text: String, output: String = "", shown: String? = nil) {
        self.holds = holds
        self.text = text
        self.output = output
        self.shown = shown
    }

    /// Whether it says the same as another one, whatever was printed along with it.
    package func saysSame(as other: Answer?) -> Bool {
        guard let other else { return false }
        return holds == other.holds && text == other.text
    }
}
