/// Finds many byte strings at once (Aho and Corasick 1975): in time linear in the text, however many there are and
/// however they overlap.
package struct ByteMatcher: Sendable {
    /// How far a text that comes in pieces has been read.
    package struct Position: Hashable, Sendable {
        fileprivate var node: Int32 = 0
        /// Bytes read so far.
        package fileprivate(set) var offset = 0

        package init() {}
    }

    // The tree of all strings: node 0 is its root. Children hang on their parent as a list; few nodes have several.
    private var child: [Int32] = [-1]
    private var sibling: [Int32] = [-1]
    private var byte: [UInt8] = [0]
    /// Where the longest proper end of the node's text that is a node stands.
    private var fallback: [Int32] = [0]
    /// Length of the longest string that ends where the node's text ends; 0: none does.
    private var length: [Int32] = [0]
    private var first = [Int32](repeating: 0, count: 256)

    /// Empty strings are passed over.
    package init(_ patterns: some Sequence<[UInt8]>) {
        for pattern in patterns where !pattern.isEmpty { insert(pattern) }
        link()
    }

    package var isEmpty: Bool { child.count == 1 }

    private mutating func insert(_ pattern: [UInt8]) {
        var node: Int32 = 0
        for value in pattern {
            var next = child[Int(node)]
            while next >= 0, byte[Int(next)] != value { next = sibling[Int(next)] }
            if next < 0 {
                next = Int32(child.count)
                child.append(-1)
                sibling.append(child[Int(node)])
                byte.append(value)
                fallback.append(0)
                length.append(0)
                child[Int(node)] = next
                if node == 0 { first[Int(value)] = next }
            }
            node = next
        }
        length[Int(node)] = Int32(pattern.count)
    }

    /// Sets `fallback` and completes `length`, from the root outwards.
    private mutating func link() {
        var queue: [Int32] = []
        queue.reserveCapacity(child.count)
        var next = child[0]
        while next >= 0 {
            queue.append(next)
            next = sibling[Int(next)]
        }
        var position = 0
        while position < queue.count {
            let node = queue[position]
            position += 1
            var next = child[Int(node)]
            while next >= 0 {
                let target = step(from: fallback[Int(node)], byte[Int(next)])
                fallback[Int(next)] = target
                if length[Int(next)] == 0 { length[Int(next)] = length[Int(target)] }
                queue.append(next)
                next = sibling[Int(next)]
            }
        }
    }

    private func step(from node: Int32, _ value: UInt8) -> Int32 {
        var node = node
        while node != 0 {
            var next = child[Int(node)]
            while next >= 0, byte[Int(next)] != value { next = sibling[Int(next)] }
            if next >= 0 { return next }
            node = fallback[Int(node)]
        }
        return first[Int(value)]
    }

    /// The stretches that strings cover, merged where they overlap or touch, ascending.
    package func stretches(in bytes: [UInt8]) -> [Range<Int>] {
        var position = Position()
        return bytes.withUnsafeBufferPointer { stretches(in: $0, after: &position) }
    }

    /// The same for the next piece of a text; offsets count from its beginning, and a stretch may begin in an earlier
    /// piece.
    package func stretches(in bytes: UnsafeBufferPointer<UInt8>, after position: inout Position) -> [Range<Int>] {
        guard !isEmpty else { return [] }
        var found: [Range<Int>] = []
        var node = position.node
        let start = position.offset
        first.withUnsafeBufferPointer { first in
            length.withUnsafeBufferPointer { length in
                for index in bytes.indices {
                    let value = bytes[index]
                    node = node == 0 ? first[Int(value)] : step(from: node, value)
                    let count = Int(length[Int(node)])
                    guard node != 0, count > 0 else { continue }
                    let end = start + index + 1
                    var lower = end - count
                    while let last = found.last, last.upperBound >= lower {
                        lower = min(lower, last.lowerBound)
                        found.removeLast()
                    }
                    found.append(lower..<end)
                }
            }
        }
        position.node = node
        position.offset = start + bytes.count
        return found
    }
}
