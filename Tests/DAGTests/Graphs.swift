import DAG

/// Graphs for tests: written by hand, or random from a seed.
enum Graphs {
    /// `[[0, 1], [1, 2]]` reads "0 before 1, 1 before 2".
    static func make(_ count: Int, _ pairs: [[Int]]) -> Graph {
        Graph(count: count, edges: pairs.map { Edge(from: $0[0], to: $0[1]) })
    }

    /// 0 → 1, 0 → 2, 1 → 3, 2 → 3.
    static let diamond = make(4, [[0, 1], [0, 2], [1, 3], [2, 3]])

    /// Up to `count` nodes and any edges, cycles and self-loops included.
    static func random(_ random: inout SplitMix64, upTo count: Int = 12) -> Graph {
        let count = random.below(count) + 1
        let edges = (0..<random.below(count * 2 + 1)).map { _ in
            Edge(from: random.below(count), to: random.below(count))
        }
        return Graph(count: count, edges: edges)
    }

    /// Up to `count` nodes without a cycle, numbered in no particular order.
    static func randomAcyclic(_ random: inout SplitMix64, upTo count: Int = 12) -> Graph {
        let count = random.below(count) + 1
        let names = Array(0..<count).shuffled(using: &random)
        var edges: [Edge] = []
        for _ in 0..<random.below(count * 3) {
            let pair = [random.below(count), random.below(count)].sorted()
            if pair[0] < pair[1] { edges.append(Edge(from: names[pair[0]], to: names[pair[1]])) }
        }
        return Graph(count: count, edges: edges)
    }

    /// Layers of 50, each node needing three of the layer before, numbered in order.
    static func layered(_ count: Int) -> Graph {
        var random = SplitMix64(seed: 1)
        var edges: [Edge] = []
        for node in 50..<count {
            let layer = (node / 50 - 1) * 50
            for _ in 0..<3 { edges.append(Edge(from: layer + random.below(50), to: node)) }
        }
        return Graph(count: count, edges: edges)
    }

    static func chain(_ count: Int) -> Graph {
        Graph(count: count, edges: (1..<count).map { Edge(from: $0 - 1, to: $0) })
    }
}

/// Plain answers, by the definition and without regard for cost, to hold the real ones against.
enum Oracle {
    /// `reach[a][b]`: whether a way of one edge or more leads from `a` to `b` (Warshall's closure).
    static func reach(_ graph: Graph) -> [[Bool]] {
        var reach = [[Bool]](repeating: [Bool](repeating: false, count: graph.count), count: graph.count)
        for edge in graph.edges { reach[edge.from][edge.to] = true }
        for middle in 0..<graph.count {
            for from in 0..<graph.count where reach[from][middle] {
                for to in 0..<graph.count where reach[middle][to] { reach[from][to] = true }
            }
        }
        return reach
    }

    /// Fewest edges of a way of one edge or more, by matrix steps; nil for none.
    static func distances(_ graph: Graph) -> [[Int?]] {
        var best = [[Int?]](repeating: [Int?](repeating: nil, count: graph.count), count: graph.count)
        for start in 0..<graph.count {
            var front = Set(graph.successors(of: start))
            for length in 1...graph.count {
                for node in front where best[start][node] == nil { best[start][node] = length }
                front = Set(front.flatMap { graph.successors(of: $0) })
            }
        }
        return best
    }

    /// Every way from a node without predecessors to one without successors. Acyclic graphs only.
    static func chains(_ graph: Graph) -> [[Int]] {
        func extend(_ path: [Int]) -> [[Int]] {
            guard let last = path.last else { return [] }
            let next = graph.successors(of: last)
            return next.isEmpty ? [path] : next.flatMap { extend(path + [$0]) }
        }
        return (0..<graph.count).filter { graph.predecessors(of: $0).isEmpty }.flatMap { extend([$0]) }
    }

    /// Nodes on a cycle or behind one.
    static func unorderable(_ graph: Graph) -> Set<Int> {
        let reach = reach(graph)
        return Set(
            (0..<graph.count).filter { node in
                (0..<graph.count).contains { reach[$0][$0] && ($0 == node || reach[$0][node]) }
            })
    }
}
