import Synchronization
import Threads

/// Looks at files on threads of their own: a dead mount holds up whoever asks there, and nobody else.
///
/// A gate has at most one look under way; what is asked while that hangs waits for it. A worker that has nothing to do
/// ends.
final class FileWorkers: Sendable {
    struct Gate: Hashable, Sendable {
        var step: Int
        var gate: Int
    }

    private struct Look: Sendable {
        var gate: Gate
        var path: String
        var isRead: Bool
        var found: @Sendable (FileProbe.Finding) -> Void
    }

    private struct State {
        var waiting: [Look] = []
        /// Gates whose look is under way.
        var busy: Set<Gate> = []
        var threads = 0
    }

    /// Most threads: as many gates may hang before others wait.
    static let most = 64

    /// Bytes of a worker's stack: it reads, and calls nothing deep.
    private static let stack = 512 << 10

    private let state = Mutex(State())

    /// Looks at a file, and reads it where its content is asked for.
    ///
    /// - Parameter found: called on a worker's thread, or not at all when a later question of the same gate took its
    ///   place.
    /// - Returns: false when there is no thread to be had.
    func look(
        at path: String, reading isRead: Bool, for gate: Gate, found: @escaping @Sendable (FileProbe.Finding) -> Void
    ) -> Bool {
        let look = Look(gate: gate, path: path, isRead: isRead, found: found)
        let needsThread = state.withLock { state in
            state.waiting.removeAll { $0.gate == gate }
            state.waiting.append(look)
            guard !state.busy.contains(gate), state.threads < Self.most else { return false }
            state.threads += 1
            return true
        }
        guard needsThread, !start() else { return true }
        return state.withLock { state in
            state.threads -= 1
            // Those that are at work come to it.
            return state.threads > 0
        }
    }

    /// Nobody waits for a worker.
    private func start() -> Bool {
        guard let thread = try? Thread.start(named: "files", stack: Self.stack, { self.work() }) else { return false }
        thread.detach()
        return true
    }

    private func work() {
        while let look = next() {
            let finding = FileProbe.look(look.path, reading: look.isRead)
            state.withLock { _ = $0.busy.remove(look.gate) }
            look.found(finding)
        }
    }

    /// The next look of a gate that has none under way; nil when there is none, and the worker ends.
    private func next() -> Look? {
        state.withLock { state in
            guard let place = state.waiting.firstIndex(where: { !state.busy.contains($0.gate) }) else {
                state.threads -= 1
                return nil
            }
            let look = state.waiting.remove(at: place)
            state.busy.insert(look.gate)
            return look
        }
    }
}
