internal import DAG

/// A queue of things to do at given times, earliest first; things due at the same time come out in the order put in.
package struct TimeHeap<Item: Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        var time: Double
        var order: Int
        var item: Item

        static func < (one: Entry, other: Entry) -> Bool { (one.time, one.order) < (other.time, other.order) }
        static func == (one: Entry, other: Entry) -> Bool { one.order == other.order }
    }

    private var entries = MinHeap<Entry>()
    private var counter = 0

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.count == 0 }
    package var earliest: Double? { entries.first?.time }

    package mutating func push(_ item: Item, at time: Double) {
        counter += 1
        entries.push(Entry(time: time, order: counter, item: item))
    }

    /// The earliest item whose time has come.
    package mutating func pop(dueAt now: Double) -> Item? {
        guard let first = entries.first, first.time <= now else { return nil }
        return entries.pop()?.item
    }

    /// Takes out the items of which this is true from the front, until it is not.
    package mutating func dropFirst(while isOut: (Item) -> Bool) {
        while let first = entries.first, isOut(first.item) { _ = entries.pop() }
    }

    /// Takes out all items of which this is true.
    package mutating func removeAll(where isOut: (Item) -> Bool) {
        entries.removeAll { isOut($0.item) }
    }
}
