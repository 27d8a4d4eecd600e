import CPlatform
import Execution
import Glibc

/// Signals to everything that one process started and that stayed in its session.
enum SessionSignal {
    /// TERM, and CONT so that stopped processes notice.
    static func terminate(_ identity: ProcessIdentity) {
        let members = ProcessTable.members(of: identity)
        send(SIGTERM, identity, members)
        send(SIGCONT, identity, members)
    }

    /// TERM once more, to those that were started about when the first one was sent: a process that does not yet
    /// execute its own program loses a signal that its parent handles.
    static func remind(_ members: [platform_process], since: Double) {
        for member in members where ProcessTable.startTime(member) >= since - 0.1 {
            Glibc.kill(member.pid, SIGTERM)
        }
    }

    static func kill(_ identity: ProcessIdentity) {
        kill(identity, ProcessTable.members(of: identity))
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
