import DAG
import Testing

@Suite("Critical path")
struct CriticalPathTests {
    @Test("a textbook network: starts, slack, path and what remains")
    func golden() {
        // 0 (3 s) → 1 (2 s) → 3 (4 s); 0 → 2 (5 s) → 3; 4 (1 s) alone.
        let graph = Graphs.make(5, [[0, 1], [0, 2], [1, 3], [2, 3]])
        let result = CriticalPath(graph: graph, durations: [3, 2, 5, 4, 1])
        #expect(result.length == 12)
        #expect(result.path == [0, 2, 3])
        #expect(result.earliestStart == [0, 3, 3, 8, 0])
        #expect(result.earliestFinish == [3, 5, 8, 12, 1])
        #expect(result.latestStart == [0, 6, 3, 8, 11])
        #expect(result.slack == [0, 3, 0, 0, 11])
        #expect(result.remaining == [12, 6, 9, 4, 1])
    }

    @Test("of equally long chains the one with the smaller index is the path")
    func tie() {
        #expect(CriticalPath(graph: Graphs.diamond, durations: [1, 1, 1, 1]).path == [0, 1, 3])
        #expect(CriticalPath(graph: Graphs.make(3, []), durations: [2, 2, 2]).path == [0])
    }

    @Test("durations that make no sense count as 0")
    func nonsense() {
        let graph = Graphs.chain(4)
        let result = CriticalPath(graph: graph, durations: [-5, .nan, .infinity, 2])
        #expect(result.length == 2)
        #expect(result.earliestStart == [0, 0, 0, 0])
        #expect(result.path == [0, 1, 2, 3])
        #expect(result == CriticalPath(graph: graph, durations: [0, 0, 0, 2]))
    }

    @Test("nodes on a cycle and behind it are left out")
    func cycle() {
        let graph = Graphs.make(5, [[0, 1], [1, 2], [2, 1], [2, 3], [0, 4]])
        let result = CriticalPath(graph: graph, durations: [1, 10, 10, 10, 2])
        #expect(result.length == 3)
        #expect(result.path == [0, 4])
        #expect(result.remaining == [3, 0, 0, 0, 2])
        #expect(result.slack == [0, 0, 0, 0, 0])
        let hopeless = CriticalPath(graph: Graphs.make(2, [[0, 1], [1, 0]]), durations: [1, 1])
        #expect(hopeless.path.isEmpty)
        #expect(hopeless.length == 0)
    }

    @Test("no nodes, no path")
    func empty() {
        let result = CriticalPath(graph: Graphs.make(0, []), durations: [])
        #expect(result.path.isEmpty)
        #expect(result.length == 0)
    }

    @Test("rounding does not show as slack", arguments: UInt64(0)..<10)
    func rounding(seed: UInt64) {
        // Summed from the front and from the back, fractions differ in their last bits.
        var random = SplitMix64(seed: seed)
        let durations = (0..<5_000).map { _ in Double(random.below(1_000)) / 1_000 }
        let result = CriticalPath(graph: Graphs.chain(5_000), durations: durations)
        #expect(result.slack.allSatisfy { $0 == 0 })
    }

    @Test("figures agree with a listing of all chains", arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.randomAcyclic(&random)
        // Whole seconds: sums are exact and can be compared with ==.
        let durations = (0..<graph.count).map { _ in Double(random.below(6)) }
        func length(_ nodes: some Sequence<Int>) -> Double { nodes.reduce(0) { $0 + durations[$1] } }
        let chains = Oracle.chains(graph)
        let longest = chains.map(length).max() ?? 0
        let result = CriticalPath(graph: graph, durations: durations)

        #expect(result.length == longest)
        #expect(chains.contains(result.path))
        #expect(length(result.path) == longest)
        for node in 0..<graph.count {
            let through = chains.filter { $0.contains(node) }
            let before = through.map { length($0.prefix { $0 != node }) }.max()
            let after = through.map { length($0.drop { $0 != node }) }.max()
            #expect(result.earliestStart[node] == before)
            #expect(result.earliestFinish[node] == result.earliestStart[node] + durations[node])
            #expect(result.remaining[node] == after)
            #expect(result.slack[node] == longest - (through.map(length).max() ?? 0))
            #expect(result.latestStart[node] == result.earliestStart[node] + result.slack[node])
        }
    }

    @Test("a chain of 50,000 nodes is its own critical path")
    func large() {
        let durations = [Double](repeating: 1, count: 50_000)
        let result = CriticalPath(graph: Graphs.chain(50_000), durations: durations)
        #expect(result.length == 50_000)
        #expect(result.path.count == 50_000)
    }
}
