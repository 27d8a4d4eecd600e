import Execution

/// Actions in the order of the times they are due, with cheap cancellation.
struct TimerQueue {
    struct ID: Hashable {
        fileprivate var number: UInt64
    }

    /// Those whose action is gone are skipped when they surface.
    private var heap = TimeHeap<ID>()
    private var actions: [ID: () -> Void] = [:]
    private var last: UInt64 = 0

    var count: Int { actions.count }
    /// Places in use, those of cancelled actions included.
    var entries: Int { heap.count }

    mutating func add(at due: Double, _ action: @escaping () -> Void) -> ID {
        last += 1
        let id = ID(number: last)
        actions[id] = action
        heap.push(id, at: due)
        return id
    }

    mutating func cancel(_ id: ID) {
        guard actions.removeValue(forKey: id) != nil else { return }
        // Long deadlines that are nearly always cancelled must not pile up until they would have been due.
        if heap.count > 2 * actions.count + 256 { heap.removeAll { actions[$0] == nil } }
    }

    /// When the earliest action is due.
    mutating func next() -> Double? {
        heap.dropFirst { actions[$0] == nil }
        return heap.earliest
    }

    /// Takes out the earliest action that is due by `now`.
    mutating func take(dueBy now: Double) -> (() -> Void)? {
        heap.dropFirst { actions[$0] == nil }
        return heap.pop(dueAt: now).flatMap { actions.removeValue(forKey: $0) }
    }
}
