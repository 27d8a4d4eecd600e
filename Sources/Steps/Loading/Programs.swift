import Glibc
import Model

/// Looking for the programs that run bodies.
enum Programs {
    /// True when an executable file of that name is in a folder of `path` (the format of the `PATH` variable).
    static func isExecutable(
        _ name: String, path: String, relativeTo folder: String, _ isProgram: (String) -> Bool
    ) -> Bool {
        if name.utf8.contains(UInt8(ascii: "/")) {
            return isProgram(Path.absolute(name, in: folder))
        }
        return path.parts(at: ":").contains { entry in
            isProgram(Path.absolute(entry.isEmpty ? "." : String(entry), in: folder) + "/" + name)
        }
    }

    /// True for a file of this machine that may be executed.
    static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return POSIX.stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && POSIX.access(path, X_OK) == 0
    }
}
