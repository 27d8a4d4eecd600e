/// Predicts how long a run takes with a given number of jobs, by simulating the schedule the engine would follow.
///
/// List scheduling: whenever a job is free, the ready node of the highest priority starts. Its makespan is at most
/// `2 - 1/jobs` times the best possible (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", 1966), pools
/// aside.
package enum Makespan {
    /// A limit on how many of some nodes run at once, besides the number of jobs.
    package struct Pool: Sendable {
        package let limit: Int
        package let members: [Int]

        /// A limit below 1 counts as 1: nothing could end otherwise.
        package init(limit: Int, members: [Int]) {
            self.limit = max(1, limit)
            self.members = members
        }
    }

    /// When everything starts and ends, in seconds from the start of the run.
    package struct Simulation: Equatable, Sendable {
        package let makespan: Double
        /// Infinite for a node on a cycle or behind one, which never starts; so in `finishes`.
        package let starts: [Double]
        package let finishes: [Double]
    }

    /// Simulates a run. `durations` are seconds, where negative, infinite or not a number counts as 0; `priorities` as
    /// in `Schedule`; fewer than one job counts as one. A node named by several pools belongs to the first.
    ///
    /// A node whose pool is full holds no job while it waits. Takes `O((V + E) log V)`.
    package static func simulate(
        graph: Graph, durations: [Double], priorities: [Double], jobs: Int, pools: [Pool] = []
    ) -> Simulation {
        var run = SimulatedRun(graph: graph, durations: durations, priorities: priorities, pools: pools)
        return run.simulate(jobs: max(1, jobs))
    }

    /// No schedule is shorter than the critical path, nor than all work shared evenly among the jobs.
    package static func lowerBound(graph: Graph, durations: [Double], jobs: Int) -> Double {
        let path = CriticalPath(graph: graph, durations: durations)
        let work = graph.layeredOrder().reduce(0) { $0 + usableSeconds(durations[$1]) }
        return max(path.length, work / Double(max(1, jobs)))
    }
}

/// The end of a node's run, ordered by time and then by node.
private struct Finish: Comparable {
    let time: Double
    let node: Int

    static func < (left: Finish, right: Finish) -> Bool {
        left.time != right.time ? left.time < right.time : left.node < right.node
    }
}

/// One simulated run: the schedule, the clock, and the nodes that wait for their pool.
private struct SimulatedRun {
    private let durations: [Double]
    private var schedule: Schedule
    /// The pool of a node, -1 for none.
    private var poolOf: [Int]
    private var room: [Int]
    /// The places in the schedule's order of taken nodes that found their pool full. The first of them goes back to the
    /// schedule whenever room comes free.
    private var parked: [MinHeap<Int>]
    private var running = MinHeap<Finish>()
    private var runningCount = 0
    private var now = 0.0
    private var starts: [Double]
    private var finishes: [Double]

    init(graph: Graph, durations: [Double], priorities: [Double], pools: [Makespan.Pool]) {
        precondition(durations.count == graph.count, "one duration a node")
        self.durations = durations.map(usableSeconds)
        schedule = Schedule(graph: graph, priorities: priorities)
        poolOf = [Int](repeating: -1, count: graph.count)
        for (index, pool) in pools.enumerated() {
            for node in pool.members where poolOf[node] < 0 { poolOf[node] = index }
        }
        room = pools.map(\.limit)
        parked = pools.map { _ in MinHeap() }
        starts = [Double](repeating: .infinity, count: graph.count)
        finishes = starts
    }

    mutating func simulate(jobs: Int) -> Makespan.Simulation {
        startWhatCan(jobs: jobs)
        while let next = running.first {
            now = next.time
            // All that end now end before anything starts: the order of equal times must not matter.
            while let finish = running.first, finish.time == now { end(finish.node) }
            startWhatCan(jobs: jobs)
        }
        return Makespan.Simulation(makespan: now, starts: starts, finishes: finishes)
    }

    private mutating func startWhatCan(jobs: Int) {
        while runningCount < jobs, let node = schedule.popReady() {
            let pool = poolOf[node]
            if pool >= 0 {
                guard room[pool] > 0 else {
                    parked[pool].push(schedule.place(of: node))
                    continue
                }
                room[pool] -= 1
            }
            starts[node] = now
            finishes[node] = now + durations[node]
            running.push(Finish(time: finishes[node], node: node))
            runningCount += 1
        }
    }

    private mutating func end(_ node: Int) {
        _ = running.pop()
        runningCount -= 1
        schedule.complete(node)
        let pool = poolOf[node]
        guard pool >= 0 else { return }
        room[pool] += 1
        if let next = parked[pool].pop() { schedule.pushBack(schedule.node(at: next)) }
    }
}
