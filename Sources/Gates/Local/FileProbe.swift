import Execution
import Glibc

/// Answers `file` questions: whether a path exists and what its content holds.
enum FileProbe {
    /// 16 MiB: content beyond is not looked at.
    static let longest = 16 << 20

    /// - Parameter path: absolute.
    static func ask(_ path: String, contains pattern: Pattern?) -> Answer {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return .no(errno == EACCES ? "no permission" : "absent")
        }
        guard let pattern else { return .yes("present") }
        guard status.st_mode & S_IFMT == S_IFREG else { return .no("present, not a file") }
        // Should it have become a pipe meanwhile, opening it must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .no(errno == ENOENT ? "absent" : "present, \(TransferFault.connecting(errno) ?? "unreadable")")
        }
        defer { close(descriptor) }
        var isCut = false
        guard let bytes = read(descriptor, expecting: Int(status.st_size), isCut: &isCut) else {
            return .no("present, unreadable")
        }
        switch pattern.search(bytes) {
        case .match: return .yes("match")
        case .noMatch: return .no(isCut ? "present, no match in the first 16 MiB" : "present, no match")
        case .tooSlow: return .no("present, \(AnswerText.tooSlow)")
        }
    }

    /// Nil when reading fails.
    private static func read(_ descriptor: Int32, expecting size: Int, isCut: inout Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size, longest) + 1)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < longest {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, longest - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
        isCut = Glibc.read(descriptor, &chunk, 1) > 0
        return bytes
    }
}
