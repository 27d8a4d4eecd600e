/// A queue of things to do at given times, earliest first; things due at the same time come out in the order put in.
package struct TimeHeap<Item: Sendable>: Sendable {
    private struct Entry {
        var time: Double
        var order: Int
        var item: Item

        func isBefore(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private var entries: [Entry] = []
    private var counter = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var earliest: Double? { entries.first?.time }

    package mutating func push(_ item: Item, at time: Double) {
        counter += 1
        entries.append(Entry(time: time, order: counter, item: item))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// The earliest item whose time has come.
    package mutating func pop(dueAt now: Double) -> Item? {
        guard let first = entries.first, first.time <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first.item
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].isBefore(entries[least]) { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
