/// Cycles: the proof that a graph cannot be brought up.
extension Graph {
    /// A shortest cycle, each node needed by the next and the last by the first, beginning with its smallest node;
    /// nil when the graph is acyclic. A node that needs itself is a cycle of one.
    ///
    /// Cycles of one and two nodes are always found. For longer ones, every cycle passes through one of a few chosen
    /// nodes of its component (see `CycleSearch`), and a breadth-first search from each finds the shortest through it.
    /// `workLimit` bounds the edges these searches follow: once it is used up only the first chosen node of each
    /// component is still tried, so the answer is then the shortest cycle among those seen, and a truly shorter one
    /// may exist. Graphs in which few edges point from a higher index to a lower one, as in a file written roughly in
    /// order, stay far below the limit at any size.
    package func shortestCycle(workLimit: Int = 10_000_000) -> [Int]? {
        if let node = (0..<count).first(where: { contains(Edge(from: $0, to: $0)) }) { return [node] }
        let components = stronglyConnectedComponents().filter { $0.count > 1 }
        guard !components.isEmpty else { return nil }
        if let pair = firstPair() { return pair }
        var search = CycleSearch(graph: self, components: components, workLeft: workLimit)
        return search.run()
    }

    /// The first two nodes, in ascending order, that need each other.
    private func firstPair() -> [Int]? {
        for node in 0..<count {
            for other in successors(of: node) where other > node && contains(Edge(from: other, to: node)) {
                return [node, other]
            }
        }
        return nil
    }
}

/// The search for a shortest cycle of three nodes or more.
///
/// In each component it picks a feedback vertex set, that is nodes which every cycle passes through, and looks for the
/// shortest cycle through each. Two such sets cost linear time, and the smaller is taken: the targets of edges that go
/// down in index (no cycle only climbs), and the targets of back edges of a depth-first search (no cycle has none).
private struct CycleSearch {
    /// How far the depth-first search is with a node.
    private enum Mark {
        case fresh
        case onPath
        /// On the path, and an edge came back to it.
        case target
        case left
    }

    let graph: Graph
    /// The components of more than one node.
    let components: [[Int]]
    var workLeft: Int
    /// The component of a node, -1 for none; nodes of which every cycle is known leave theirs.
    private var member: [Int]
    private var parent: [Int]
    private var marks: [Mark]
    private var best: [Int] = []

    init(graph: Graph, components: [[Int]], workLeft: Int) {
        self.graph = graph
        self.components = components
        self.workLeft = workLeft
        member = [Int](repeating: -1, count: graph.count)
        parent = member
        marks = [Mark](repeating: .fresh, count: graph.count)
        for (number, nodes) in components.enumerated() {
            for node in nodes { member[node] = number }
        }
    }

    mutating func run() -> [Int]? {
        var starts: [[Int]] = []
        for component in components.indices { starts.append(feedback(in: component)) }
        // One search in each component first, so that a limit cuts refinement and never a whole component.
        for nodes in starts { search(from: nodes.prefix(1)) }
        for nodes in starts where workLeft > 0 { search(from: nodes.dropFirst()) }
        return best.isEmpty ? nil : best
    }

    private mutating func search(from nodes: ArraySlice<Int>) {
        for (index, node) in nodes.enumerated() where index == 0 || workLeft > 0 {
            if let cycle = cycle(through: node) { best = cycle }
            member[node] = -1
        }
    }

    /// The shortest cycle through `start` that is shorter than the best so far, by breadth-first search.
    private mutating func cycle(through start: Int) -> [Int]? {
        let component = member[start]
        var touched = [start]
        defer { for node in touched { parent[node] = -1 } }
        parent[start] = start
        var next = 0
        var levelEnd = 1
        var length = 1
        while next < touched.count {
            if !best.isEmpty, length >= best.count { return nil }
            let node = touched[next]
            workLeft -= graph.successors(of: node).count
            for successor in graph.successors(of: node) where member[successor] == component {
                if successor == start { return path(from: start, to: node) }
                guard parent[successor] < 0 else { continue }
                parent[successor] = node
                touched.append(successor)
            }
            next += 1
            if next == levelEnd {
                levelEnd = touched.count
                length += 1
            }
        }
        return nil
    }

    /// The way the search went from `start` to `end`, turned so that it begins with its smallest node.
    private func path(from start: Int, to end: Int) -> [Int] {
        var nodes = [end]
        var node = end
        while node != start {
            node = parent[node]
            nodes.append(node)
        }
        nodes.reverse()
        guard let smallest = nodes.min(), let place = nodes.firstIndex(of: smallest) else { return nodes }
        return Array(nodes[place...] + nodes[..<place])
    }

    private mutating func feedback(in component: Int) -> [Int] {
        let nodes = components[component]
        let down = nodes.filter { node in
            graph.predecessors(of: node).contains { $0 > node && member[$0] == component }
        }
        guard down.count > 1 else { return down }
        let back = backEdgeTargets(in: component)
        return back.count < down.count ? back : down
    }

    /// The nodes that a depth-first search from the component's smallest node comes back to, ascending.
    private mutating func backEdgeTargets(in component: Int) -> [Int] {
        var targets: [Int] = []
        var path: [(node: Int, rest: ArraySlice<Int>)] = []
        // Strongly connected: the first node reaches all others.
        for root in components[component].prefix(1) {
            marks[root] = .onPath
            path.append((root, graph.successors(of: root)))
        }
        while let top = path.indices.last {
            guard let next = path[top].rest.popFirst() else {
                marks[path.removeLast().node] = .left
                continue
            }
            guard member[next] == component else { continue }
            switch marks[next] {
            case .fresh:
                marks[next] = .onPath
                path.append((next, graph.successors(of: next)))
            case .onPath:
                marks[next] = .target
                targets.append(next)
            case .target, .left:
                break
            }
        }
        return targets.sorted()
    }
}
