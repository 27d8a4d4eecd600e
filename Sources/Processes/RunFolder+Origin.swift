import Glibc
import Model

// Which copy of a run's folder a process was started for.
extension RunFolder {
    /// The state folder that a living process of this run was started for, where that is another one than ours: then
    /// ours is a copy of it. Nil when the process is ours, or nothing tells.
    ///
    /// A folder that was moved is still the one: what a process was told of it then leads nowhere any more.
    package func origin(of pid: Int32) -> String? {
        if let exits = ProcessTable.variable("RUNBOOK_EXITS", of: pid) {
            return Self.isOther(exits, than: exitsPath) ? Self.state(of: exits, inRun: "exits") : nil
        }
        // Services that show a title of their own write it over their environment.
        for descriptor in [1, 2] {
            let link = "/proc/\(pid)/fd/\(descriptor)"
            guard let log = POSIX.readlinkat(AT_FDCWD, link), let name = Path.parts(log).last.map({ "logs/\($0)" }),
                let state = Self.state(of: log, inRun: name)
            else { continue }
            return Self.isOther(link, than: "\(path)/\(name)") ? state : nil
        }
        return nil
    }

    private static func isOther(_ path: String, than own: String) -> Bool {
        var theirs = stat()
        var ours = stat()
        guard POSIX.stat(path, &theirs) == 0, theirs.st_nlink > 0 else { return false }
        return POSIX.stat(own, &ours) != 0 || theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev
    }

    /// `/a/state` of `/a/state/runs/3/exits`; nil for what is not such a path.
    private static func state(of path: String, inRun name: String) -> String? {
        let parts = path.parts(at: "/")
        let ending = name.parts(at: "/")
        let run = parts.dropLast(ending.count)
        guard run.count > 3, run.dropLast().last == "runs", parts.suffix(ending.count).elementsEqual(ending) else {
            return nil
        }
        return run.dropLast(2).joined(separator: "/")
    }
}
