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
        child.pidfd = platform_pidfd_open(identity.pid)
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

    package func isAlive(_ identity: ProcessIdentity) -> Bool { search.isAlive(identity) }

    package func successor(of identity: ProcessIdentity, token: String?) -> ProcessIdentity? {
        search.successor(of: identity, token: token)
    }

    package func find(token: String) -> ProcessIdentity? { search.find(token: token) }

    /// Whether this very program, in a process that had this pid at a time (seconds since 1970), still lives.
    package func isAtWork(pid: Int32, since time: Double) -> Bool {
        guard pid != getpid(), let process = ProcessTable.read(pid), !ProcessTable.isZombie(process) else {
            return false
        }
        let now = reactor.now
        // A second for clocks that were set a little; a later process with that pid would have to be this program too.
        return now.wall - now.uptime + ProcessTable.startTime(process) <= time + 1 && ProcessSearch.isExecutor(pid)
    }
}
