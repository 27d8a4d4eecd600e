/// Reachability for many nodes at once, one bit of a machine word for each.
extension Graph {
    /// For each pair, whether `to` needs `from`, near or far; a node counts as needing itself.
    ///
    /// 64 targets at a time, so a graph of `V` nodes takes at most `E × V / 64` steps however many pairs there are.
    package func connects(_ pairs: [Edge]) -> [Bool] {
        var answers = [Bool](repeating: false, count: pairs.count)
        let targets = Array(NodeSet(capacity: count, pairs.map(\.to)))
        guard !targets.isEmpty else { return answers }
        var pairsOf = [[Int]](repeating: [], count: count)
        for (position, pair) in pairs.enumerated() { pairsOf[pair.to].append(position) }
        let walk = ComponentWalk(self)
        for block in stride(from: 0, to: targets.count, by: 64) {
            let columns = targets[block..<min(block + 64, targets.count)]
            let reach = walk.backward(from: columns.map { [$0] })
            for (bit, target) in columns.enumerated() {
                for position in pairsOf[target] {
                    answers[position] = reach[walk.numbers[pairs[position].from]] & (1 << UInt64(bit)) != 0
                }
            }
        }
        return answers
    }

    /// For each group, how many nodes are in it or need one of it, near or far: how much fails with the group.
    package func reachCounts(of groups: [[Int]]) -> [Int] {
        var counts = [Int](repeating: 0, count: groups.count)
        guard !groups.isEmpty else { return counts }
        let walk = ComponentWalk(self)
        for block in stride(from: 0, to: groups.count, by: 64) {
            let reach = walk.forward(from: Array(groups[block..<min(block + 64, groups.count)]))
            for component in reach.indices {
                var left = reach[component]
                while left != 0 {
                    counts[block + left.trailingZeroBitCount] += walk.members[component].count
                    left &= left - 1
                }
            }
        }
        return counts
    }
}

/// The components of a graph in an order that lets one pass carry bits from each to all it leads to.
private struct ComponentWalk {
    let graph: Graph
    /// The component of every node; what is needed has the higher number.
    let numbers: [Int]
    let members: Adjacency

    init(_ graph: Graph) {
        self.graph = graph
        let found = graph.componentNumbers()
        numbers = found.numbers
        members = Adjacency(
            count: found.count, edges: (0..<graph.count).map { Edge(from: found.numbers[$0], to: $0) })
    }

    /// For each component, which of at most 64 groups it leads to.
    func backward(from groups: [[Int]]) -> [UInt64] {
        var reach = own(groups)
        for component in reach.indices {
            for node in members[component] {
                for successor in graph.successors(of: node) { reach[component] |= reach[numbers[successor]] }
            }
        }
        return reach
    }

    /// For each component, which of at most 64 groups lead to it.
    func forward(from groups: [[Int]]) -> [UInt64] {
        var reach = own(groups)
        for component in reach.indices.reversed() {
            for node in members[component] {
                for predecessor in graph.predecessors(of: node) { reach[component] |= reach[numbers[predecessor]] }
            }
        }
        return reach
    }

    private func own(_ groups: [[Int]]) -> [UInt64] {
        var own = [UInt64](repeating: 0, count: members.count)
        for (bit, group) in groups.enumerated() {
            for node in group { own[numbers[node]] |= 1 << UInt64(bit) }
        }
        return own
    }
}
