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
        guard var bytes = try? FileIO.read(descriptor, limit: longest + 1, expecting: Int(status.st_size) + 1) else {
            return .answered(.no("present, unreadable"))
        }
        let isCut = bytes.count > longest
        if isCut { bytes.removeLast() }
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
}
