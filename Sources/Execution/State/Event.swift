/// Something that happened in a run: the only thing that is stored, shown and replayed.
package enum Event: Hashable, Sendable {
    /// An executor took up the run.
    case sessionStarted(Session)
    /// What the plan decided for a step whose earlier state is not simply kept, with the reason.
    case planned(step: String, decision: Decision.Kind, reason: String)
    case ready(step: String)
    /// An attempt is about to start. On disk before its process exists.
    case intended(step: String, Intent)
    /// An attempt that was about to start will not: it never began, and its number is free again.
    case withdrawn(step: String, attempt: Int, reason: String)
    /// The process of an attempt exists.
    case started(step: String, attempt: Int, Handle)
    /// A process left behind by an earlier executor is being waited for.
    case adopted(step: String, attempt: Int, Handle)
    /// An attempt ended and the step goes on (gates, another attempt); a body that succeeded hands its outputs on here,
    /// so that they are on disk with its success.
    case attemptEnded(step: String, attempt: Int, Exit, reason: String, outputs: [Output])
    /// What an attempt that does not count as done had handed on well: kept, so that a person may still use it.
    case kept(step: String, attempt: Int, outputs: [Output])
    /// The step's gates are being asked.
    case gating(step: String, attempt: Int)
    /// A gate's answer changed, or was its last one; `probes` counts all of this gating.
    case probed(step: String, gate: String, Answer, probes: Int)
    /// A person has to answer.
    case waiting(step: String, question: String)
    case finished(step: String, Result)
    /// A service that was up ended by itself.
    case serviceEnded(step: String, Exit)
    /// A step that was done no longer holds.
    case lapsed(step: String, reason: String)
    case word(step: String, OperatorAction)
    case sessionFinished(Outcome)
}

/// One executor's turn at a run.
package struct Session: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case run, resume, down
    }

    package var kind: Kind
    /// Name of the runbook.
    package var runbook: String
    package var title: String
    /// Absolute paths as given on the command line.
    package var paths: [String]
    /// `name=value` of every param that was given, by `-p`, `--params` or the environment: a resume starts from them.
    package var params: [String]
    /// Arguments after the program's name, for people.
    package var commandLine: String
    package var jobs: Int
    package var user: String
    package var pid: Int32
    package var bootID: String
    package var version: String
    /// `name=value` of every param as it was decided, by its full name.
    package var values: [String] = []
    /// The files that were loaded.
    package var sources: [Source] = []
    /// Absolute path of the state folder, which tells what moved with it.
    package var folder = ""

    /// A file that was loaded; its text is among the definitions.
    package struct Source: Hashable, Sendable {
        package var path: String
        /// With symbolic links resolved.
        package var canonical: String
        /// SHA-256 of the text, hexadecimal.
        package var digest: String
        /// Named by the user, not by an include.
        package var isRoot: Bool

        package init(path: String, canonical: String, digest: String, isRoot: Bool) {
            self.path = path
            self.canonical = canonical
            self.digest = digest
            self.isRoot = isRoot
        }
    }

    package init(
        kind: Kind, runbook: String, title: String, paths: [String], params: [String], commandLine: String, jobs: Int,
        user: String, pid: Int32, bootID: String, version: String
    ) {
        self.kind = kind
        self.runbook = runbook
        self.title = title
        self.paths = paths
        self.params = params
        self.commandLine = commandLine
        self.jobs = jobs
        self.user = user
        self.pid = pid
        self.bootID = bootID
        self.version = version
    }
}

/// What an attempt is going to do.
package struct Intent: Hashable, Sendable {
    /// `body` or `undo`.
    package var role: Role
    package var attempt: Int
    package var fingerprint: Fingerprint
    package var log: String
    /// Of a `file:` step: where it writes, and what is there.
    package var file: FileIntent?

    package init(role: Role, attempt: Int, fingerprint: Fingerprint, log: String, file: FileIntent? = nil) {
        self.file = file
        self.role = role
        self.attempt = attempt
        self.fingerprint = fingerprint
        self.log = log
    }

    /// What the step is by it: intents of bodies are stored ahead, and a step is ready until its process exists.
    package var state: StepState { role == .body && file == nil ? .ready : .running }
}

/// How a step came out, with everything it hands on; stored in one row with its outputs.
package struct Result: Hashable, Sendable {
    package var state: StepState
    /// 0 where no attempt was made.
    package var attempt: Int
    package var exit: Exit?
    /// Seconds of the last body; 0 where none ran.
    package var seconds: Double
    /// Seconds from the end of the body (start for services) until the gates held.
    package var gateSeconds: Double
    package var reason: String
    /// Present on `done` and `satisfied`: what the result stands for.
    package var fingerprint: Fingerprint?
    /// Sorted by name; empty when they were stored with the end of the attempt.
    package var outputs: [Output]

    package init(
        state: StepState, attempt: Int = 0, exit: Exit? = nil, seconds: Double = 0, gateSeconds: Double = 0,
        reason: String = "", fingerprint: Fingerprint? = nil, outputs: [Output] = []
    ) {
        self.state = state
        self.attempt = attempt
        self.exit = exit
        self.seconds = seconds
        self.gateSeconds = gateSeconds
        self.reason = reason
        self.fingerprint = fingerprint
        self.outputs = outputs
    }
}

/// A value that a step handed on.
package struct Output: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case plain(String)
        case sealed([UInt8])
    }

    package var name: String
    package var value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

/// A person's word on a step.
package struct OperatorAction: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// Answers a `confirm`.
        case approve
        /// Blesses an edit, or says that an uncertain step did complete.
        case accept
        /// Marks a step as not done.
        case reset
    }

    package var kind: Kind
    package var user: String
    package var note: String
    /// For `accept`: what is blessed.
    package var fingerprint: Fingerprint?
    /// For `accept` of an attempt that did not count: what it handed on, which counts from now on.
    package var outputs: [Output]
    /// For `accept` of a file step: the file that is there, and stays.
    package var file: FileMark?

    package init(
        kind: Kind, user: String, note: String, fingerprint: Fingerprint? = nil, outputs: [Output] = [],
        file: FileMark? = nil
    ) {
        self.file = file
        self.kind = kind
        self.user = user
        self.note = note
        self.fingerprint = fingerprint
        self.outputs = outputs
    }
}

/// How an executor's turn at a run ended.
package enum Outcome: String, Sendable {
    case done, failed, waiting, interrupted, undone
    /// The state folder became unusable or a limit was hit.
    case aborted
}

/// An event with its time and run, as it is stored.
package struct Record: Hashable, Sendable {
    package var run: Int
    /// Seconds since 1970-01-01 UTC.
    package var time: Double
    package var event: Event
    /// Definition text that goes with an intent, to be stored once under its digest; for `explain`'s diff.
    package var definition: Definition?

    package init(run: Int, time: Double, event: Event, definition: Definition? = nil) {
        self.run = run
        self.time = time
        self.event = event
        self.definition = definition
    }
}

/// The text of a body or file, stored once by its digest.
package struct Definition: Hashable, Sendable {
    /// SHA-256, hexadecimal.
    package var digest: String
    package var text: String

    package init(digest: String, text: String) {
        self.digest = digest
        self.text = text
    }
}
