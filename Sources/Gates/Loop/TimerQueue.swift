/// Actions in the order of the times they are due, with cheap cancellation.
struct TimerQueue {
    struct ID: Hashable {
        fileprivate var number: UInt64
    }

    private struct Entry {
        var due: Double
        var id: ID
    }

    /// A binary heap, earliest first; entries whose action is gone are skipped when they surface.
    private var heap: [Entry] = []
    private var actions: [ID: () -> Void] = [:]
    private var last: UInt64 = 0

    var count: Int { actions.count }
    /// Places in use, those of cancelled actions included.
    var entries: Int { heap.count }

    mutating func add(at due: Double, _ action: @escaping () -> Void) -> ID {
        last += 1
        let id = ID(number: last)
        actions[id] = action
        push(Entry(due: due, id: id))
        return id
    }

    mutating func cancel(_ id: ID) {
        guard actions.removeValue(forKey: id) != nil else { return }
        // Long deadlines that are nearly always cancelled must not pile up until they would have been due.
        if heap.count > 2 * actions.count + 256 {
            let live = heap.filter { actions[$0.id] != nil }
            heap = []
            for entry in live { push(entry) }
        }
    }

    /// When the earliest action is due.
    mutating func next() -> Double? {
        while let first = heap.first, actions[first.id] == nil { pop() }
        return heap.first?.due
    }

    /// Takes out the earliest action that is due by `now`.
    mutating func take(dueBy now: Double) -> (() -> Void)? {
        guard let due = next(), due <= now, let first = heap.first else { return nil }
        pop()
        return actions.removeValue(forKey: first.id)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() {
        guard let end = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = end
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)..<(2 * parent + 3) where child < heap.count {
                if heap[child].due < heap[least].due { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
