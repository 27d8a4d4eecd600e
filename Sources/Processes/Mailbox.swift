import CPlatform
package import Execution
import Glibc
import Synchronization

/// The bounded queue through which other threads hand occurrences to the engine's thread.
package final class Mailbox: Sendable {
    private struct Contents {
        var waiting: [Occurrence] = []
        var isClosed = false
    }

    /// With so many in the queue a poster has to wait.
    static let limit = 65_536

    /// Readable while something waits in the queue.
    let event: Int32
    private let contents = Mutex(Contents())
    private let owner: pthread_t

    init() throws(LaunchError) {
        event = platform_eventfd()
        guard event >= 0 else { throw LaunchFailure.descriptor(-event, for: "a queue of events") }
        owner = pthread_self()
    }

    deinit {
        close(event)
    }

    /// Hands one occurrence over, from any thread.
    ///
    /// Waits while the queue is full, except on the engine's own thread, which alone can empty it. Does nothing once
    /// the engine is gone.
    package func post(_ occurrence: Occurrence) {
        post([occurrence])
    }

    /// Hands several over together, which wakes the engine once; otherwise as one is handed over.
    package func post(_ occurrences: [Occurrence]) {
        while !offer(occurrences) {
            usleep(1_000)
        }
    }

    /// Hands over what is not to wait for room.
    func postAtOnce(_ occurrence: Occurrence) {
        _ = offer([occurrence], isUrgent: true)
    }

    private func offer(_ occurrences: [Occurrence], isUrgent: Bool = false) -> Bool {
        let isOwner = isUrgent || pthread_equal(owner, pthread_self()) != 0
        return contents.withLock { contents in
            if contents.isClosed { return true }
            guard contents.waiting.count < Self.limit || isOwner else { return false }
            let wasEmpty = contents.waiting.isEmpty
            contents.waiting += occurrences
            if wasEmpty, !occurrences.isEmpty { platform_eventfd_raise(event) }
            return true
        }
    }

    /// Moves everything that waits to the end of `occurrences`, in the order posted.
    func drain(into occurrences: inout [Occurrence]) {
        let waiting = contents.withLock { contents in
            platform_eventfd_clear(event)
            let waiting = contents.waiting
            contents.waiting = []
            return waiting
        }
        occurrences += waiting
    }

    /// Drops what waits and whatever comes later.
    func shut() {
        contents.withLock { contents in
            contents.isClosed = true
            contents.waiting = []
        }
    }
}
