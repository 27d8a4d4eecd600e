import Execution
import Glibc
import Model
import Patterns

/// Looks for a line in a log that grows, reading each byte once over any number of probes.
///
/// A line that is not finished yet counts as it stands. Of a line longer than 64 KiB only the beginning is looked at.
/// What was found once stays found, whatever becomes of the log: rotation takes away nothing of what happened.
final class LogProbe {
    /// 64 KiB.
    static let longestLine = 64 << 10
    /// 256 KiB: how much is read before other probes get their turn.
    static let slice = 256 << 10

    enum Step: Equatable {
        case answered(Answer)
        /// There is more to read.
        case unfinished
    }

    let path: String
    let pattern: Pattern
    private var inode: UInt = 0
    private var device: UInt = 0
    private(set) var offset = 0
    private var found = false
    /// The beginning of the line that has not ended yet.
    private var line: [UInt8] = []
    private var sawTooSlow = false
    private var sawLongLine = false

    init(path: String, pattern: Pattern) {
        self.path = path
        self.pattern = pattern
    }

    /// How far it got, for those who cannot wait for the end.
    var progress: String { "no match in the first \(offset >> 20) MiB" }

    /// Reads as much as fits into `buffer`, which holds nothing of interest afterwards.
    func advance(through buffer: UnsafeMutableRawBufferPointer) -> Step {
        if found { return .answered(.yes("match")) }
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            forget()
            return .answered(.no(errno == EACCES ? "no log, no permission" : "no log"))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .answered(.no("no log")) }
        // Another file, or one that was emptied, starts over.
        if status.st_ino != inode || status.st_dev != device || Int(status.st_size) < offset { forget() }
        inode = status.st_ino
        device = status.st_dev
        let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
        guard count >= 0 else { return errno == EINTR ? .unfinished : .answered(.no("no log")) }
        offset += count
        take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        if found { return .answered(.yes("match")) }
        if count == buffer.count { return .unfinished }
        if !line.isEmpty { search(line) }
        if found { return .answered(.yes("match")) }
        if sawTooSlow { return .answered(.no(AnswerText.tooSlow)) }
        return .answered(.no(sawLongLine ? "no match, lines cut at 64 KiB" : "no match"))
    }

    private func forget() {
        offset = 0
        line = []
        sawTooSlow = false
        sawLongLine = false
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !found, let base = rest.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: rest).baseAddress {
            guard let end = memchr(base, 10, rest.count) else {
                append(UnsafeRawBufferPointer(rebasing: rest))
                return
            }
            let length = base.distance(to: UnsafeRawPointer(end))
            let piece = UnsafeRawBufferPointer(rebasing: rest[rest.startIndex..<rest.startIndex + length])
            if line.isEmpty {
                sawLongLine = sawLongLine || length > Self.longestLine
                search(UnsafeRawBufferPointer(rebasing: piece.prefix(Self.longestLine)))
            } else {
                append(piece)
                search(line)
                line.removeAll(keepingCapacity: true)
            }
            rest = rest[(rest.startIndex + length + 1)...]
        }
    }

    private func append(_ piece: UnsafeRawBufferPointer) {
        let room = max(0, Self.longestLine - line.count)
        sawLongLine = sawLongLine || piece.count > room
        line.append(contentsOf: piece.prefix(room))
    }

    private func search(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { search($0) }
    }

    private func search(_ bytes: UnsafeRawBufferPointer) {
        var bytes = bytes
        if bytes.last == 13 { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
        switch pattern.searchOutput(bytes) {
        case .match: found = true
        case .noMatch: break
        case .tooSlow: sawTooSlow = true
        }
    }
}
