import Execution
import Glibc
import Model

/// Who holds a lock.
package struct LockHolder: Hashable, Sendable {
    package var pid: Int32
    /// Seconds since 1970.
    package var since: Double
    package var commandLine: String

    package init(pid: Int32, since: Double, commandLine: String) {
        self.pid = pid
        self.since = since
        self.commandLine = commandLine
    }

    /// False for what a dead holder left behind; also for one in another pid namespace.
    var seemsAlive: Bool { kill(pid, 0) == 0 || errno == EPERM }

    /// The content of the lock file.
    var text: String {
        let line = commandLine.map { $0.isNewline ? " " : $0 }
        return "pid \(pid)\nsince \(since)\ncommand \(String(line.prefix(2000)))\n"
    }

    init?(text: String) {
        var fields: [Substring: Substring] = [:]
        for line in text.words(at: "\n") {
            let parts = line.parts(at: " ", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 0,
            let since = fields["since"].flatMap({ Double($0) })
        else { return nil }
        self.init(pid: pid, since: since, commandLine: String(fields["command"] ?? ""))
    }
}

/// Why an executor may not work on a state folder.
package enum LockError: Error, Hashable, Sendable {
    /// Another one does; nil when it did not say who it is.
    case held(LockHolder?, folder: String, now: Double)
    /// The lock can be neither taken nor told to be taken.
    case unusable(StoreError)

    /// One or two lines: what is wrong with which folder, and what to do.
    package var message: String {
        switch self {
        case .held(nil, let folder, _):
            return "The state folder \(folder) is held by another process, which did not say which one it is. "
                + "Wait for it, or name another folder with --state."
        case .held(let holder?, let folder, let now):
            let command = holder.commandLine.isEmpty ? "" : " (\(holder.commandLine))"
            return "The state folder \(folder) is held by pid \(holder.pid)\(command) "
                + "since \(ClockText.minute(holder.since, now: now)), \(SpanText.ago(now - holder.since)). "
                + "Wait for it, or name another folder with --state."
        case .unusable(let error): return error.message
        }
    }
}
