import DAG
import Testing

@Suite("Transitive reduction")
struct ReductionTests {
    @Test("an edge implied by a longer way is redundant, and only that")
    func golden() {
        let graph = Graphs.make(5, [[0, 1], [1, 2], [0, 2], [2, 3], [0, 3], [0, 4]])
        #expect(graph.redundantEdges() == [Edge(from: 0, to: 2), Edge(from: 0, to: 3)])
        #expect(Graphs.diamond.redundantEdges().isEmpty)
    }

    @Test("an edge that skips a wave without being implied stays")
    func skip() {
        let graph = Graphs.make(4, [[0, 1], [1, 2], [3, 2]])
        #expect(graph.redundantEdges().isEmpty)
        #expect(Graphs.make(5, [[0, 1], [1, 2], [3, 4], [3, 2]]).redundantEdges().isEmpty)
    }

    @Test("edges on a cycle and behind it are kept")
    func cycle() {
        let graph = Graphs.make(7, [[0, 1], [1, 0], [1, 2], [2, 3], [1, 3], [4, 5], [5, 6], [4, 6]])
        #expect(graph.redundantEdges() == [Edge(from: 4, to: 6)])
    }

    @Test("redundant is what another successor reaches", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Some larger than the 64 targets of one pass.
        let graph = Graphs.randomAcyclic(&random, upTo: seed < 150 ? 14 : 180)
        let reach = Oracle.reach(graph)
        let expected = graph.edges.filter { edge in
            graph.successors(of: edge.from).contains { $0 != edge.to && reach[$0][edge.to] }
        }
        #expect(graph.redundantEdges() == expected)
        let reduction = Graph(count: graph.count, edges: graph.edges.filter { !expected.contains($0) })
        #expect(Oracle.reach(reduction) == reach)
    }

    @Test("10,000 nodes with long edges are reduced to the chain they hide")
    func large() {
        let long = (0..<20_000).map { index in
            let from = index % 9_000
            return Edge(from: from, to: from + 2 + index * 7 % 998)
        }
        let chain = Graphs.chain(10_000)
        let graph = Graph(count: 10_000, edges: chain.edges + long)
        let redundant = Set(graph.redundantEdges())
        #expect(graph.edges.filter { !redundant.contains($0) } == chain.edges)
    }
}
