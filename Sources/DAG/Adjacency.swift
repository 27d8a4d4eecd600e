/// The neighbours of every node, packed end to end (compressed sparse rows).
struct Adjacency: Equatable, Sendable {
    /// Row `n` is `neighbours[starts[n]..<starts[n + 1]]`; one more entry than there are nodes.
    let starts: [Int]
    let neighbours: [Int]

    private init(starts: [Int], neighbours: [Int]) {
        self.starts = starts
        self.neighbours = neighbours
    }

    /// `count` rows of `to` by `from`, in the order given and with duplicates kept.
    init(count: Int, edges: [Edge]) {
        var starts = [Int](repeating: 0, count: count + 1)
        for edge in edges {
            starts[edge.from + 1] += 1
        }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var free = starts
        var neighbours = [Int](repeating: 0, count: edges.count)
        for edge in edges {
            neighbours[free[edge.from]] = edge.to
            free[edge.from] += 1
        }
        self.init(starts: starts, neighbours: neighbours)
    }

    var count: Int { starts.count - 1 }

    subscript(node: Int) -> ArraySlice<Int> {
        neighbours[starts[node]..<starts[node + 1]]
    }

    /// Every edge turned round. Rows come out ascending, whatever the order of these was, because sources are visited
    /// in ascending order: two turns sort all rows in linear time.
    func reversed() -> Adjacency {
        var starts = [Int](repeating: 0, count: count + 1)
        for neighbour in neighbours { starts[neighbour + 1] += 1 }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var free = starts
        var turned = [Int](repeating: 0, count: neighbours.count)
        for node in 0..<count {
            for neighbour in self[node] {
                turned[free[neighbour]] = node
                free[neighbour] += 1
            }
        }
        return Adjacency(starts: starts, neighbours: turned)
    }

    /// The same rows with equal neighbours merged. Rows must be ascending.
    func withoutDuplicates() -> Adjacency {
        var starts = [0]
        starts.reserveCapacity(count + 1)
        var kept: [Int] = []
        kept.reserveCapacity(neighbours.count)
        for node in 0..<count {
            let rowStart = kept.count
            for neighbour in self[node] where kept.count == rowStart || kept[kept.count - 1] != neighbour {
                kept.append(neighbour)
            }
            starts.append(kept.count)
        }
        return Adjacency(starts: starts, neighbours: kept)
    }
}
