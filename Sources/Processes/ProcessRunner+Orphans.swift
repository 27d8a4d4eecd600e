import CPlatform
package import Execution
import Glibc
import Model

// Processes that an earlier executor started.
extension ProcessRunner {
    package func adopt(_ identity: ProcessIdentity, token: String?, as key: ProcessKey) -> Bool {
        guard index[key] == nil, isAlive(identity) else { return false }
        var child = Child(key: key, identity: identity, isOurs: false)
        child.token = token
        do {
            try watch(child, temporary: "")
        } catch {
            return false
        }
        // Asked again, now that a later process with its pid cannot be mistaken for it any more.
        if isAlive(identity) { return true }
        forget(key)
        return false
    }

    private func forget(_ key: ProcessKey) {
        guard let place = index.removeValue(forKey: key), let child = children[place] else { return }
        reactor.release(child.pidfd)
        children[place] = nil
        vacant.append(place)
    }

    package func isAlive(_ identity: ProcessIdentity) -> Bool {
        guard identity.bootID == bootID, identity.pid > 0 else { return false }
        var process = platform_process()
        let result = platform_process_read(identity.pid, &process)
        // Without a descriptor to look with, whatever has its pid may be it.
        if result == -EMFILE || result == -ENFILE { return Glibc.kill(identity.pid, 0) == 0 }
        guard result == 0, ProcessTable.matches(process, identity) else { return false }
        // A zombie of somebody else may stay one for good, and nothing of it will ever reach us.
        return !ProcessTable.isZombie(process) || process.parent == getpid()
    }

    package func lingers(_ identity: ProcessIdentity, log: String) -> Bool {
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

    package func successor(of identity: ProcessIdentity, token: String?) -> ProcessIdentity? {
        guard identity.bootID == bootID, identity.pid > 0 else { return nil }
        // What is older than it cannot come from it.
        let earliest = identity.startTime - ProcessIdentity.tolerance
        return ProcessTable.members(of: identity, token: token)
            .filter { ProcessTable.startTime($0) >= earliest }
            .min { ($0.start, $0.pid) < ($1.start, $1.pid) }
            .map { ProcessIdentity(pid: $0.pid, startTime: ProcessTable.startTime($0), bootID: bootID) }
    }

    package func find(token: String) -> ProcessIdentity? {
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

    /// Whether this very program, in a process that had this pid at a time (seconds since 1970), still lives.
    package func isAtWork(pid: Int32, since time: Double) -> Bool {
        guard pid != getpid(), let process = ProcessTable.read(pid), !ProcessTable.isZombie(process) else {
            return false
        }
        let now = reactor.now
        // A second for clocks that were set a little; a later process with that pid would have to be this program too.
        return now.wall - now.uptime + ProcessTable.startTime(process) <= time + 1 && Self.isExecutor(pid)
    }

    /// Whether a process runs this very program.
    private static func isExecutor(_ pid: Int32) -> Bool {
        var own = stat()
        var other = stat()
        return POSIX.stat("/proc/self/exe", &own) == 0 && POSIX.stat("/proc/\(pid)/exe", &other) == 0
            && own.st_ino == other.st_ino && own.st_dev == other.st_dev
    }

    package func stop(_ identity: ProcessIdentity, grace: Double) {
        guard identity.bootID == bootID, isOurs(identity) else { return }
        let began = platform_uptime()
        var ending = Ending(began: began, killAt: began + max(0, grace))
        SessionSignal.terminate(identity)
        while true {
            let now = platform_uptime()
            let members = ProcessTable.members(of: identity)
            if members.isEmpty || now >= ending.killAt + Ending.patience { return }
            if now >= ending.killAt {
                SessionSignal.kill(identity, members)
            } else if ending.isReminderDue(now) {
                let isLeaderGone = !members.contains { $0.pid == identity.pid }
                if isLeaderGone { SessionSignal.remind(SessionSignal.young(members, began)) }
                ending.hasReminded(now)
            }
            ending.hasLooked(now)
            usleep(UInt32(max(0, min(ending.lookAt, max(ending.killAt, now + 0.01)) - now) * 1e6))
        }
    }

    /// Whether what lives of a session is that of a process that was recorded some time ago.
    ///
    /// When its leader is gone, the session's number alone does not prove that: then the environment of something
    /// that is left must have come from an executor.
    private func isOurs(_ identity: ProcessIdentity) -> Bool {
        let members = ProcessTable.members(of: identity)
        guard !members.isEmpty else { return false }
        return members.contains { $0.pid == identity.pid }
            || members.contains { ProcessTable.environment(of: $0.pid, has: "RUNBOOK_TOKEN=") == true }
    }
}
