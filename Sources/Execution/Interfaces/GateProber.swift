package import Steps

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

    package init(directory: String, log: String?) {
        self.directory = directory
        self.log = log
    }
}
