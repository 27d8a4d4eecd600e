import Model

/// Something that bodies and questions run on, with the files of their attempts: this machine, a host, a scheduler.
///
/// Nothing here blocks. Each request has one answer, in the inbox, unless it says otherwise; what is asked of one key,
/// or of one attempt, is answered in the order in which it was asked. Belongs to the engine's thread.
package protocol Machine: AnyObject {
    /// By which handles and plans name it; the same in each session.
    var name: String { get }

    // MARK: Processes

    /// Starts a process in a session of its own: `.started`, or `.notStarted`, which says why.
    ///
    /// After `.started` its end is told once: by `.answered` where it was listened to (`Launch.Output.capture`), else
    /// by `.ended`, or by `.unstopped`. The log is made by the process itself, so that a log that does not exist proves
    /// that it never was; the file for its outputs is there before it, and has room.
    func start(_ launch: Launch)

    /// Looks what there is of an attempt: `.found`. What it told as it ended is looked for after it was found gone.
    func examine(_ attempt: AttemptReference)

    /// Watches a process that somebody else started: `.adopted`, and later its end as if it had been started; or
    /// `.lost`, where it is not there any more (ended, another boot, or its number is somebody else's now).
    ///
    /// How it ended is what it told itself, `Exit.unknown` where it told nothing.
    func adopt(_ handle: Handle, of attempt: AttemptReference, as key: ProcessKey)

    /// Ends what was started or adopted, with all of its session and of its lease: TERM now, KILL after `grace`
    /// seconds.
    ///
    /// Has no answer of its own: from now on the end is told only once nothing of it lives. What lives some seconds
    /// after KILL is told by `.unstopped`, and nothing more is heard of it. One whose start is not answered yet is
    /// ended as soon as it is. For what has ended, whatever it left running is ended, which is not told.
    func stop(_ key: ProcessKey, grace: Double)

    /// As `stop`, with KILL now.
    func kill(_ key: ProcessKey)

    // MARK: Files of an attempt

    /// Reads what an attempt left: `.collected`.
    func collect(_ attempt: AttemptReference, _ wanted: Wanted)

    /// Replaces every byte of every secret in an attempt's log by `*`: `.scrubbed`. The file keeps its place, mode and
    /// size, and may be appended to meanwhile.
    func scrub(_ attempt: AttemptReference, secrets: Redactor)

    /// Removes the file with an attempt's outputs. Has no answer.
    func discard(_ attempt: AttemptReference)

    // MARK: Files of `file:` steps

    /// Writes a file: temporary file beside it, fsync, rename, fsync of the folder; folders are made. `.wrote`
    func write(_ request: FileRequest, as key: ProcessKey)

    /// What is at a place, and how that compares to what a step would write there, where that is given: `.looked`.
    func look(at place: FilePlace, comparedTo request: FileRequest?, as key: ProcessKey)

    /// Puts something in the place of what is there, atomically and durably; with `.nothing`, of these folders those on
    /// the way to it that are empty then go as well. `.replaced`
    func replace(_ place: FilePlace, with file: FoundFile, folders: Set<String>, as key: ProcessKey)
}

/// An attempt, as the machine that it was made on can be asked about it.
package struct AttemptReference: Hashable, Sendable {
    /// What counts as the attempt when it is examined.
    package enum Extent: Hashable, Sendable {
        /// Its own process.
        case itself
        /// And, once that has ended, the oldest of what it left running in its session and under its lease.
        case withRemainder
    }

    /// The step's id.
    package var step: String
    package var role: Role
    /// Counted from 1.
    package var attempt: Int
    /// What was recorded of its process; nil where its start was never confirmed.
    package var handle: Handle?
    /// The `RUNBOOK_TOKEN` that its process carries.
    package var token: String
    /// By this `RUNBOOK_TOKEN` all that belongs to a service is found; nil: what left its session is on its own.
    package var lease: String?
    package var extent: Extent
    /// Where its output goes; nil: to the terminal, so that nothing tells whether it was started.
    package var log: String?
    /// Where it writes what it hands on.
    package var outputs: String
    /// The machine's incarnation (`Handle.incarnation`) when it was intended; empty: not known.
    package var incarnation: String

    package init(
        step: String, role: Role, attempt: Int, handle: Handle?, token: String, log: String?, outputs: String,
        incarnation: String, lease: String? = nil, extent: Extent = .itself
    ) {
        self.step = step
        self.role = role
        self.attempt = attempt
        self.handle = handle
        self.token = token
        self.lease = lease
        self.extent = extent
        self.log = log
        self.outputs = outputs
        self.incarnation = incarnation
    }
}

/// What there is of an attempt that nobody saw the end of.
package enum Remains: Hashable, Sendable {
    /// Its process never was: it may start.
    case neverStarted
    /// It, or what counts as it, is at work.
    case running(Handle)
    /// It told how it ended.
    case ended(Exit)
    /// It is over, if it ever was, and nothing tells how.
    case gone
    /// The machine does not answer: nothing is known, and nothing may be repeated.
    case unreachable
}

/// What is to be read of an attempt.
package enum Wanted: Hashable, Sendable {
    /// The file with what it handed on, of at most so many bytes.
    case outputs(limit: Int)
    /// Its log from an offset in bytes on, at most so many bytes.
    case log(from: Int, limit: Int)
}

/// What was read of an attempt.
package enum Collected: Hashable, Sendable {
    /// Nil where there is no such file.
    case outputs([UInt8]?)
    /// From the offset asked for; `size` is that of the whole log. Nil where there is none.
    case log([UInt8], size: Int)
    case noLog
    /// It is there and cannot be read, or is larger than wanted.
    case failed(FileError)
}

/// What came of taking secrets out of a log.
package struct Scrubbed: Hashable, Sendable {
    /// Something that the attempt started lives, or writes to the log, and did so before it was scrubbed: it is to be
    /// scrubbed again.
    package var isWrittenTo: Bool
    package var error: FileError?

    package init(isWrittenTo: Bool, error: FileError? = nil) {
        self.isWrittenTo = isWrittenTo
        self.error = error
    }
}

/// What was found at a file's place.
package struct LookedFile: Hashable, Sendable {
    package var found: FoundFile
    /// The folders on the way to it that are not there: absolute paths, outermost first.
    package var missing: [String]
    /// It has exactly the content, mode and owner that were asked about; nil where nothing was.
    package var isAsRequested: Bool?

    package init(_ found: FoundFile, missing: [String] = [], isAsRequested: Bool? = nil) {
        self.found = found
        self.missing = missing
        self.isAsRequested = isAsRequested
    }
}
