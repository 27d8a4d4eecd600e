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
}
