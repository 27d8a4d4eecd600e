/// A binary heap that gives out its smallest element first.
package struct MinHeap<Element: Comparable> {
    @usableFromInline var elements: [Element] = []

    @inlinable package init() {}

    @inlinable package var count: Int { elements.count }

    @inlinable package var first: Element? { elements.first }

    @inlinable package mutating func push(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard element < elements[parent] else { break }
            elements[child] = elements[parent]
            child = parent
        }
        elements[child] = element
    }

    @inlinable package mutating func pop() -> Element? {
        guard let smallest = elements.first else { return nil }
        let last = elements.removeLast()
        let count = elements.count
        guard count > 0 else { return smallest }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < count else { break }
            if child + 1 < count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < last else { break }
            elements[hole] = elements[child]
            hole = child
        }
        elements[hole] = last
        return smallest
    }

    /// Takes out all elements of which this is true.
    @inlinable package mutating func removeAll(where isOut: (Element) -> Bool) {
        let kept = elements.filter { !isOut($0) }
        elements = []
        elements.reserveCapacity(kept.count)
        for element in kept { push(element) }
    }
}

extension MinHeap: Sendable where Element: Sendable {}
