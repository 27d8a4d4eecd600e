internal import Glibc
internal import Model
internal import Threads

/// Writes to a descriptor on a thread of its own, so that a reader who takes nothing holds nobody else up.
///
/// What is not taken is kept: a little in memory, the rest in a file without a name. Nothing is dropped while that file
/// has room; when it has none, `failure` says so and nothing more is written.
final class BackgroundWriter: Sendable {
    /// Bytes kept in memory.
    static let memoryLimit = 1 << 20
    /// Bytes handed to the descriptor at once.
    private static let portion = 1 << 16

    private let descriptor: Int32
    private let folders: [String]
    private let state = Monitor(State())

    private struct State {
        var waiting: [UInt8] = []
        var spill: SpillFile?
        var isWriting = false
        var end: WriteEnd?

        var isEmpty: Bool { waiting.isEmpty && !isWriting && (spill?.isEmpty ?? true) }
        var isPending: Bool { !isEmpty && end?.isFinal != true }
    }

    /// Nil where no thread is to be had (`ulimit -u`).
    ///
    /// - Parameter folders: where the file may be, in order of preference.
    init?(_ descriptor: Int32, folders: [String]) {
        self.descriptor = descriptor
        self.folders = folders
        // A terminal that stops what writes from the background (`stty tostop`) goes by the writing thread's signals.
        guard let thread = try? Thread.start(named: "output", signals: .inherited, { self.work() }) else { return nil }
        thread.detach()
    }

    /// How writing came to its end; nil while it goes on.
    var ended: WriteEnd? { state.withLock { $0.end } }

    /// Everything has been taken by the reader.
    var isIdle: Bool { state.withLock { $0.isEmpty } }

    /// Takes the bytes over and returns at once.
    func write(_ bytes: [UInt8]) {
        state.change { state in
            guard state.end == nil else { return }
            if state.spill?.isEmpty ?? true, state.waiting.count + bytes.count <= Self.memoryLimit {
                state.waiting += bytes
            } else if let error = keep(bytes, &state.spill) {
                // What is kept already is still written; but what follows a gap would mislead.
                state.end = .failed("\(error); what its reader had not taken yet could not be kept")
            }
        }
    }

    private func keep(_ bytes: [UInt8], _ spill: inout SpillFile?) -> String? {
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
            state.wait { $0.isPending ? nil : () }
            return true
        }
        return state.wait(within: seconds) { $0.isPending ? nil : () } != nil
    }

    // MARK: The thread

    private func work() {
        while true {
            let result = WriteEnd.write(next()[...], to: descriptor)
            state.change { state in
                state.isWriting = false
                guard let result else { return }
                state.end = result
                state.waiting = []
                state.spill = nil
            }
            if result != nil { return }
        }
    }

    private func next() -> [UInt8] {
        state.wait { state in
            var bytes: [UInt8] = []
            if !state.waiting.isEmpty {
                bytes = Array(state.waiting.prefix(Self.portion))
                state.waiting.removeFirst(bytes.count)
            } else if let spill = state.spill, !spill.isEmpty {
                bytes = spill.take(Self.portion)
            }
            guard !bytes.isEmpty else { return nil }
            state.isWriting = true
            return bytes
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
        default: return .refused(SystemError(code: code).words)
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
        do { try FileIO.write(bytes, to: descriptor, at: Int(end)) } catch { return error.words }
        end += off_t(bytes.count)
        return nil
    }

    func take(_ most: Int) -> [UInt8] {
        let bytes = (try? FileIO.read(descriptor, at: Int(start), count: min(most, Int(end - start)))) ?? []
        guard !bytes.isEmpty else {
            // The file is ours alone: it cannot be shorter.
            start = end
            return []
        }
        start += off_t(bytes.count)
        if isEmpty {
            _ = ftruncate(descriptor, 0)
            (start, end) = (0, 0)
        }
        return bytes
    }
}
