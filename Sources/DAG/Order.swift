/// Orders: which node can come when.
extension Graph {
    /// All nodes, every one after what it needs; among those that could come next the smallest index comes first.
    /// Nil when there is a cycle. (Kahn's algorithm with a heap: `O((V + E) log V)`.)
    package func topologicalOrder() -> [Int]? {
        var unmet = predecessorCounts()
        var ready = MinHeap<Int>()
        for node in 0..<count where unmet[node] == 0 { ready.push(node) }
        var order: [Int] = []
        order.reserveCapacity(count)
        while let node = ready.pop() {
            order.append(node)
            for successor in successors(of: node) {
                unmet[successor] -= 1
                if unmet[successor] == 0 { ready.push(successor) }
            }
        }
        return order.count == count ? order : nil
    }

    /// The nodes by wave, ascending within each: wave 0 needs nothing, and every other node is in the first wave after
    /// the last of what it needs. All nodes of a wave may run at once.
    ///
    /// The graph should be acyclic. Nodes on a cycle, and whatever needs them, have no wave and are left out.
    package func waves() -> [[Int]] {
        let indices = waveIndices()
        var waves = [[Int]](repeating: [], count: (indices.max() ?? -1) + 1)
        for node in 0..<count where indices[node] >= 0 { waves[indices[node]].append(node) }
        return waves
    }

    /// The wave of every node, from 0; -1 for nodes on a cycle and whatever needs them.
    package func waveIndices() -> [Int] {
        var waves = [Int](repeating: -1, count: count)
        for node in layeredOrder() {
            // The needs of a node in the layered order all come before it, so their waves are known.
            var wave = 0
            for predecessor in predecessors(of: node) { wave = max(wave, waves[predecessor] + 1) }
            waves[node] = wave
        }
        return waves
    }

    /// The nodes that are neither on a cycle nor behind one, every one after what it needs, in linear time.
    func layeredOrder() -> [Int] {
        var unmet = predecessorCounts()
        var order = (0..<count).filter { unmet[$0] == 0 }
        order.reserveCapacity(count)
        var next = 0
        while next < order.count {
            for successor in successors(of: order[next]) {
                unmet[successor] -= 1
                if unmet[successor] == 0 { order.append(successor) }
            }
            next += 1
        }
        return order
    }

    func predecessorCounts() -> [Int] {
        (0..<count).map { predecessors(of: $0).count }
    }
}
