package import Model

/// What a process wrote that was listened to.
package struct Capture: Hashable, Sendable {
    /// Standard output, at most the limit of the launch.
    package var output: [UInt8]
    /// There was more of it.
    package var isCut: Bool
    /// The end of standard error, at most `mostError` bytes.
    package var error: [UInt8]

    /// 4 KiB.
    package static let mostError = 4 << 10

    package init(_ output: [UInt8] = [], isCut: Bool = false, error: [UInt8] = []) {
        self.output = output
        self.isCut = isCut
        self.error = error
    }
}

/// Everything needed to start one process.
package struct Launch: Sendable {
    /// Where standard output goes.
    package enum Output: Hashable, Sendable {
        /// Output and error are appended, in the order written, to this file, made with mode 0600 by the child.
        case log(String)
        /// Output and error go nowhere.
        case discard
        /// Standard output is read through a pipe and kept up to `limit` bytes, the rest dropped; of error the end.
        case capture(limit: Int)
        /// The terminal: no session of its own, foreground process group, input from the terminal.
        case terminal
    }

    package var key: ProcessKey
    package var interpreter: Interpreter
    /// Program and arguments that run the interpreter, once that is found; none where it is run directly.
    package var wrapper: [String] = []
    /// Full text to run.
    package var script: String
    /// Where the text is put when it does not fit on a command line or the interpreter wants a file.
    package var scriptFile: String
    /// What many launches have in common; nothing in it is repeated in `environment`.
    package var inherited: SharedEnvironment
    /// This launch's own variables, in `NAME=value` form, without duplicates.
    package var environment: [String]
    package var directory: String
    package var output: Output
    /// What carries this `RUNBOOK_TOKEN` is ended with it, also when it left the session; nil: only the session is.
    package var token: String?
    /// The file for what it hands on, which a `Machine` makes, private and with room, before the process; nil: none.
    package var outputs: String?

    package init(
        key: ProcessKey, interpreter: Interpreter, script: String, scriptFile: String,
        inherited: SharedEnvironment, environment: [String], directory: String, output: Output
    ) {
        self.key = key
        self.interpreter = interpreter
        self.script = script
        self.scriptFile = scriptFile
        self.inherited = inherited
        self.environment = environment
        self.directory = directory
        self.output = output
    }
}

/// Variables that many launches share, built once; a class, so that a runner can keep its C form by identity.
package final class SharedEnvironment: Sendable {
    /// `NAME=value`, without duplicates.
    package let variables: [String]

    package init(_ variables: [String]) {
        self.variables = variables
    }
}

/// A process that can be told from any later one with the same pid.
package struct ProcessIdentity: Hashable, Sendable {
    package var pid: Int32
    /// Seconds after boot at which it was started, from the clock (not from /proc), to within 20 ms.
    package var startTime: Double
    package var bootID: String

    package init(pid: Int32, startTime: Double, bootID: String) {
        self.pid = pid
        self.startTime = startTime
        self.bootID = bootID
    }

    /// Recorded and actual start times may differ by this many seconds: a process is dated to 10 ms by the kernel and
    /// by the middle of its start when it is started.
    package static let tolerance = 0.03

    /// Whether both mean one process, as opposed to an earlier and a later one with the same pid.
    package func isSame(as other: ProcessIdentity) -> Bool {
        pid == other.pid && abs(startTime - other.startTime) <= Self.tolerance
            && bootID == other.bootID
    }
}

/// Why a process could not be started.
package struct LaunchError: Error, Hashable, Sendable {
    /// What failed, where, and what to do: one line.
    package var message: String
    /// True when the same call may work later (no processes or descriptors left, no memory).
    package var isTemporary: Bool
    /// There was a process, and it may have begun its work.
    package var hasBegun: Bool

    package init(message: String, isTemporary: Bool, hasBegun: Bool = false) {
        self.message = message
        self.isTemporary = isTemporary
        self.hasBegun = hasBegun
    }
}
