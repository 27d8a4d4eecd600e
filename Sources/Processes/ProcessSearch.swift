import CPlatform
import Execution
import Glibc
import Model

/// Looks for processes of this boot that somebody started; on any thread.
struct ProcessSearch: Sendable {
    /// Identity of the machine's boot.
    let bootID = ProcessTable.bootID()

    /// True while the process, or our own unreaped zombie of it, exists.
    func isAlive(_ identity: ProcessIdentity) -> Bool {
        guard identity.bootID == bootID, identity.pid > 0 else { return false }
        var process = platform_process()
        let result = platform_process_read(identity.pid, &process)
        // Without a descriptor to look with, whatever has its pid may be it.
        if result == -EMFILE || result == -ENFILE { return Glibc.kill(identity.pid, 0) == 0 }
        guard result == 0, ProcessTable.matches(process, identity) else { return false }
        // A zombie of somebody else may stay one for good, and nothing of it will ever reach us.
        return !ProcessTable.isZombie(process) || process.parent == getpid()
    }

    /// Whether something of its session lives, or something whose output goes to this log.
    func lingers(_ identity: ProcessIdentity, log: String) -> Bool {
        guard identity.bootID == bootID else { return false }
        if !ProcessTable.members(of: identity).isEmpty { return true }
        var file = stat()
        guard POSIX.stat(log, &file) == 0 else { return false }
        return ProcessTable.all().contains { process in
            process.pid != getpid()
                && [1, 2].contains { descriptor in
                    var output = stat()
                    return POSIX.stat("/proc/\(process.pid)/fd/\(descriptor)", &output) == 0
                        && output.st_ino == file.st_ino && output.st_dev == file.st_dev
                }
        }
    }

    /// The oldest living process of its session, and of what carries the token.
    func successor(of identity: ProcessIdentity, token: String?) -> ProcessIdentity? {
        guard identity.bootID == bootID, identity.pid > 0 else { return nil }
        // What is older than it cannot come from it.
        let earliest = identity.startTime - ProcessIdentity.tolerance
        return ProcessTable.members(of: identity, token: token)
            .filter { ProcessTable.startTime($0) >= earliest }
            .min { ($0.start, $0.pid) < ($1.start, $1.pid) }
            .map { ProcessIdentity(pid: $0.pid, startTime: ProcessTable.startTime($0), bootID: bootID) }
    }

    /// The oldest living session leader that carries this `RUNBOOK_TOKEN`; takes up to 200 ms where that is not
    /// certain.
    func find(token: String) -> ProcessIdentity? {
        let entry = "RUNBOOK_TOKEN=\(token)"
        for attempt in 0..<20 {
            var isUnsettled = false
            var oldest: platform_process?
            for process in ProcessTable.all() where process.session == process.pid && process.pid != getpid() {
                if ProcessTable.isZombie(process) { continue }
                let answer = ProcessTable.environment(of: process.pid, has: entry)
                if answer == true {
                    if oldest.map({ process.start < $0.start }) ?? true { oldest = process }
                } else if answer == nil || Self.isExecutor(process.pid) {
                    isUnsettled = true
                }
            }
            if let oldest {
                return ProcessIdentity(
                    pid: oldest.pid, startTime: ProcessTable.startTime(oldest), bootID: bootID)
            }
            // A child that its dead executor had just made looks like the executor until it executes its program, and
            // has no environment while it does.
            guard isUnsettled, attempt < 19 else { return nil }
            usleep(10_000)
        }
        return nil
    }

    /// Whether a process runs this very program.
    static func isExecutor(_ pid: Int32) -> Bool {
        var own = stat()
        var other = stat()
        return POSIX.stat("/proc/self/exe", &own) == 0 && POSIX.stat("/proc/\(pid)/exe", &other) == 0
            && own.st_ino == other.st_ino && own.st_dev == other.st_dev
    }
}
