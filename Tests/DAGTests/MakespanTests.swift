import DAG
import Testing

@Suite("Makespan")
struct MakespanTests {
    @Test("one job runs one node after another, by priority")
    func oneJob() {
        let result = Makespan.simulate(
            graph: Graphs.make(3, []), durations: [1, 2, 3], priorities: [1, 3, 2], jobs: 1)
        #expect(result.makespan == 6)
        #expect(result.starts == [5, 0, 2])
        #expect(result.finishes == [6, 2, 5])
    }

    @Test("with jobs enough the critical path is the makespan")
    func enoughJobs() {
        let graph = Graphs.make(5, [[0, 1], [0, 2], [1, 3], [2, 3]])
        let result = Makespan.simulate(
            graph: graph, durations: [3, 2, 5, 4, 1], priorities: [0, 0, 0, 0, 0], jobs: 5)
        #expect(result.makespan == 12)
        #expect(result.starts == [0, 3, 3, 8, 0])
    }

    @Test("starting the longest remaining chain first is shorter than starting it last")
    func priorityMatters() {
        let graph = Graphs.make(5, [[2, 3], [3, 4]])
        let durations: [Double] = [3, 3, 2, 2, 2]
        let remaining = CriticalPath(graph: graph, durations: durations).remaining
        func makespan(_ priorities: [Double]) -> Double {
            Makespan.simulate(graph: graph, durations: durations, priorities: priorities, jobs: 2).makespan
        }
        #expect(makespan(remaining) == 6)
        #expect(makespan([3, 3, 0, 0, 0]) == 9)
    }

    @Test("a full pool holds its own nodes back, highest priority first, and no job with them")
    func pool() {
        // 0, 1 and 2 share a disk; 3 does not.
        let result = Makespan.simulate(
            graph: Graphs.make(4, []), durations: [2, 2, 2, 1], priorities: [4, 2, 3, 1], jobs: 2,
            pools: [Makespan.Pool(limit: 1, members: [0, 1, 2])])
        #expect(result.starts == [0, 4, 2, 0])
        #expect(result.makespan == 6)
    }

    @Test("what becomes ready later goes before what waits for the pool when its priority is higher")
    func poolPriority() {
        let result = Makespan.simulate(
            graph: Graphs.make(4, [[3, 2]]), durations: [2, 2, 2, 1], priorities: [4, 1, 3, 2], jobs: 4,
            pools: [Makespan.Pool(limit: 1, members: [0, 1, 2])])
        #expect(result.starts == [0, 4, 2, 0])
    }

    @Test("all that ends at one moment ends before anything starts then")
    func sameMoment() {
        // 0 unblocks 2 and 1 unblocks 3 and 4, which go first, when both end after one second.
        let result = Makespan.simulate(
            graph: Graphs.make(5, [[0, 2], [1, 3], [1, 4]]), durations: [1, 1, 1, 1, 1],
            priorities: [9, 9, 1, 2, 2], jobs: 2)
        #expect(result.starts == [0, 0, 2, 1, 1])
    }

    @Test("a priority that is not a number counts as lowest among those that wait for a pool, too")
    func poolNaN() {
        let result = Makespan.simulate(
            graph: Graphs.make(4, []), durations: [1, 1, 1, 1], priorities: [9, .nan, 1, -1], jobs: 4,
            pools: [Makespan.Pool(limit: 1, members: [0, 1, 2, 3])])
        #expect(result.starts == [0, 3, 1, 2])
    }

    @Test("fewer than one job or place counts as one; senseless durations as 0")
    func nonsense() {
        let result = Makespan.simulate(
            graph: Graphs.make(3, []), durations: [1, .nan, -1], priorities: [.nan, 1, 2], jobs: -3,
            pools: [Makespan.Pool(limit: 0, members: [0, 1, 2])])
        #expect(result.makespan == 1)
        #expect(result.starts == [0, 0, 0])
    }

    @Test("a node of several pools belongs to the first")
    func severalPools() {
        let pools = [Makespan.Pool(limit: 2, members: [0, 1]), Makespan.Pool(limit: 1, members: [0, 1])]
        let result = Makespan.simulate(
            graph: Graphs.make(2, []), durations: [1, 1], priorities: [0, 0], jobs: 2, pools: pools)
        #expect(result.makespan == 1)
    }

    @Test("nodes on a cycle and behind it never start")
    func cycle() {
        let graph = Graphs.make(4, [[0, 1], [1, 2], [2, 1], [2, 3]])
        let result = Makespan.simulate(
            graph: graph, durations: [1, 1, 1, 1], priorities: [0, 0, 0, 0], jobs: 2)
        #expect(result.makespan == 1)
        #expect(result.starts == [0, .infinity, .infinity, .infinity])
    }

    @Test("no nodes take no time")
    func empty() {
        let result = Makespan.simulate(graph: Graphs.make(0, []), durations: [], priorities: [], jobs: 1)
        #expect(result.makespan == 0)
    }

    @Test(
        "needs, jobs and pools are kept at every moment, and the makespan lies within the bounds",
        arguments: UInt64(0)..<200)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.randomAcyclic(&random, upTo: 25)
        let nodes = 0..<graph.count
        let durations = nodes.map { _ in Double(random.below(5)) }
        let jobs = random.below(4) + 1
        let poolOf = nodes.map { _ in random.below(3) }
        let pools =
            seed.isMultiple(of: 2)
            ? []
            : (0..<2).map { pool in
                Makespan.Pool(limit: random.below(2) + 1, members: nodes.filter { poolOf[$0] == pool })
            }
        let result = Makespan.simulate(
            graph: graph, durations: durations,
            priorities: CriticalPath(graph: graph, durations: durations).remaining, jobs: jobs, pools: pools)

        for node in nodes {
            #expect(result.finishes[node] == result.starts[node] + durations[node])
            for need in graph.predecessors(of: node) { #expect(result.finishes[need] <= result.starts[node]) }
        }
        #expect(result.makespan == result.finishes.max())
        for moment in Set(result.starts) {
            let running = nodes.filter { result.starts[$0] <= moment && moment < result.finishes[$0] }
            #expect(running.count <= jobs)
            for pool in pools { #expect(running.filter { pool.members.contains($0) }.count <= pool.limit) }
        }
        let path = CriticalPath(graph: graph, durations: durations).length
        let share = durations.reduce(0, +) / Double(jobs)
        #expect(result.makespan >= max(path, share))
        if pools.isEmpty {
            // Graham's bound: some job is free only while the critical path moves on.
            #expect(result.makespan <= share + path * (1 - 1 / Double(jobs)) + 1e-9)
        }
    }

    @Test("50,000 nodes with a pool are simulated")
    func large() {
        let graph = Graphs.layered(50_000)
        let durations = [Double](repeating: 1, count: graph.count)
        let result = Makespan.simulate(
            graph: graph, durations: durations, priorities: durations, jobs: 50,
            pools: [Makespan.Pool(limit: 10, members: Array(0..<50))])
        #expect(result.finishes.allSatisfy { $0.isFinite })
        #expect(result.starts[0..<50].filter { $0 == 0 }.count == 10)
    }
}
