import DAG
import Testing

@Suite("Components")
struct ComponentsTests {
    @Test("nodes that need each other form one component; others are alone")
    func golden() {
        let graph = Graphs.make(7, [[5, 1], [1, 3], [3, 5], [3, 0], [0, 6], [6, 0], [2, 2]])
        #expect(graph.stronglyConnectedComponents() == [[0, 6], [1, 3, 5], [2], [4]])
    }

    @Test("components are the classes of mutual reachability", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.random(&random)
        let reach = Oracle.reach(graph)
        var expected: [[Int]] = []
        for node in 0..<graph.count where !expected.contains(where: { $0.contains(node) }) {
            expected.append((0..<graph.count).filter { $0 == node || reach[node][$0] && reach[$0][node] })
        }
        #expect(graph.stronglyConnectedComponents() == expected)
    }

    @Test("a ring of 50,000 nodes is one component, a chain is as many as it has nodes")
    func large() {
        let ring = Graph(count: 50_000, edges: (0..<50_000).map { Edge(from: $0, to: ($0 + 1) % 50_000) })
        #expect(ring.stronglyConnectedComponents().map(\.count) == [50_000])
        #expect(Graphs.chain(50_000).stronglyConnectedComponents().count == 50_000)
    }
}
