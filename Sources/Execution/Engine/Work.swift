/// What the engine keeps of one step beside its stored state: where it is within its preparation, body and gates.
struct Work {
    enum Phase: Hashable {
        case idle
        /// A question about the step runs: `when`, `check`, or the source of a secret.
        case asking(Role)
        /// An older process of the step is being ended before it starts anew, or while it is taken down.
        case clearing
        /// The intent is being stored.
        case intending
        /// The intent was stored ahead, and a slot is awaited.
        case prepared
        case body
        /// A pause before another attempt.
        case pausing
        case gating
        /// A person has to answer.
        case waiting
    }

    /// What comes before a body, in order; each is passed once per session.
    enum Stage: Int, Comparable {
        case when, inputs, secrets, halt, check, confirm, clear, body

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
        var next: Stage { Stage(rawValue: rawValue + 1) ?? .body }
    }

    /// What taking a step down goes through, in order; each is passed once per session.
    enum UndoStage {
        /// A body that still runs is ended, and so is an undo that could not be before.
        case leftover
        /// An undo that an earlier executor left running is waited for.
        case earlier
        case block
        /// What still runs is ended.
        case stop
    }

    /// Why gates are being asked, and so what follows from the answer.
    enum Purpose: Hashable {
        /// The body succeeded or the service runs.
        case bringUp
        /// The check held.
        case satisfied
        /// It was done; what it needs came up anew.
        case recheck
        /// Nobody knows how its body ended; the gates say.
        case resolve
    }

    var phase = Phase.idle
    var stage = Stage.when
    var purpose = Purpose.bringUp
    var attempt = 0
    /// Failed attempts of this session.
    var failures = 0
    /// Launches put off for want of processes or memory.
    var postponed = 0
    /// Seconds of uptime at which the body started, and at which its gates were first asked.
    var bodyStart = 0.0
    var gateStart = 0.0
    var bodySeconds = 0.0
    var exit: Exit?
    var fingerprint: Fingerprint?
    /// Why the engine itself ends the process; nil when it ends by its own.
    var endReason: String?
    /// The service came up in this session or an earlier one, and is watched.
    var isUp = false
    var isUndoing = false
    /// What came of an attempt of an earlier executor is being found out.
    var isResolving = false
    /// Its body succeeded in an earlier session: what is found out is only whether its gates hold.
    var isResumingGates = false
    /// Why the adopted process was ended, while its attempt is settled.
    var resolvedReason: String?
    /// Its secrets are not to be had, and it goes on without them.
    var isWithoutSecrets = false
    /// The attempt was made by an earlier executor, for the text and values of then.
    var isInherited = false
    /// It was edited since that attempt: whatever comes of it, it runs again.
    var isOutdated = false
    /// How far taking it down has come.
    var undoStage = UndoStage.leftover
    /// The older process that is being ended.
    var clearing: ProcessKey?
    /// Why it does not apply; it is skipped once the logs of its earlier attempts are free of secrets.
    var skipReason: String?
    /// What a question said whose command is looked at once more: whether it is one that a shell can run.
    var doubted: (exit: Exit, complaint: String)?
    /// What it handed on besides its outputs, for people.
    var remark: String?
    /// Its attempt was cut short by the engine because of an interrupt.
    var isInterrupted = false

    /// Forgets what was known of an earlier attempt: the step is to run from its beginning.
    mutating func startOver() {
        stage = .when
        attempt = 0
        failures = 0
        exit = nil
        fingerprint = nil
        endReason = nil
        bodySeconds = 0
        isResolving = false
        isResumingGates = false
        resolvedReason = nil
        isWithoutSecrets = false
        isInherited = false
        isOutdated = false
        skipReason = nil
        doubted = nil
        remark = nil
    }
}
