import Execution
import Threads

/// A thread that does what it is given, one thing after the other, with tools of its own.
///
/// It ends with its owner: what is under way is finished, what waits is dropped.
final class Lane<Tools>: Sendable {
    typealias Work = @Sendable (Tools) -> Void

    private enum Queue {
        case open([Work])
        case closed

        enum Turn {
            case work(Work)
            case end
        }

        /// Nil where there is nothing to do for now.
        mutating func next() -> Turn? {
            guard case .open(var waiting) = self else { return .end }
            guard !waiting.isEmpty else { return nil }
            // So that taking one out does not copy the rest.
            self = .open([])
            let work = waiting.removeFirst()
            self = .open(waiting)
            return .work(work)
        }

        mutating func add(_ work: @escaping Work) {
            guard case .open(var waiting) = self else { return }
            self = .open([])
            waiting.append(work)
            self = .open(waiting)
        }
    }

    private let queue: Monitor<Queue>

    /// - Parameters:
    ///   - tools: makes them, on the thread.
    ///   - rests: called when there is nothing to do for now.
    init(
        named name: String, tools: @escaping @Sendable () -> Tools,
        rests: @escaping @Sendable (Tools) -> Void = { _ in }
    ) throws(LaunchError) {
        let queue = Monitor(Queue.open([]))
        self.queue = queue
        do {
            try Thread.start(named: name) {
                let tools = tools()
                while true {
                    var next = queue.withLock { $0.next() }
                    if next == nil {
                        rests(tools)
                        next = queue.wait { $0.next() }
                    }
                    guard case .work(let work)? = next else { return }
                    work(tools)
                }
            }.detach()
        } catch {
            throw LaunchFailure.thread(error.code)
        }
    }

    deinit {
        queue.change { $0 = .closed }
    }

    func add(_ work: @escaping Work) {
        queue.change { $0.add(work) }
    }
}
