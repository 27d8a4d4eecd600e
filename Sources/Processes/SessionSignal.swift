import CPlatform
import Execution
import Glibc

/// Signals to everything that one process started and that stayed in its session, or carries its token.
enum SessionSignal {
    /// TERM, and CONT so that stopped processes notice.
    ///
    /// - Returns: those that were started just before: a process that does not yet execute its own program loses a
    ///   signal that its parent handles.
    @discardableResult
    static func terminate(_ identity: ProcessIdentity, token: String? = nil) -> [platform_process] {
        let members = ProcessTable.members(of: identity, token: token)
        let now = platform_uptime()
        send(SIGTERM, identity, members)
        send(SIGCONT, identity, members)
        return young(members, now).filter { $0.pid != identity.pid }
    }

    /// Those that were started shortly before this time, or after it.
    static func young(_ members: [platform_process], _ time: Double) -> [platform_process] {
        members.filter { ProcessTable.startTime($0) >= time - 0.1 }
    }

    /// TERM once more, to those of these that are still there.
    static func remind(_ processes: [platform_process]) {
        for process in processes where ProcessTable.read(process.pid)?.start == process.start {
            Glibc.kill(process.pid, SIGTERM)
        }
    }

    static func kill(_ identity: ProcessIdentity, token: String? = nil) {
        kill(identity, ProcessTable.members(of: identity, token: token))
    }

    static func kill(_ identity: ProcessIdentity, _ members: [platform_process]) {
        send(SIGKILL, identity, members)
    }

    private static func send(_ signal: Int32, _ identity: ProcessIdentity, _ members: [platform_process]) {
        // In one call for the group, so that none of it can fork its way out.
        if members.contains(where: { $0.group == identity.pid }) { Glibc.kill(-identity.pid, signal) }
        for member in members where member.group != identity.pid {
            Glibc.kill(member.pid, signal)
        }
    }
}
