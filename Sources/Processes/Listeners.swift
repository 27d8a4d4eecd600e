import CPlatform
package import Execution
import Glibc
import Model
import Synchronization

/// Tells whether the port that a `tcp` gate reached belongs to the service that it is a gate of.
///
/// Only what is certain counts against a service: that somebody of this machine listens there whose sockets may be
/// looked at, who was there before the service's process was, and who is neither of the service nor of another step of
/// its run. What started later may well be the service's doing: a daemon that cleared its environment, the proxy of a
/// container.
package final class Listeners: Sendable {
    private struct Place: Hashable {
        var token: String
        var address: String
        var port: Int
    }

    /// Most places that are remembered.
    private static let mostKnown = 65_536
    /// Descriptors of one process that are looked at.
    private static let mostDescriptors = 65_536

    /// Where services were found to listen themselves: that is not looked at again in that life of them.
    private let own = Mutex<Set<Place>>([])

    package init() {}

    /// A question with a memory of its own.
    package static var question: StrangerQuestion {
        let listeners = Listeners()
        return { listeners.stranger(at: $0, inPlaceOf: $1) }
    }

    /// Who listens there in place of the service; nil where it does itself, or where that cannot be known.
    package func stranger(at connection: OpenConnection, inPlaceOf service: ServiceLife) -> Stranger? {
        guard Self.isHere(connection) else { return nil }
        let place = Place(token: service.token, address: connection.remote, port: connection.remotePort)
        if own.withLock({ $0.contains(place) }) { return nil }
        guard let inodes = ListeningSockets()?.inodes(at: connection.remote, port: connection.remotePort),
            !inodes.isEmpty
        else { return nil }
        switch Self.owner(of: inodes, service) {
        case .service:
            own.withLock { known in
                if known.count >= Self.mostKnown { known.removeAll() }
                known.insert(place)
            }
            return nil
        case .unknown: return nil
        case .stranger(let stranger): return stranger
        }
    }

    /// The connection goes from this machine to itself, and so to a socket of this network namespace.
    private static func isHere(_ connection: OpenConnection) -> Bool {
        connection.remote == "::1" || connection.remote.hasPrefix("127.")
            || !connection.remote.isEmpty && connection.local == connection.remote
    }

    // MARK: Owners

    private enum Owner {
        case service
        case stranger(Stranger)
        case unknown
    }

    /// What the descriptors of a process say.
    private enum Holding {
        case holds, doesNot
        /// They may not be looked at.
        case hidden
    }

    private static func owner(of inodes: Set<UInt64>, _ service: ServiceLife) -> Owner {
        // Mostly it is the process itself.
        if holding(service.process.pid, inodes) == .holds { return .service }
        let all = ProcessTable.all().filter { !ProcessTable.isZombie($0) }
        var family = relatives(of: service.process, in: all)
        for process in ProcessTable.members(of: service.process, token: service.token) { family.insert(process.pid) }
        for pid in family {
            switch holding(pid, inodes) {
            case .holds: return .service
            case .hidden: return .unknown
            case .doesNot: continue
            }
        }
        let holders = all.filter { !family.contains($0.pid) && holding($0.pid, inodes) == .holds }
        return judge(holders, service)
    }

    /// Nobody of the service listens: is it for certain that these do it for themselves?
    private static func judge(_ holders: [platform_process], _ service: ServiceLife) -> Owner {
        guard let oldest = holders.min(by: { ($0.start, $0.pid) < ($1.start, $1.pid) }) else { return .unknown }
        let latest = service.process.startTime - ProcessIdentity.tolerance
        guard ProcessTable.startTime(oldest) < latest else { return .unknown }
        let run = "RUNBOOK_TOKEN=" + runPrefix(of: service.token)
        for holder in holders {
            // A manager of services listens in their name.
            if holder.pid == 1 || ProcessTable.name(of: holder.pid) == "systemd" { return .unknown }
            // Another step of the run.
            if ProcessTable.environment(of: holder.pid, startsWith: run) { return .unknown }
        }
        return .stranger(Stranger(pid: oldest.pid, program: ProcessTable.name(of: oldest.pid)))
    }

    /// What the tokens of all steps of a run begin with.
    private static func runPrefix(of token: String) -> String {
        token.parts(at: "/").prefix(2).joined(separator: "/") + "/"
    }

    /// The process, its session, and all that descends from them.
    private static func relatives(of identity: ProcessIdentity, in all: [platform_process]) -> Set<Int32> {
        let children = Dictionary(grouping: all, by: \.parent)
        var stack = [identity.pid] + all.filter { $0.session == identity.pid }.map(\.pid)
        var family = Set(stack)
        while let pid = stack.popLast() {
            for child in children[pid] ?? [] where family.insert(child.pid).inserted { stack.append(child.pid) }
        }
        return family
    }

    private static func holding(_ pid: Int32, _ inodes: Set<UInt64>) -> Holding {
        guard let folder = opendir("/proc/\(pid)/fd") else { return errno == ENOENT ? .doesNot : .hidden }
        defer { closedir(folder) }
        var target = [UInt8](repeating: 0, count: 64)
        for _ in 0..<mostDescriptors {
            guard let entry = readdir(folder) else { return .doesNot }
            let count = target.withUnsafeMutableBytes { buffer in
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                        buffer.baseAddress.map {
                            readlinkat(dirfd(folder), name, $0.assumingMemoryBound(to: CChar.self), buffer.count)
                        } ?? -1
                    }
                }
            }
            if count > 0, let inode = socket(target.prefix(count)), inodes.contains(inode) { return .holds }
        }
        return .hidden
    }

    /// The inode in `socket:[123]`.
    private static func socket(_ text: ArraySlice<UInt8>) -> UInt64? {
        let prefix = Array("socket:[".utf8)
        guard text.starts(with: prefix), text.last == UInt8(ascii: "]") else { return nil }
        return UInt64(String(decoding: text.dropFirst(prefix.count).dropLast(), as: UTF8.self))
    }
}
