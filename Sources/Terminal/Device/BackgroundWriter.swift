internal import Glibc
internal import Model

/// Writes to a descriptor on a thread of its own, so that a reader who takes nothing holds nobody else up.
///
/// What is not taken is kept: a little in memory, the rest in a file without a name. Nothing is dropped while that file
/// has room; when it has none, `failure` says so and nothing more is written.
final class BackgroundWriter: @unchecked Sendable {
    /// Bytes kept in memory.
    static let memoryLimit = 1 << 20
    /// Bytes handed to the descriptor at once.
    private static let portion = 1 << 16

    private let descriptor: Int32
    private let folders: [String]
    /// Guards everything below.
    private let condition = Condition()
    private var waiting: [UInt8] = []
    private var spill: SpillFile?
    private var isWriting = false
    private var end: WriteEnd?

    /// Nil where no thread is to be had (`ulimit -u`).
    ///
    /// - Parameter folders: where the file may be, in order of preference.
    init?(_ descriptor: Int32, folders: [String]) {
        self.descriptor = descriptor
        self.folders = folders
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<BackgroundWriter>.fromOpaque(context).takeRetainedValue().work() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil
        }
        pthread_detach(thread)
    }

    /// How writing came to its end; nil while it goes on.
    var ended: WriteEnd? { condition.withLock { end } }

    /// Everything has been taken by the reader.
    var isIdle: Bool { condition.withLock { isEmpty } }

    private var isEmpty: Bool { waiting.isEmpty && !isWriting && (spill?.isEmpty ?? true) }

    /// Takes the bytes over and returns at once.
    func write(_ bytes: [UInt8]) {
        condition.withLock {
            guard end == nil else { return }
            if spill?.isEmpty ?? true, waiting.count + bytes.count <= Self.memoryLimit {
                waiting += bytes
            } else if let error = keep(bytes) {
                // What is kept already is still written; but what follows a gap would mislead.
                end = .failed("\(error); what its reader had not taken yet could not be kept")
            }
            condition.broadcast()
        }
    }

    private func keep(_ bytes: [UInt8]) -> String? {
        if spill == nil { spill = folders.lazy.compactMap(SpillFile.init).first }
        guard let spill else { return "no temporary file can be made" }
        return spill.append(bytes)
    }

    /// Waits until everything is written or nothing more can be.
    ///
    /// - Parameter seconds: for how long at most; nil: as long as the reader wants.
    /// - Returns: whether nothing is left to be written.
    @discardableResult
    func drain(within seconds: Double?) -> Bool {
        guard let seconds else {
            condition.withLock { while isPending { condition.wait() } }
            return true
        }
        // By looks, since a wait for a condition ends by the clock that people set.
        for _ in 0..<Int(max(0, seconds) * 200) where condition.withLock({ isPending }) { usleep(5_000) }
        return !condition.withLock { isPending }
    }

    private var isPending: Bool { !isEmpty && end?.isFinal != true }

    // MARK: The thread

    private func work() {
        while true {
            let bytes = next()
            let result = WriteEnd.write(bytes[...], to: descriptor)
            condition.withLock {
                isWriting = false
                if let result {
                    end = result
                    waiting = []
                    spill = nil
                }
                condition.broadcast()
            }
            if result != nil { return }
        }
    }

    private func next() -> [UInt8] {
        condition.withLock {
            while true {
                var bytes: [UInt8] = []
                if !waiting.isEmpty {
                    bytes = Array(waiting.prefix(Self.portion))
                    waiting.removeFirst(bytes.count)
                } else if let spill, !spill.isEmpty {
                    bytes = spill.take(Self.portion)
                }
                if !bytes.isEmpty {
                    isWriting = true
                    return bytes
                }
                condition.wait()
            }
        }
    }
}

/// Why nothing more is written.
enum WriteEnd: Sendable {
    /// The reader has gone, which is no error.
    case left
    /// The descriptor refuses.
    case refused(String)
    /// What was to be kept could not be.
    case failed(String)

    /// Not even what was kept already can be written.
    var isFinal: Bool { if case .failed = self { false } else { true } }

    /// Writes everything, waiting for the reader where need be.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> WriteEnd? {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while let base = rest.baseAddress, rest.count > 0 {
                let written = Glibc.write(descriptor, base, rest.count)
                if written >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                } else if let end = after(errno, descriptor) {
                    return end
                }
            }
            return nil
        }
    }

    private static func after(_ code: Int32, _ descriptor: Int32) -> WriteEnd? {
        switch code {
        case EINTR: return nil
        case EAGAIN:
            // Somebody made the terminal non-blocking, for themselves and for us.
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&request, 1, 1000)
            return nil
        case EPIPE: return .left
        default: return .refused(String(cString: strerror(code)))
        }
    }
}

/// A file without a name, as a queue of bytes.
private final class SpillFile {
    private let descriptor: Int32
    private var start: off_t = 0
    private var end: off_t = 0

    init?(folder: String) {
        var name = OSText.bytes(of: "\(folder)/.output.XXXXXX").map { CChar(bitPattern: $0) } + [0]
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        POSIX.unlink(OSText.text(of: name))
    }

    deinit { close(descriptor) }

    var isEmpty: Bool { start == end }

    /// - Returns: what went wrong; nothing of the bytes counts then.
    func append(_ bytes: [UInt8]) -> String? {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, end + off_t(done))
            }
            if written > 0 { done += written } else if errno != EINTR { return String(cString: strerror(errno)) }
        }
        end += off_t(done)
        return nil
    }

    func take(_ most: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(most, Int(end - start)))
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, start) }
        guard count > 0 else {
            // The file is ours alone: it cannot be shorter.
            start = end
            return []
        }
        start += off_t(count)
        if isEmpty {
            _ = ftruncate(descriptor, 0)
            (start, end) = (0, 0)
        }
        return Array(bytes.prefix(count))
    }
}
