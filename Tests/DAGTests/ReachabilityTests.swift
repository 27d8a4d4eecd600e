import DAG
import Testing

@Suite("Reachability")
struct ReachabilityTests {
    @Test("ancestors and descendants leave out the nodes asked about, unless one needs the other")
    func golden() {
        let graph = Graphs.make(6, [[0, 1], [1, 2], [2, 3], [4, 2]])
        #expect(Array(graph.ancestors(of: [2])) == [0, 1, 4])
        #expect(Array(graph.ancestors(of: [1, 2])) == [0, 1, 4])
        #expect(Array(graph.descendants(of: [1])) == [2, 3])
        #expect(Array(graph.descendants(of: [4, 0])) == [1, 2, 3])
        #expect(graph.descendants(of: [5]).isEmpty)
        #expect(graph.ancestors(of: []).isEmpty)
    }

    @Test("a node on a cycle is its own ancestor")
    func cycle() {
        #expect(Array(Graphs.make(3, [[0, 1], [1, 0], [1, 2]]).ancestors(of: [1])) == [0, 1])
    }

    @Test("a shortest path includes both ends")
    func path() {
        let graph = Graphs.make(6, [[0, 1], [1, 2], [2, 5], [0, 3], [3, 5], [0, 4], [4, 5]])
        #expect(graph.shortestPath(from: 0, to: 5) == [0, 3, 5])
        #expect(graph.shortestPath(from: 5, to: 0) == nil)
        #expect(graph.shortestPath(from: 2, to: 2) == [2])
    }

    @Test("sets and paths agree with the closure", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.random(&random)
        let reach = Oracle.reach(graph)
        let distances = Oracle.distances(graph)
        let nodes = 0..<graph.count
        let asked = nodes.filter { _ in random.chance(20) }
        #expect(Array(graph.descendants(of: asked)) == nodes.filter { node in asked.contains { reach[$0][node] } })
        #expect(Array(graph.ancestors(of: asked)) == nodes.filter { node in asked.contains { reach[node][$0] } })
        for from in nodes {
            for to in nodes where from != to {
                let path = graph.shortestPath(from: from, to: to)
                #expect(path.map { $0.count - 1 } == distances[from][to])
                guard let path else { continue }
                #expect(path.first == from && path.last == to)
                for (node, next) in zip(path, path.dropFirst()) {
                    #expect(graph.contains(Edge(from: node, to: next)))
                }
            }
        }
    }
}
