import DAG
import Testing

@Suite("Reachability of many nodes at once")
struct GroupReachTests {
    @Test("pairs and groups agree with the closure", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.random(&random)
        let reach = Oracle.reach(graph)
        let nodes = Array(0..<graph.count)
        func leads(_ from: Int, _ to: Int) -> Bool { from == to || reach[from][to] }
        let pairs = nodes.flatMap { from in nodes.map { Edge(from: from, to: $0) } }.shuffled(using: &random)
        #expect(graph.connects(pairs) == pairs.map { leads($0.from, $0.to) })
        let groups = (0..<3).map { _ in nodes.filter { _ in random.chance(30) } }
        #expect(
            graph.reachCounts(of: groups)
                == groups.map { group in nodes.filter { node in group.contains { leads($0, node) } }.count })
    }

    @Test("answers span more nodes and groups than a machine word has bits")
    func wide() {
        let chain = Graphs.chain(300)
        let pairs = (0..<300).map { Edge(from: 299 - $0, to: $0) }
        #expect(chain.connects(pairs) == pairs.map { $0.from <= $0.to })
        #expect(chain.reachCounts(of: (0..<300).map { [$0] }) == (0..<300).map { 300 - $0 })
        let ring = Graph(count: 150, edges: (0..<150).map { Edge(from: $0, to: ($0 + 1) % 150) })
        #expect(ring.reachCounts(of: [[7], [1, 2], []]) == [150, 150, 0])
        #expect(ring.connects([]) == [])
    }
}
