/// Predicts how long a run takes with a given number of jobs, by simulating the schedule the engine would follow.
///
/// List scheduling: whenever a job is free, the ready node of the highest priority starts. Its makespan is at most
/// `2 - 1/jobs` times the best possible (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", 1966), pools
/// aside.
package enum Makespan {
    package typealias Pool = Slots.Pool

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
        var run = SimulatedRun(graph: graph, durations: durations, priorities: priorities, jobs: jobs, pools: pools)
        return run.simulate()
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

/// One simulated run: the schedule, the clock, and what its nodes share.
private struct SimulatedRun {
    private let durations: [Double]
    private var schedule: Schedule
    private var slots: Slots
    private var running = MinHeap<Finish>()
    private var now = 0.0
    private var starts: [Double]
    private var finishes: [Double]

    init(graph: Graph, durations: [Double], priorities: [Double], jobs: Int, pools: [Slots.Pool]) {
        precondition(durations.count == graph.count, "one duration a node")
        self.durations = durations.map(usableSeconds)
        schedule = Schedule(graph: graph, priorities: priorities)
        slots = Slots(jobs, nodes: graph.count, pools: pools)
        starts = [Double](repeating: .infinity, count: graph.count)
        finishes = starts
    }

    mutating func simulate() -> Makespan.Simulation {
        startWhatCan()
        while let next = running.first {
            now = next.time
            // All that end now end before anything starts: the order of equal times must not matter.
            while let finish = running.first, finish.time == now { end(finish.node) }
            startWhatCan()
        }
        return Makespan.Simulation(makespan: now, starts: starts, finishes: finishes)
    }

    private mutating func startWhatCan() {
        while !slots.isFull, let node = schedule.popReady() {
            guard slots.hasPlace(node) else {
                slots.park(node, rank: schedule.place(of: node))
                continue
            }
            slots.takeSlot(node)
            starts[node] = now
            finishes[node] = now + durations[node]
            running.push(Finish(time: finishes[node], node: node))
        }
    }

    private mutating func end(_ node: Int) {
        _ = running.pop()
        schedule.complete(node)
        guard slots.release(node), let next = slots.nextWaiting(besides: node) else { return }
        schedule.pushBack(schedule.node(at: next))
    }
}
