import DAG
import Testing

@Suite("Order")
struct OrderTests {
    @Test("the topological order takes the smallest index among what could come next")
    func smallestFirst() {
        #expect(Graphs.make(5, [[4, 0], [3, 1]]).topologicalOrder() == [2, 3, 1, 4, 0])
        #expect(Graphs.diamond.topologicalOrder() == [0, 1, 2, 3])
    }

    @Test("there is no topological order on a cycle or a node that needs itself")
    func noOrder() {
        #expect(Graphs.make(3, [[0, 1], [1, 2], [2, 1]]).topologicalOrder() == nil)
        #expect(Graphs.make(2, [[1, 1]]).topologicalOrder() == nil)
    }

    @Test("a wave holds what may run at once, each node right after the last of its needs")
    func waves() {
        #expect(Graphs.make(6, [[0, 1], [1, 2], [0, 2], [3, 2], [4, 3]]).waves() == [[0, 4, 5], [1, 3], [2]])
    }

    @Test("nodes on a cycle and behind it have no wave; the others keep theirs")
    func cyclicWaves() {
        let graph = Graphs.make(6, [[0, 1], [1, 2], [2, 1], [2, 3], [0, 4]])
        #expect(graph.waves() == [[0, 5], [4]])
        #expect(graph.waveIndices() == [0, -1, -1, -1, 1, 0])
    }

    @Test("orders and waves agree with their definitions", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.random(&random)
        let outside = Oracle.unorderable(graph)
        let waves = graph.waveIndices()
        for node in 0..<graph.count {
            if outside.contains(node) {
                #expect(waves[node] == -1)
            } else {
                #expect(waves[node] == graph.predecessors(of: node).map { waves[$0] + 1 }.max() ?? 0)
            }
        }
        #expect(graph.waves().flatMap { $0 }.sorted() == (0..<graph.count).filter { !outside.contains($0) })
        for (index, wave) in graph.waves().enumerated() { #expect(wave == wave.filter { waves[$0] == index }.sorted()) }
        #expect(graph.topologicalOrder() == smallestFirstOrder(graph))
    }

    private func smallestFirstOrder(_ graph: Graph) -> [Int]? {
        var order: [Int] = []
        while let next = (0..<graph.count).first(where: { node in
            !order.contains(node) && graph.predecessors(of: node).allSatisfy { order.contains($0) }
        }) {
            order.append(next)
        }
        return order.count == graph.count ? order : nil
    }

    @Test("chains and layers of 50,000 nodes are ordered without recursion")
    func large() {
        let chain = Graphs.chain(50_000)
        #expect(chain.topologicalOrder() == Array(0..<50_000))
        #expect(chain.waves().count == 50_000)
        #expect(Graphs.layered(50_000).waves().count == 1_000)
    }
}
