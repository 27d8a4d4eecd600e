import CPlatform
import Execution
import Glibc
import Model

/// What /proc says about the processes of this machine, ours or not.
enum ProcessTable {
    /// Processes looked at in one go.
    static let limit = 262_144
    /// Bytes of an environment that are looked through.
    static let environmentLimit = 4 << 20

    private static let ticks = Double(platform_ticks_per_second())

    /// Identity of the machine's boot; empty where the system does not tell.
    static func bootID() -> String {
        let bytes = (try? WholeFile.read("/proc/sys/kernel/random/boot_id", limit: 128)) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    static func read(_ pid: Int32) -> platform_process? {
        var process = platform_process()
        return pid > 0 && platform_process_read(pid, &process) == 0 ? process : nil
    }

    /// Seconds after boot at which it was started, to 10 ms.
    static func startTime(_ process: platform_process) -> Double {
        (Double(process.start) + 0.5) / ticks
    }

    /// Whether this is the very process that was recorded on this boot, as opposed to a later one with its pid.
    static func matches(_ process: platform_process, _ identity: ProcessIdentity) -> Bool {
        ProcessIdentity(pid: process.pid, startTime: startTime(process), bootID: identity.bootID)
            .isSame(as: identity)
    }

    /// It has ended and only waits to be reaped.
    static func isZombie(_ process: platform_process) -> Bool {
        process.state == CChar(UInt8(ascii: "Z")) || process.state == CChar(UInt8(ascii: "X"))
    }

    /// All processes, as far as they can be seen.
    static func all() -> [platform_process] {
        var pids = [pid_t](repeating: 0, count: 1_024)
        while true {
            let count = Int(platform_process_list(&pids, Int32(pids.count)))
            if count <= pids.count || pids.count >= limit {
                return pids.prefix(max(0, min(count, pids.count))).compactMap(read)
            }
            pids = [pid_t](repeating: 0, count: min(limit, count + 256))
        }
    }

    /// The living processes of the session (or group, for one that shares its session with us) that this process
    /// leads or led.
    ///
    /// The number of a session is not given away while it has members; once it has none it may be, so when the
    /// leader's pid belongs to another process now, nothing is left of the session: whoever is in one of that number is
    /// a stranger, whatever its environment says.
    ///
    /// - Parameter token: also those that left the session, by the `RUNBOOK_TOKEN` that they were started with.
    static func members(of identity: ProcessIdentity, token: String? = nil) -> [platform_process] {
        var members: [platform_process] = []
        var others: [platform_process] = []
        var isReused = false
        for process in all() where !isZombie(process) || process.pid == identity.pid {
            if process.session == identity.pid || process.group == identity.pid || process.pid == identity.pid {
                if process.pid == identity.pid, !matches(process, identity) { isReused = true }
                if !isZombie(process) { members.append(process) }
            } else {
                others.append(process)
            }
        }
        if isReused { members = [] }
        guard let token else { return members }
        let entry = "RUNBOOK_TOKEN=\(token)"
        return members
            + others.filter { $0.pid != getpid() && environment(of: $0.pid, has: entry) == true }
    }

    /// What is to be told of a process that does not end; nil once it is gone.
    static func remnant(_ process: platform_process) -> Remnant? {
        guard let now = read(process.pid), now.start == process.start, !isZombie(now) else { return nil }
        let hold: Remnant.Hold
        if Glibc.kill(now.pid, 0) != 0, errno == EPERM {
            hold = .owner(owner(of: now.pid))
        } else {
            hold = now.state == CChar(UInt8(ascii: "D")) ? .kernel : .unknown
        }
        return Remnant(pid: now.pid, program: name(of: now.pid), hold: hold)
    }

    /// The name that the kernel has for a process, at most 15 bytes; empty once it is gone.
    static func name(of pid: Int32) -> String {
        let name = (try? WholeFile.read("/proc/\(pid)/comm", limit: 64)) ?? []
        return OSText.text(of: name.prefix { $0 != 0x0A })
    }

    /// The user whom a process belongs to, by number but for root: the database of users may be on a network.
    private static func owner(of pid: Int32) -> String {
        let status = (try? WholeFile.read("/proc/\(pid)/status", limit: 65_536)) ?? []
        let line = status.split(separator: 0x0A).first { $0.starts(with: "Uid:".utf8) }
        let number = line?.split(separator: 0x09).dropFirst().first
        let user = number.map { String(decoding: $0, as: UTF8.self) } ?? "another user"
        return user == "0" ? "root" : UInt32(user).map { "user \($0)" } ?? user
    }

    /// Whether the process was started with exactly this `NAME=value`, or any value when `entry` ends in `=`.
    ///
    /// Nil when it has no environment, as for the moment in which it executes a program; false when its environment
    /// may not be read.
    static func environment(of pid: Int32, has entry: String) -> Bool? {
        guard let bytes = try? WholeFile.read("/proc/\(pid)/environ", limit: environmentLimit) else { return false }
        guard !bytes.isEmpty else { return nil }
        let wanted = Array(entry.utf8)
        let isPrefix = wanted.last == UInt8(ascii: "=")
        return bytes.split(separator: 0).contains { isPrefix ? $0.starts(with: wanted) : $0.elementsEqual(wanted) }
    }

    /// Whether a variable that the process was started with begins so; false where that may not be read.
    static func environment(of pid: Int32, startsWith text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let bytes = try? WholeFile.read("/proc/\(pid)/environ", limit: environmentLimit) else { return false }
        return bytes.split(separator: 0).contains { $0.starts(with: wanted) }
    }

    /// The value of a variable that the process was started with; nil where there is none, or it may not be read.
    static func variable(_ name: String, of pid: Int32) -> String? {
        guard let bytes = try? WholeFile.read("/proc/\(pid)/environ", limit: environmentLimit) else { return nil }
        let prefix = Array("\(name)=".utf8)
        return bytes.split(separator: 0).first { $0.starts(with: prefix) }
            .map { OSText.text(of: $0.dropFirst(prefix.count)) }
    }
}
