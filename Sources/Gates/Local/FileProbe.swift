import Execution
import Glibc
import Model
import Patterns

/// Answers `file` questions: whether a path exists and what its content holds.
enum FileProbe {
    /// 16 MiB: content beyond is not looked at.
    static let longest = 16 << 20

    /// What a look at a path comes to.
    enum Finding: Sendable {
        case answered(Answer)
        case content([UInt8], isCut: Bool)
    }

    /// Looks whether something is there, and reads it where it is a file whose content counts.
    ///
    /// Waits as long as the file system does: never to be called on the prober's thread.
    ///
    /// - Parameter path: absolute.
    static func look(_ path: String, reading isRead: Bool) -> Finding {
        var status = stat()
        guard POSIX.stat(path, &status) == 0 else {
            return .answered(.no(errno == EACCES ? "no permission" : "absent"))
        }
        guard isRead else { return .answered(.yes("present")) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .answered(.no("present, not a file")) }
        // Should it have become a pipe meanwhile, opening it must not wait for a writer.
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = errno == ENOENT ? "absent" : "present, \(TransferFault.connecting(errno) ?? "unreadable")"
            return .answered(.no(reason))
        }
        defer { close(descriptor) }
        var isCut = false
        guard let bytes = read(descriptor, expecting: Int(status.st_size), isCut: &isCut) else {
            return .answered(.no("present, unreadable"))
        }
        return .content(bytes, isCut: isCut)
    }

    /// What a finding means where the content has to match.
    static func judge(_ finding: Finding, _ pattern: Pattern?) -> Answer {
        switch finding {
        case .answered(let answer): return answer
        case .content(let bytes, let isCut):
            switch pattern?.searchOutput(bytes) {
            case nil: return .yes("present")
            case .match: return .yes("match")
            case .noMatch: return .no(isCut ? "present, no match in the first 16 MiB" : "present, no match")
            case .tooSlow: return .no("present, \(AnswerText.tooSlow)")
            }
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
