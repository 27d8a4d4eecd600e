import DAG
package import Model

/// How long a run would take with given numbers of jobs, and which steps would be worth shortening.
package struct Forecast: Sendable {
    /// A prediction for one number of jobs.
    package struct Makespan: Hashable, Sendable {
        package var jobs: Int
        /// Seconds.
        package var seconds: Double
    }

    /// What the whole would gain if a step took no time.
    package struct Gain: Hashable, Sendable {
        package var step: String
        /// Expected seconds of the step.
        package var seconds: Double
        /// Seconds less for the whole.
        package var gain: Double
    }

    package var makespans: [Makespan]
    /// Seconds of the longest chain: no number of jobs is faster.
    package var criticalSeconds: Double
    /// Ids, first to last.
    package var criticalPath: [String]
    /// The ten steps whose shortening would help most, with the first number of jobs; most first.
    package var gains: [Gain]

    /// Most steps that are tried for `gains`, those with the least slack first.
    static let candidates = 200

    /// List scheduling by remaining critical path, as the engine does it; gates and people are part of a step's time.
    ///
    /// - Parameter jobs: at least one number, each at least 1.
    package init(runbook: Runbook, durations: [Double], jobs: [Int]) {
        let pools = runbook.sharedPools
        func seconds(_ durations: [Double], _ jobs: Int) -> Double {
            let critical = CriticalPath(graph: runbook.graph, durations: durations)
            return DAG.Makespan.simulate(
                graph: runbook.graph, durations: durations, priorities: critical.remaining, jobs: jobs, pools: pools
            ).makespan
        }
        let critical = CriticalPath(graph: runbook.graph, durations: durations)
        criticalSeconds = critical.length
        criticalPath = critical.path.map { runbook.steps[$0].id }
        makespans = jobs.map { Makespan(jobs: $0, seconds: seconds(durations, $0)) }
        let whole = makespans.first?.seconds ?? 0
        let tried = runbook.steps.indices.filter { durations[$0] > 0 }
            .sorted { (critical.slack[$0], -durations[$0], $0) < (critical.slack[$1], -durations[$1], $1) }
            .prefix(Self.candidates)
        gains = tried.compactMap { index in
            var without = durations
            without[index] = 0
            let gain = whole - seconds(without, jobs.first ?? 1)
            return gain > 0.0005 ? Gain(step: runbook.steps[index].id, seconds: durations[index], gain: gain) : nil
        }
        gains.sort { $0.gain != $1.gain ? $0.gain > $1.gain : $0.step < $1.step }
        gains = Array(gains.prefix(10))
    }
}

/// What still comes up when something stays down.
package struct Outage: Hashable, Sendable {
    /// Steps that stay down, and those that are blocked by it; ids in document order.
    package var down: [String]
    package var blocked: [String]
    package var up: [String]

    /// - Parameter names: ids of steps, components or capabilities; everything that has one of them stays down.
    /// - Throws: for a name that nothing has.
    package init(runbook: Runbook, without names: [String]) throws(SelectionError) {
        var isDown = [Bool](repeating: false, count: runbook.steps.count)
        for name in names {
            let found = runbook.steps.indices.filter { index in
                let step = runbook.steps[index]
                return step.id == name || step.component == name || step.provides.contains(name)
            }
            if found.isEmpty {
                throw SelectionError(message: "--without \(name): no step, component or capability", name: name)
            }
            for index in found { isDown[index] = true }
        }
        let start = runbook.steps.indices.filter { isDown[$0] }
        let reached = runbook.reach(from: start) { runbook.graph.successors(of: $0) }
        func ids(_ holds: (Int) -> Bool) -> [String] {
            runbook.steps.indices.filter(holds).map { runbook.steps[$0].id }
        }
        down = ids { isDown[$0] }
        blocked = ids { reached[$0] && !isDown[$0] }
        up = ids { !reached[$0] }
    }
}
