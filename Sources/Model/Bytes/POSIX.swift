package import Glibc

/// The system calls that take or give a path, so that every path reaches the system as the bytes it is (`OSText`).
///
/// Each is called and fails as the one of its name in C.
package enum POSIX {
    package static func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
        OSText.withCString(path) { Glibc.open($0, flags, mode) }
    }

    package static func openat(_ folder: Int32, _ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
        OSText.withCString(path) { Glibc.openat(folder, $0, flags, mode) }
    }

    package static func stat(_ path: String, _ status: inout Glibc.stat) -> Int32 {
        OSText.withCString(path) { systemStat($0, &status) }
    }

    package static func lstat(_ path: String, _ status: inout Glibc.stat) -> Int32 {
        OSText.withCString(path) { Glibc.lstat($0, &status) }
    }

    package static func fstatat(_ folder: Int32, _ path: String, _ status: inout Glibc.stat, _ flags: Int32) -> Int32 {
        OSText.withCString(path) { Glibc.fstatat(folder, $0, &status, flags) }
    }

    package static func statvfs(_ path: String, _ status: inout Glibc.statvfs) -> Int32 {
        OSText.withCString(path) { systemStatvfs($0, &status) }
    }

    package static func access(_ path: String, _ mode: Int32) -> Int32 {
        OSText.withCString(path) { Glibc.access($0, mode) }
    }

    @discardableResult
    package static func chmod(_ path: String, _ mode: mode_t) -> Int32 {
        OSText.withCString(path) { Glibc.chmod($0, mode) }
    }

    package static func chown(_ path: String, _ owner: uid_t, _ group: gid_t) -> Int32 {
        OSText.withCString(path) { Glibc.chown($0, owner, group) }
    }

    // MARK: - Names

    package static func mkdir(_ path: String, _ mode: mode_t) -> Int32 {
        OSText.withCString(path) { Glibc.mkdir($0, mode) }
    }

    package static func mkdirat(_ folder: Int32, _ path: String, _ mode: mode_t) -> Int32 {
        OSText.withCString(path) { Glibc.mkdirat(folder, $0, mode) }
    }

    @discardableResult
    package static func rmdir(_ path: String) -> Int32 { OSText.withCString(path) { Glibc.rmdir($0) } }

    @discardableResult
    package static func unlink(_ path: String) -> Int32 { OSText.withCString(path) { Glibc.unlink($0) } }

    @discardableResult
    package static func unlinkat(_ folder: Int32, _ path: String, _ flags: Int32) -> Int32 {
        OSText.withCString(path) { Glibc.unlinkat(folder, $0, flags) }
    }

    package static func link(_ old: String, _ new: String) -> Int32 {
        OSText.withCString(old) { old in OSText.withCString(new) { Glibc.link(old, $0) } }
    }

    package static func symlinkat(_ target: String, _ folder: Int32, _ path: String) -> Int32 {
        OSText.withCString(target) { target in OSText.withCString(path) { Glibc.symlinkat(target, folder, $0) } }
    }

    package static func rename(_ old: String, _ new: String) -> Int32 {
        OSText.withCString(old) { old in OSText.withCString(new) { Glibc.rename(old, $0) } }
    }

    package static func renameat(_ from: Int32, _ old: String, _ to: Int32, _ new: String) -> Int32 {
        OSText.withCString(old) { old in OSText.withCString(new) { Glibc.renameat(from, old, to, $0) } }
    }

    // MARK: - Paths that come from the system

    /// What a symbolic link says; nil with `errno` set.
    package static func readlinkat(_ folder: Int32, _ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer in
            OSText.withCString(path) { path in
                guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return -1 }
                return Glibc.readlinkat(folder, path, start, buffer.count)
            }
        }
        return count < 0 ? nil : OSText.text(of: bytes[..<count])
    }

    /// With every symbolic link resolved; nil with `errno` set.
    package static func realpath(_ path: String) -> String? {
        guard let resolved = OSText.withCString(path, { Glibc.realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return OSText.text(of: resolved)
    }

    /// The current folder; nil with `errno` set.
    package static func getcwd() -> String? {
        guard let path = Glibc.getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return OSText.text(of: path)
    }

    /// The names in a folder without `.` and `..`, in no order; nil with `errno` set.
    package static func names(in folder: String) -> [String]? {
        guard let stream = OSText.withCString(folder, { opendir($0) }) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { OSText.text(of: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The value of a variable of this process's environment.
    package static func getenv(_ name: String) -> String? {
        Glibc.getenv(name).map { OSText.text(of: UnsafePointer($0)) }
    }
}

// With the module's name these are the structures of the same names.
private func systemStat(_ path: UnsafePointer<CChar>, _ status: inout stat) -> Int32 { stat(path, &status) }
private func systemStatvfs(_ path: UnsafePointer<CChar>, _ status: inout statvfs) -> Int32 { statvfs(path, &status) }
