import Glibc
import Model

/// Files that commands read and write besides the state folder, at any path.
enum TextFile {
    static func exists(_ path: String) -> Bool { POSIX.access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFDIR }

    private static func mode(_ path: String) -> mode_t {
        var status = stat()
        return POSIX.stat(path, &status) == 0 ? status.st_mode : 0
    }

    /// Nil when it cannot be read.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try? FileIO.read(descriptor)
    }

    static func text(_ path: String) -> String? { bytes(path).flatMap { String(validating: $0, as: UTF8.self) } }

    /// Makes a folder and those on the way to it.
    static func makeFolder(_ path: String) throws(SystemError) {
        if path.isEmpty || isFolder(path) { return }
        try makeFolder(Path.folder(of: path))
        guard POSIX.mkdir(path, 0o777) == 0 || (errno == EEXIST && isFolder(path)) else { throw SystemError() }
    }

    /// A new folder, for this user alone, where temporary files belong.
    static func makeTemporaryFolder(_ name: String) throws(SystemError) -> String {
        let chosen = ProcessContext.current.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let folder = ProcessContext.current.absolute(chosen)
        let path = "\(folder)/\(name)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        guard POSIX.mkdir(path, 0o700) == 0 else { throw SystemError() }
        return path
    }

    /// Writes a file that is not there yet.
    static func make(_ path: String, _ text: String) throws(SystemError) {
        let descriptor = POSIX.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError() }
        defer { close(descriptor) }
        try write(text, to: descriptor)
    }

    /// Writes a file in the place of one that may be there, whole or not at all; a device or pipe is written to.
    static func replace(_ path: String, _ text: String) throws(SystemError) {
        // What a link leads to is written, and the link stays.
        let path = POSIX.realpath(path) ?? path
        let mode = mode(path)
        guard mode == 0 || mode & S_IFMT == S_IFREG else {
            let descriptor = POSIX.open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw SystemError() }
            defer { close(descriptor) }
            return try write(text, to: descriptor)
        }
        let draft = Path.folder(of: path) + "/.\(getpid()).runbook-tmp"
        POSIX.unlink(draft)
        let descriptor = POSIX.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError() }
        do throws(SystemError) {
            defer { close(descriptor) }
            if mode != 0, fchmod(descriptor, mode & 0o7777) != 0 { throw SystemError() }
            try write(text, to: descriptor)
            guard POSIX.rename(draft, path) == 0 else { throw SystemError() }
        } catch {
            POSIX.unlink(draft)
            throw error
        }
    }

    private static func write(_ text: String, to descriptor: Int32) throws(SystemError) {
        try FileIO.write(Array(OSText.shown(text).utf8), to: descriptor)
    }
}
