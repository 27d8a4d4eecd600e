import DAG
import Testing

@Suite("Shortest cycle")
struct CycleTests {
    @Test("an acyclic graph has none")
    func none() {
        #expect(Graphs.diamond.shortestCycle() == nil)
    }

    @Test("begins with its smallest node and follows the edges")
    func golden() {
        #expect(Graphs.make(4, [[2, 3], [3, 1], [1, 2], [0, 1]]).shortestCycle() == [1, 2, 3])
    }

    @Test("a node that needs itself comes before any longer cycle")
    func selfLoop() {
        #expect(Graphs.make(3, [[0, 1], [1, 0], [2, 2]]).shortestCycle() == [2])
    }

    @Test("a pair comes before a longer cycle")
    func pair() {
        #expect(Graphs.make(5, [[0, 1], [1, 2], [2, 0], [3, 4], [4, 3]]).shortestCycle() == [3, 4])
    }

    @Test("of two cycles in one component the shorter is given")
    func shorter() {
        let graph = Graphs.make(7, [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [3, 5], [5, 6], [6, 3]])
        #expect(graph.shortestCycle() == [3, 5, 6])
    }

    @Test("is a cycle of the graph and no longer than any other", arguments: UInt64(0)..<400)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Larger and denser than elsewhere, so that the shortest cycle is often not the first one met.
        let graph = seed.isMultiple(of: 2) ? Graphs.random(&random) : withoutShortCycles(&random)
        let distances = Oracle.distances(graph)
        let shortest = (0..<graph.count).compactMap { distances[$0][$0] }.min()
        let cycle = graph.shortestCycle()
        #expect(cycle?.count == shortest)
        guard let cycle else { return }
        expectCycle(cycle, in: graph)
        #expect(cycle.first == cycle.min())
    }

    private func withoutShortCycles(_ random: inout SplitMix64) -> Graph {
        let count = random.below(25) + 5
        var edges = Set<Edge>()
        for _ in 0..<count * 2 {
            let edge = Edge(from: random.below(count), to: random.below(count))
            if edge.from != edge.to, !edges.contains(Edge(from: edge.to, to: edge.from)) { edges.insert(edge) }
        }
        return Graph(count: count, edges: edges)
    }

    private func expectCycle(_ cycle: [Int], in graph: Graph) {
        #expect(Set(cycle).count == cycle.count)
        for (node, next) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) {
            #expect(graph.contains(Edge(from: node, to: next)))
        }
    }

    @Test("a used-up work limit still gives a cycle, the shortest through one node of each component")
    func workLimit() {
        // Two rings of 6 and 5 that share no node, the 5 with a chord that makes a 3 the first search does not meet.
        let graph = Graphs.make(
            11,
            [
                [0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0], [6, 7], [7, 8], [8, 9], [9, 10], [10, 6], [8, 10],
                [9, 7],
            ])
        #expect(graph.shortestCycle() == [7, 8, 9])
        #expect(graph.shortestCycle(workLimit: 0) == [6, 7, 8, 10])
    }

    @Test("a used-up work limit misses no pair and no node that needs itself")
    func workLimitShort() {
        let pairs = [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [3, 2]]
        #expect(Graphs.make(5, pairs).shortestCycle(workLimit: 0) == [2, 3])
        #expect(Graphs.make(5, pairs + [[4, 4]]).shortestCycle(workLimit: 0) == [4])
    }

    @Test("a single wrong edge in 50,000 layered nodes is found, in a bounded number of steps, in either direction")
    func large() {
        let layered = Graphs.layered(50_000)
        let target = layered.successors(of: 0).first ?? 50
        let end = layered.descendants(of: [target]).reduce(0, max)
        for graph in [layered, layered.reversed()] {
            let wrong = graph == layered ? Edge(from: end, to: target) : Edge(from: target, to: end)
            let cyclic = Graph(count: graph.count, edges: graph.edges + [wrong])
            let cycle = cyclic.shortestCycle() ?? []
            #expect(cycle.count == 999)
            expectCycle(cycle, in: cyclic)
        }
    }

    @Test("a shuffled ring of 50,000 nodes and 16,000 small rings are found whole")
    func rings() {
        var random = SplitMix64(seed: 3)
        let names = Array(0..<50_000).shuffled(using: &random)
        let ring = names.indices.map { Edge(from: names[$0], to: names[($0 + 1) % names.count]) }
        #expect(Graph(count: 50_000, edges: ring).shortestCycle()?.count == 50_000)
        let small = (0..<48_000).map { Edge(from: $0, to: $0 % 3 == 2 ? $0 - 2 : $0 + 1) }
        #expect(Graph(count: 48_000, edges: small).shortestCycle() == [0, 1, 2])
    }
}
