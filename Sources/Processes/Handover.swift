import CPlatform
import Execution
import Glibc
import Synchronization

/// What threads have made for the one that a reactor belongs to, which takes it in when the event is readable.
///
/// It holds no more than was asked for.
final class Handover<Item: Sendable>: Sendable {
    /// Readable while something waits.
    let event: Int32
    private let waiting = Mutex<[Item]>([])

    init() throws(LaunchError) {
        event = platform_eventfd()
        guard event >= 0 else { throw LaunchFailure.descriptor(-event, for: "a queue of events") }
    }

    deinit {
        close(event)
    }

    func put(_ item: Item) {
        waiting.withLock { waiting in
            waiting.append(item)
            if waiting.count == 1 { platform_eventfd_raise(event) }
        }
    }

    /// All that waits, in the order in which it was put.
    func take() -> [Item] {
        waiting.withLock { waiting in
            guard !waiting.isEmpty else { return [] }
            platform_eventfd_clear(event)
            defer { waiting = [] }
            return waiting
        }
    }
}
