/// Transitive reduction: the edges that say something, and those already implied by a longer way.
extension Graph {
    /// The edges whose target is also reached by a longer way, ascending.
    ///
    /// In an acyclic graph the reduction is unique, and an edge is redundant exactly when another successor of its
    /// source reaches its target (A. V. Aho, M. R. Garey, J. D. Ullman, "The Transitive Reduction of a Directed
    /// Graph", 1972). Reachability is computed as rows of bits over the nodes in topological order, as in Warshall's
    /// closure, 64 target nodes at a time so that memory stays linear. Three cuts keep it fast: only targets of edges
    /// that skip a wave can be redundant and get a bit; a pass spans only the order between the first source and the
    /// last target of its 64; and a graph whose edges never skip a wave takes no pass at all. At worst
    /// `E × V / 64` steps.
    ///
    /// The graph should be acyclic. Edges that touch a node on a cycle, or one that needs such a node, are never
    /// called redundant.
    package func redundantEdges() -> [Edge] {
        var search = RedundancySearch(graph: self)
        return search.run()
    }
}

/// The passes over the graph that `redundantEdges()` describes. Nodes are named by their place in topological order.
private struct RedundancySearch {
    /// The node at each place.
    private let order: [Int]
    private let rows: Adjacency
    /// For each place, the first place with an edge to it that skips a wave; `Int.max` when there is none.
    private var firstSource: [Int]
    /// For each place, which of the 64 targets of the pass can be reached from it.
    private var reach: [UInt64]
    /// For each place, its own bit if it is one of the 64 targets.
    private var bit: [UInt64]
    private var redundant: [Edge] = []

    init(graph: Graph) {
        let waves = graph.waveIndices()
        // By wave rather than by any topological order: edges are then short, and so are the passes.
        order = graph.waves().flatMap { $0 }
        var place = [Int](repeating: -1, count: graph.count)
        for (position, node) in order.enumerated() { place[node] = position }
        firstSource = [Int](repeating: .max, count: order.count)
        reach = [UInt64](repeating: 0, count: order.count)
        bit = reach
        var edges: [Edge] = []
        edges.reserveCapacity(graph.edgeCount)
        for (position, node) in order.enumerated() {
            for successor in graph.successors(of: node) where place[successor] >= 0 {
                let target = place[successor]
                edges.append(Edge(from: position, to: target))
                if waves[successor] > waves[node] + 1 { firstSource[target] = min(firstSource[target], position) }
            }
        }
        rows = Adjacency(count: order.count, edges: edges)
    }

    mutating func run() -> [Edge] {
        let candidates = firstSource.indices.filter { firstSource[$0] < .max }
        for block in stride(from: 0, to: candidates.count, by: 64) {
            pass(targets: candidates[block..<min(block + 64, candidates.count)])
        }
        return redundant.sorted()
    }

    private mutating func pass(targets: ArraySlice<Int>) {
        guard let last = targets.last else { return }
        let first = targets.reduce(last) { min($0, firstSource[$1]) }
        for (index, target) in targets.enumerated() { bit[target] = 1 << UInt64(index) }
        // What an earlier pass left in `reach` is never read: its places end before this pass does, and each place
        // within is written before the places with an edge to it read it.
        for place in (first...last).reversed() {
            var direct: UInt64 = 0
            var beyond: UInt64 = 0
            for successor in rows[place] {
                direct |= bit[successor]
                beyond |= reach[successor]
            }
            reach[place] = direct | beyond
            guard direct & beyond != 0 else { continue }
            for successor in rows[place] where bit[successor] & beyond != 0 {
                redundant.append(Edge(from: order[place], to: order[successor]))
            }
        }
        for target in targets { bit[target] = 0 }
    }
}
