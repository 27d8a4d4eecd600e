import CJQ
import Glibc
import Threads

/// Ends jq programs that run too long, such as `until(false; .)`.
///
/// libjq has no limit of its own. A thread looks once a second whether the program that ran then still runs; while no
/// program runs it sleeps, and it is there only once one has run.
final class JQWatchdog: Sendable {
    /// Seconds a program may run at least; it may be twice as long.
    static let patience = 1

    static let shared = JQWatchdog()

    private struct State {
        /// The running program's jq; changed only under the lock, so that one that is ended is still there.
        var running: [UInt64: Running] = [:]
        var last: UInt64 = 0
        var hasThread = false
    }

    private struct Running: @unchecked Sendable {
        var jq: OpaquePointer
        var wasSeen = false
        var wasEnded = false
    }

    private let state = Monitor(State())

    private init() {}

    /// Runs `body`, which runs the program of `jq`; true when it had to be ended.
    func watch(_ jq: OpaquePointer, _ body: () -> Void) -> Bool {
        let entry = Running(jq: jq)
        let (id, starts) = state.change { state in
            state.last += 1
            state.running[state.last] = entry
            defer { state.hasThread = true }
            return (state.last, !state.hasThread)
        }
        if starts { start() }
        body()
        return state.withLock { $0.running.removeValue(forKey: id)?.wasEnded ?? false }
    }

    private func start() {
        do {
            try Thread.start(named: "jq-watchdog") { JQWatchdog.shared.patrol() }.detach()
        } catch {
            // Without a thread programs run unwatched; the next one tries again.
            state.withLock { $0.hasThread = false }
        }
    }

    private func patrol() -> Never {
        while true {
            state.wait { $0.running.isEmpty ? nil : () }
            repeat { sleep(UInt32(Self.patience)) } while look()
        }
    }

    /// Ends what was seen before and still runs; false when nothing runs.
    private func look() -> Bool {
        state.withLock { state in
            for id in Array(state.running.keys) {
                guard var entry = state.running[id], !entry.wasEnded else { continue }
                // libjq ends the process over a second halt.
                if entry.wasSeen, jq_halted(entry.jq) == 0 {
                    // The interpreter looks at this mark before each of its steps.
                    jq_halt(entry.jq, jv_invalid(), jv_invalid())
                    entry.wasEnded = true
                }
                entry.wasSeen = true
                state.running[id] = entry
            }
            return !state.running.isEmpty
        }
    }
}
