/// Reachability: what a node needs, near and far, and what needs it.
extension Graph {
    /// Everything the given nodes need, near and far. A given node is in the answer only when another given node
    /// needs it, or itself through a cycle.
    package func ancestors(of nodes: some Sequence<Int>) -> NodeSet {
        reversed().descendants(of: nodes)
    }

    /// Everything that needs one of the given nodes, near and far. A given node is in the answer only when it needs
    /// another given node, or itself through a cycle.
    package func descendants(of nodes: some Sequence<Int>) -> NodeSet {
        var reached = NodeSet(capacity: count)
        var stack = Array(NodeSet(capacity: count, nodes))
        while let node = stack.popLast() {
            for successor in successors(of: node) where reached.insert(successor) { stack.append(successor) }
        }
        return reached
    }

    /// A shortest way along the edges, both ends included; the one node when they are the same; nil when there is
    /// none. Of several, the one found first when successors are followed in ascending order, breadth first.
    package func shortestPath(from start: Int, to end: Int) -> [Int]? {
        guard start != end else { return [start] }
        var parent = [Int](repeating: -1, count: count)
        parent[start] = start
        var queue = [start]
        var next = 0
        while next < queue.count, parent[end] < 0 {
            for successor in successors(of: queue[next]) where parent[successor] < 0 {
                parent[successor] = queue[next]
                queue.append(successor)
            }
            next += 1
        }
        guard parent[end] >= 0 else { return nil }
        var path = [end]
        var node = end
        while node != start {
            node = parent[node]
            path.append(node)
        }
        return path.reversed()
    }

    /// How many other nodes need each node, near and far: how much fails with it.
    ///
    /// Components are walked against the order, 64 nodes of interest at a time, one bit each in a machine word, so a
    /// graph of `V` nodes takes `E × V / 64` steps instead of the `E × V` of one search a node.
    package func descendantCounts() -> [Int] {
        let (numbers, componentCount) = componentNumbers()
        // Components are numbered against the order: those that need a component come before it.
        let byNumber = Adjacency(count: componentCount, edges: (0..<count).map { Edge(from: numbers[$0], to: $0) })
        var counts = [Int](repeating: 0, count: componentCount)
        var own = [UInt64](repeating: 0, count: componentCount)
        var reach = own
        for block in stride(from: 0, to: count, by: 64) {
            // Taking the nodes in the order of their components lets each block begin at its first component.
            let columns = byNumber.neighbours[block..<min(block + 64, count)]
            for (bit, node) in columns.enumerated() { own[numbers[node]] |= 1 << UInt64(bit) }
            let first = columns.first.map { numbers[$0] } ?? 0
            for component in first..<componentCount {
                var reached = own[component]
                for node in byNumber[component] {
                    for successor in successors(of: node) { reached |= reach[numbers[successor]] }
                }
                reach[component] = reached
                counts[component] += reached.nonzeroBitCount
            }
            for component in first..<componentCount { reach[component] = 0 }
            for node in columns { own[numbers[node]] = 0 }
        }
        // Every node was counted as reaching itself.
        return numbers.map { counts[$0] - 1 }
    }
}
