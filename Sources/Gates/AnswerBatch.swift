import Execution

/// Answers that come in one turn of the prober's loop, handed over together: whoever waits for them wakes up once.
final class AnswerBatch {
    /// Seconds that the first of them may wait for the others, where judging those takes its time.
    static let patience = 0.005

    private let post: ([Occurrence]) -> Void
    private var waiting: [Occurrence] = []
    private var since = 0.0

    init(post: @escaping ([Occurrence]) -> Void) { self.post = post }

    /// - Parameter now: seconds on any clock that goes on.
    func add(_ occurrence: Occurrence, at now: Double) {
        if waiting.isEmpty {
            since = now
            waiting.reserveCapacity(32)
        }
        waiting.append(occurrence)
        if now - since > Self.patience { flush() }
    }

    func flush() {
        guard !waiting.isEmpty else { return }
        let ready = waiting
        waiting = []
        post(ready)
    }
}
