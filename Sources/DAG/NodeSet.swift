/// A set of node indices, one bit a node, that is walked in ascending order.
package struct NodeSet: Sendable {
    /// The nodes that fit are `0..<capacity`.
    package let capacity: Int
    package private(set) var count = 0
    private var words: [UInt64]

    /// The empty set for a graph of `capacity` nodes.
    package init(capacity: Int) {
        self.capacity = capacity
        words = [UInt64](repeating: 0, count: (capacity + 63) / 64)
    }

    package init(capacity: Int, _ nodes: some Sequence<Int>) {
        self.init(capacity: capacity)
        for node in nodes { insert(node) }
    }

    package var isEmpty: Bool { count == 0 }

    /// Whether `node` is in the set; false for an index that does not fit.
    package func contains(_ node: Int) -> Bool {
        guard node >= 0, node < capacity else { return false }
        return words[node >> 6] & (1 << UInt64(node & 63)) != 0
    }

    /// Returns whether the node is new. `node` must be in `0..<capacity`.
    @discardableResult
    package mutating func insert(_ node: Int) -> Bool {
        precondition(node >= 0 && node < capacity, "node \(node) does not fit a set for \(capacity) nodes")
        let bit: UInt64 = 1 << UInt64(node & 63)
        guard words[node >> 6] & bit == 0 else { return false }
        words[node >> 6] |= bit
        count += 1
        return true
    }
}

extension NodeSet: Equatable {
    /// Equal when they hold the same nodes; the capacity does not count.
    package static func == (left: NodeSet, right: NodeSet) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }
}

extension NodeSet: Sequence {
    package func makeIterator() -> Iterator { Iterator(words: words) }

    package var underestimatedCount: Int { count }

    /// Walks the set bits from the lowest index up.
    package struct Iterator: IteratorProtocol {
        private let words: [UInt64]
        private var word = 0
        private var rest: UInt64

        fileprivate init(words: [UInt64]) {
            self.words = words
            rest = words.first ?? 0
        }

        package mutating func next() -> Int? {
            while rest == 0 {
                word += 1
                guard word < words.count else { return nil }
                rest = words[word]
            }
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            return word << 6 + bit
        }
    }
}
