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
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if status.st_mode & S_IFMT == S_IFDIR { throw .folder }
        if isRegular, status.st_size > SourceLimits.size { throw .tooLarge }
        var bytes: [UInt8] = []
        var capacity = isRegular ? Int(status.st_size) + 1 : 64 << 10
        if !isRegular { try Self.wait(descriptor) }
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            if failure == EAGAIN {
                try Self.wait(descriptor)
                continue
            }
            guard failure == 0 else { throw .unreadable(String(cString: strerror(failure))) }
            if chunk.isEmpty { return bytes }
            if bytes.count + chunk.count > SourceLimits.size { throw .tooLarge }
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            capacity = 64 << 10
        }
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
