import DAG
import Testing

@Suite("Graph")
struct GraphTests {
    @Test("merges duplicate edges and lists neighbours and edges ascending, whatever order they came in")
    func normalises() {
        let graph = Graphs.make(4, [[2, 3], [0, 3], [0, 1], [2, 3], [0, 2], [0, 3], [3, 3]])
        #expect(graph.count == 4)
        #expect(graph.edgeCount == 5)
        #expect(
            graph.edges == [
                Edge(from: 0, to: 1), Edge(from: 0, to: 2), Edge(from: 0, to: 3), Edge(from: 2, to: 3),
                Edge(from: 3, to: 3),
            ])
        #expect(Array(graph.successors(of: 0)) == [1, 2, 3])
        #expect(Array(graph.predecessors(of: 3)) == [0, 2, 3])
        #expect(graph.successors(of: 1).isEmpty)
    }

    @Test("may be empty")
    func empty() {
        let graph = Graphs.make(0, [])
        #expect(graph.edges.isEmpty)
        #expect(graph.topologicalOrder() == [])
        #expect(graph.waves() == [])
        #expect(graph.shortestCycle() == nil)
        #expect(graph.redundantEdges() == [])
        #expect(graph.stronglyConnectedComponents() == [])
    }

    @Test("knows which edges it has")
    func contains() {
        let graph = Graphs.diamond
        for from in 0..<4 {
            for to in 0..<4 {
                let edge = Edge(from: from, to: to)
                #expect(graph.contains(edge) == graph.edges.contains(edge))
            }
        }
    }

    @Test("reversed swaps what comes first and what comes last")
    func reversed() {
        #expect(Graphs.diamond.reversed() == Graphs.make(4, [[1, 0], [2, 0], [3, 1], [3, 2]]))
        #expect(Graphs.diamond.reversed().reversed() == Graphs.diamond)
    }

    @Test("edges sort by their source first")
    func edgeOrder() {
        let edges = [Edge(from: 1, to: 0), Edge(from: 0, to: 2), Edge(from: 0, to: 1)]
        #expect(edges.sorted() == [Edge(from: 0, to: 1), Edge(from: 0, to: 2), Edge(from: 1, to: 0)])
    }

    @Test("keeps exactly the edges it was given", arguments: UInt64(0)..<100)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = random.below(20) + 1
        let edges = (0..<random.below(60)).map { _ in Edge(from: random.below(count), to: random.below(count)) }
        let graph = Graph(count: count, edges: edges)
        #expect(graph.edges == Set(edges).sorted())
        for node in 0..<count {
            #expect(Array(graph.successors(of: node)) == Set(edges.filter { $0.from == node }.map(\.to)).sorted())
            #expect(Array(graph.predecessors(of: node)) == Set(edges.filter { $0.to == node }.map(\.from)).sorted())
        }
        #expect(Graph(count: count, edges: edges.shuffled(using: &random)) == graph)
    }
}
