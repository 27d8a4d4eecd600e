import Glibc
import Model

/// The files of this machine, each read whole, with every limit checked before memory is spent.
package struct FileSources: SourceProvider {
    package init() {}

    /// The bytes of a file; of a pipe or device, what it gives until its end.
    package func read(_ path: String) throws(SourceFailure) -> [UInt8] {
        // Never waits to open: a pipe without a writer would hold it for ever.
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(SystemError().words)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(SystemError().words) }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if status.st_mode & S_IFMT == S_IFDIR { throw .folder }
        if isRegular, status.st_size > SourceLimits.size { throw .tooLarge }
        var bytes: [UInt8] = []
        if isRegular { bytes.reserveCapacity(Int(status.st_size) + 1) } else { try Self.wait(descriptor) }
        while bytes.count <= SourceLimits.size {
            do throws(SystemError) {
                if try FileIO.append(from: descriptor, to: &bytes, atMost: 64 << 10) == 0 { return bytes }
            } catch {
                guard error.code == EAGAIN else { throw .unreadable(error.words) }
                try Self.wait(descriptor)
            }
        }
        throw .tooLarge
    }

    /// Waits until there is something to read, or the end.
    private static func wait(_ descriptor: Int32) throws(SourceFailure) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var ready = poll(&request, 1, Int32(SourceLimits.patience))
        while ready < 0, errno == EINTR { ready = poll(&request, 1, Int32(SourceLimits.patience)) }
        if ready == 0 { throw .silent }
    }

    package func names(in folder: String) -> [String]? {
        POSIX.names(in: folder)?.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func kind(of path: String) -> SourceKind? {
        var status = stat()
        guard POSIX.stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        default: return .special
        }
    }

    /// With symbolic links resolved.
    package func canonical(_ path: String) -> String { POSIX.realpath(path) ?? path }
}
