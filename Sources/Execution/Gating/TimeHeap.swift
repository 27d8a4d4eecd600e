package import DAG

/// A queue of things to do at given times, earliest first; things due at the same time come out in the order put in.
package struct TimeHeap<Item: Sendable>: Sendable {
    // Inlinable, all of it: where the type of its items is not known it is ten times slower.
    @usableFromInline struct Entry: Comparable, Sendable {
        @usableFromInline var time: Double
        @usableFromInline var order: Int
        @usableFromInline var item: Item

        @inlinable init(time: Double, order: Int, item: Item) {
            self.time = time
            self.order = order
            self.item = item
        }

        @inlinable static func < (one: Entry, other: Entry) -> Bool {
            one.time < other.time || one.time == other.time && one.order < other.order
        }
        @inlinable static func == (one: Entry, other: Entry) -> Bool { one.order == other.order }
    }

    @usableFromInline var entries = MinHeap<Entry>()
    @usableFromInline var counter = 0

    @inlinable package init() {}

    @inlinable package var count: Int { entries.count }
    @inlinable package var isEmpty: Bool { entries.count == 0 }
    @inlinable package var earliest: Double? { entries.first?.time }

    @inlinable package mutating func push(_ item: Item, at time: Double) {
        counter += 1
        entries.push(Entry(time: time, order: counter, item: item))
    }

    /// The earliest item whose time has come.
    @inlinable package mutating func pop(dueAt now: Double) -> Item? {
        guard let first = entries.first, first.time <= now else { return nil }
        return entries.pop()?.item
    }

    /// Takes out the items of which this is true from the front, until it is not.
    @inlinable package mutating func dropFirst(while isOut: (Item) -> Bool) {
        while let first = entries.first, isOut(first.item) { _ = entries.pop() }
    }

    /// Takes out all items of which this is true.
    @inlinable package mutating func removeAll(where isOut: (Item) -> Bool) {
        entries.removeAll { isOut($0.item) }
    }
}
