/// The critical path method: when each node can start, how long it may wait, and which chain sets the total.
///
/// Source: J. E. Kelley and M. R. Walker, "Critical-Path Planning and Scheduling", 1959. Times are seconds from the
/// start of the run, with as many nodes at once as the graph allows.
///
/// Durations that are negative, infinite or not a number count as 0. The graph should be acyclic: nodes on a cycle,
/// and whatever needs them, are left out, and all their figures are 0. Takes linear time.
package struct CriticalPath: Equatable, Sendable {
    package let earliestStart: [Double]
    package let earliestFinish: [Double]
    /// The latest start that does not make the whole longer.
    package let latestStart: [Double]
    /// How long a node may wait without making the whole longer; exactly 0 on `path`.
    package let slack: [Double]
    /// From a node's start to the end of the longest chain that follows it, the node included: its priority in a
    /// schedule (highest level first; T. C. Hu, "Parallel Sequencing and Assembly Line Problems", 1961).
    package let remaining: [Double]
    /// The length of the longest chain.
    package let length: Double
    /// The nodes of a longest chain, first to last. Of several, the one whose first differing node has the smallest
    /// index. Empty only when no node can be ordered.
    package let path: [Int]

    /// `durations` holds the seconds of every node.
    package init(graph: Graph, durations: [Double]) {
        precondition(durations.count == graph.count, "one duration a node")
        let order = graph.layeredOrder()
        var start = [Double](repeating: 0, count: graph.count)
        var finish = start
        for node in order {
            for predecessor in graph.predecessors(of: node) { start[node] = max(start[node], finish[predecessor]) }
            finish[node] = start[node] + usableSeconds(durations[node])
        }

        var ordered = [Bool](repeating: false, count: graph.count)
        for node in order { ordered[node] = true }
        var remaining = [Double](repeating: 0, count: graph.count)
        for node in order.reversed() {
            var after = 0.0
            for successor in graph.successors(of: node) { after = max(after, remaining[successor]) }
            remaining[node] = usableSeconds(durations[node]) + after
        }

        let path = Self.longestChain(graph, ordered, remaining)
        let length = path.first.map { remaining[$0] } ?? 0
        // Sums along different chains, and of one chain from either end, round differently, by at most half a unit in
        // the last place of the length for each sum: what is left of that is no slack.
        let rounding = length * Double.ulpOfOne * Double(order.count + 1)
        var slack = [Double](repeating: 0, count: graph.count)
        for node in order {
            let room = length - remaining[node] - start[node]
            slack[node] = room > rounding ? room : 0
        }

        earliestStart = start
        earliestFinish = finish
        latestStart = zip(start, slack).map { $0 + $1 }
        self.slack = slack
        self.remaining = remaining
        self.length = length
        self.path = path
    }

    private static func longestChain(_ graph: Graph, _ ordered: [Bool], _ remaining: [Double]) -> [Int] {
        func longest(_ nodes: some Sequence<Int>) -> Int? {
            var best: Int?
            for node in nodes where ordered[node] {
                if let current = best, remaining[node] <= remaining[current] { continue }
                best = node
            }
            return best
        }
        var path: [Int] = []
        var next = longest((0..<graph.count).lazy.filter { graph.predecessors(of: $0).isEmpty })
        while let node = next {
            path.append(node)
            next = longest(graph.successors(of: node))
        }
        return path
    }
}

/// A duration as all sums take it: finite and not negative, else 0.
func usableSeconds(_ duration: Double) -> Double {
    duration.isFinite && duration > 0 ? duration : 0
}
