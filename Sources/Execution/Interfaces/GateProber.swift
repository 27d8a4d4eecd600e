package import Model

/// Asks the questions of gates, all but `command` and `process`; answers arrive at the engine's inbox.
package protocol GateProber: AnyObject {
    /// Starts a probe and returns at once. Exactly one answer follows, at most a little after `timeout` seconds,
    /// unless the probe is cancelled.
    ///
    /// - Parameter context: what questions about the step itself need.
    func probe(_ question: Probe, key: ProbeKey, timeout: Double, context: ProbeContext)

    /// Looks whether a regular expression matches somewhere in what a command that succeeded printed, and returns at
    /// once: a search may take its time, and nothing else is to wait for it. Exactly one answer follows, unless it is
    /// cancelled.
    ///
    /// - Parameter isCut: the command printed more than that.
    func match(_ pattern: String, in output: [UInt8], isCut: Bool, key: ProbeKey)

    /// No answer is wanted any more.
    func cancel(_ key: ProbeKey)
}

/// What a probe needs to know of its step.
package struct ProbeContext: Hashable, Sendable {
    /// Folder that relative paths of `file`, `ca`, … start from.
    package var directory: String
    /// Log file of the step's current attempt, for `log` gates.
    package var log: String?
    /// The service whose gate it is, while it lives; nil for everything else.
    package var service: ServiceLife?

    package init(directory: String, log: String?, service: ServiceLife? = nil) {
        self.directory = directory
        self.log = log
        self.service = service
    }
}

/// One life of a service: what its processes, and so its sockets, can be told by.
package struct ServiceLife: Hashable, Sendable {
    /// The process that the service is now.
    package var process: ProcessIdentity
    /// The `RUNBOOK_TOKEN` of what belongs to it.
    package var token: String

    package init(process: ProcessIdentity, token: String) {
        self.process = process
        self.token = token
    }
}

/// The ends of a connection that opened: numeric addresses.
package struct OpenConnection: Hashable, Sendable {
    package var local: String
    package var remote: String
    package var remotePort: Int

    package init(local: String, remote: String, remotePort: Int) {
        self.local = local
        self.remote = remote
        self.remotePort = remotePort
    }
}

/// Somebody else who listens where a service was expected to.
package struct Stranger: Hashable, Sendable {
    package var pid: Int32
    /// The name that the kernel has for it.
    package var program: String

    package init(pid: Int32, program: String) {
        self.pid = pid
        self.program = program
    }
}

/// Who took a connection in place of a service; nil where it was the service, and wherever that cannot be known for
/// certain. Called on the prober's thread.
package typealias StrangerQuestion = @Sendable (OpenConnection, ServiceLife) -> Stranger?
