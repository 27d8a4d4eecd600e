/// Names something that runs on a machine, so that a later executor finds it and nothing else.
package struct Handle: Hashable, Sendable {
    /// `Machine.name`.
    package var machine: String
    /// Which life of the machine it belongs to: its boot. Nothing of an earlier one runs.
    package var incarnation: String
    /// What the machine knows it by: `PID START` of a process, the id of a job.
    package var opaque: String

    package init(machine: String, incarnation: String, opaque: String) {
        self.machine = machine
        self.incarnation = incarnation
        self.opaque = opaque
    }
}

// Processes: pid, and seconds after boot at which it was started.
extension Handle {
    /// `Machine.name` of the machine that the executor runs on.
    package static let local = "local"

    /// Linux gives no larger pid.
    private static let mostPid: Int32 = 1 << 22

    package init(_ identity: ProcessIdentity, on machine: String = Handle.local) {
        self.init(machine: machine, incarnation: identity.bootID, opaque: "\(identity.pid) \(identity.startTime)")
    }

    /// The process that it names; nil where it names none.
    package var process: ProcessIdentity? {
        let parts = opaque.utf8.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, let pid = Int32(Substring(parts[0])), pid > 0, pid <= Self.mostPid,
            let start = Double(Substring(parts[1])), start.isFinite, start >= 0
        else { return nil }
        return ProcessIdentity(pid: pid, startTime: start, bootID: incarnation)
    }

    /// For people: `pid 4711`, or `job 17 on slurm`.
    package var account: String { process.map { "pid \($0.pid)" } ?? "job \(opaque) on \(machine)" }

    /// Whether both name one thing: start times are known to some hundredths of a second
    /// (`ProcessIdentity.tolerance`).
    package func isSame(as other: Handle) -> Bool {
        guard machine == other.machine, incarnation == other.incarnation else { return false }
        if let process, let theirs = other.process { return process.isSame(as: theirs) }
        return opaque == other.opaque
    }
}
