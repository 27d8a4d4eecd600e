import Glibc
import Model

/// Reads whole files and folders, with every limit checked before memory is spent.
enum FileReader {
    /// Files above this many bytes are refused.
    static let limit = 16 << 20

    /// Longest time to wait for a pipe or device that gives nothing, in milliseconds.
    static let patience = 10_000

    enum Failure: Error, Equatable {
        case missing
        case directory
        case tooLarge
        /// A pipe or device that gave nothing for too long.
        case silent
        /// The system's words for why.
        case unreadable(String)

        /// The finding for it; the message goes on after `this file …`.
        var explanation: (code: DiagnosticCode, message: String, hint: String?) {
            switch self {
            case .missing: (.unreadableFile, "does not exist", "check the path")
            case .directory: (.unreadableFile, "is a folder", "name a file in it")
            case .tooLarge:
                (.fileTooLarge, "is larger than \(FileReader.limit >> 20) MiB", "split it, and `include` the parts")
            case .silent:
                (.unreadableFile, "gave nothing for \(FileReader.patience / 1_000) s", "is anything writing to it?")
            case .unreadable(let reason): (.unreadableFile, "cannot be read: \(reason)", nil)
            }
        }
    }

    /// The bytes of a file; of a pipe or device, what it gives until its end.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        // Never waits to open: a pipe without a writer would hold it for ever.
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if status.st_mode & S_IFMT == S_IFDIR { throw .directory }
        if isRegular, status.st_size > limit { throw .tooLarge }
        var bytes: [UInt8] = []
        var capacity = isRegular ? Int(status.st_size) + 1 : 64 << 10
        if !isRegular { try wait(descriptor) }
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            if failure == EAGAIN {
                try wait(descriptor)
                continue
            }
            guard failure == 0 else { throw .unreadable(String(cString: strerror(failure))) }
            if chunk.isEmpty { return bytes }
            if bytes.count + chunk.count > limit { throw .tooLarge }
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            capacity = 64 << 10
        }
    }

    /// Waits until there is something to read, or the end.
    private static func wait(_ descriptor: Int32) throws(Failure) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var ready = poll(&request, 1, Int32(patience))
        while ready < 0, errno == EINTR { ready = poll(&request, 1, Int32(patience)) }
        if ready == 0 { throw .silent }
    }

    /// The names in a folder, sorted; nil when it cannot be read.
    static func names(in folder: String) -> [String]? {
        POSIX.names(in: folder)?.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return POSIX.stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// True for a pipe, a socket or a device.
    static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        guard POSIX.stat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT != S_IFDIR && status.st_mode & S_IFMT != S_IFREG
    }

    /// The path with symbolic links resolved; nil when it does not exist.
    static func canonical(_ path: String) -> String? { POSIX.realpath(path) }

    /// True when an executable file of that name is in a folder of `path` (the format of the `PATH` variable).
    static func isExecutable(_ name: String, path: String, relativeTo folder: String) -> Bool {
        if name.utf8.contains(UInt8(ascii: "/")) {
            return isProgram(Path.absolute(name, in: folder))
        }
        return path.parts(at: ":").contains { entry in
            isProgram(Path.absolute(entry.isEmpty ? "." : String(entry), in: folder) + "/" + name)
        }
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return POSIX.stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && POSIX.access(path, X_OK) == 0
    }
}
