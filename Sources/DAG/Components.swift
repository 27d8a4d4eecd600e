/// Strongly connected components: groups of nodes that all need each other.
extension Graph {
    /// All components, each ascending, in the order of their smallest nodes. A node on no cycle is a component alone.
    /// (Tarjan's algorithm in linear time, with a stack of its own: depth does not matter.)
    package func stronglyConnectedComponents() -> [[Int]] {
        let found = componentNumbers()
        var place = [Int](repeating: -1, count: found.count)
        var components: [[Int]] = []
        components.reserveCapacity(found.count)
        for node in 0..<count {
            let number = found.numbers[node]
            if place[number] < 0 {
                place[number] = components.count
                components.append([node])
            } else {
                components[place[number]].append(node)
            }
        }
        return components
    }

    /// The component of every node, numbered so that what is needed has the higher number, and how many there are.
    func componentNumbers() -> (numbers: [Int], count: Int) {
        var search = ComponentSearch(graph: self)
        for node in 0..<count { search.visit(from: node) }
        return (search.numbers, search.found)
    }
}

/// The state of Tarjan's search, which a recursive version would keep on the call stack.
///
/// Source: R. Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972.
private struct ComponentSearch {
    let graph: Graph
    /// The component of a node; -1 until it is known.
    var numbers: [Int]
    var found = 0
    /// When a node was first seen, from 0; -1 for not yet.
    private var seen: [Int]
    /// The earliest node still open that the node is known to reach.
    private var low: [Int]
    private var clock = 0
    /// Nodes seen whose component is not known yet.
    private var open: [Int] = []
    /// The path from the root of the search, each node with the neighbours it has yet to follow.
    private var path: [(node: Int, rest: ArraySlice<Int>)] = []

    init(graph: Graph) {
        self.graph = graph
        numbers = [Int](repeating: -1, count: graph.count)
        seen = numbers
        low = numbers
    }

    mutating func visit(from root: Int) {
        guard seen[root] < 0 else { return }
        enter(root)
        while let top = path.indices.last {
            if let next = path[top].rest.popFirst() {
                if seen[next] < 0 {
                    enter(next)
                } else if numbers[next] < 0 {
                    low[path[top].node] = min(low[path[top].node], seen[next])
                }
            } else {
                leave(path.removeLast().node)
            }
        }
    }

    private mutating func enter(_ node: Int) {
        seen[node] = clock
        low[node] = clock
        clock += 1
        open.append(node)
        path.append((node, graph.successors(of: node)))
    }

    private mutating func leave(_ node: Int) {
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        guard low[node] == seen[node] else { return }
        while let member = open.popLast() {
            numbers[member] = found
            if member == node { break }
        }
        found += 1
    }
}
