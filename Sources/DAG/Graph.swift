/// A directed graph over the node indices `0..<count`, fixed once made; every question about order is asked of it.
///
/// Nodes are plain indices: whoever builds a graph keeps the table from index to name. All answers are deterministic:
/// the same nodes and edges give the same answer whatever order the edges came in. Cycles and edges from a node to
/// itself are allowed in the input; each question says what it answers then. An index outside `0..<count` is a
/// mistake of the caller and traps.
package struct Graph: Equatable, Sendable {
    private let forward: Adjacency
    private let backward: Adjacency

    private init(forward: Adjacency, backward: Adjacency) {
        self.forward = forward
        self.backward = backward
    }

    /// A graph of `count` nodes. Duplicate edges are merged. Takes time linear in nodes and edges.
    package init(count: Int, edges: some Sequence<Edge>) {
        precondition(count >= 0, "a graph has no negative number of nodes")
        let edges = Array(edges)
        for edge in edges {
            precondition(
                0 <= edge.from && edge.from < count && 0 <= edge.to && edge.to < count,
                "edge \(edge.from) → \(edge.to) leaves the graph's \(count) nodes")
        }
        backward = Adjacency(count: count, edges: edges).reversed().withoutDuplicates()
        forward = backward.reversed()
    }

    package var count: Int { forward.count }

    package var edgeCount: Int { forward.neighbours.count }

    /// All edges, ascending. Made anew at every call.
    package var edges: [Edge] {
        var all: [Edge] = []
        all.reserveCapacity(edgeCount)
        for node in 0..<count {
            for successor in forward[node] { all.append(Edge(from: node, to: successor)) }
        }
        return all
    }

    /// The nodes that need `node` directly, ascending. Costs nothing: a slice of the graph's own storage.
    package func successors(of node: Int) -> ArraySlice<Int> { forward[node] }

    /// The nodes that `node` needs directly, ascending. Costs nothing: a slice of the graph's own storage.
    package func predecessors(of node: Int) -> ArraySlice<Int> { backward[node] }

    /// Whether the edge is in the graph, by binary search.
    package func contains(_ edge: Edge) -> Bool {
        let row = forward[edge.from]
        var low = row.startIndex
        var high = row.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if row[middle] < edge.to { low = middle + 1 } else { high = middle }
        }
        return low < row.endIndex && row[low] == edge.to
    }

    /// The graph with every edge turned round: what comes last now comes first.
    package func reversed() -> Graph {
        Graph(forward: backward, backward: forward)
    }
}
