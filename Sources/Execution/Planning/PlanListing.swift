package import DAG
package import Model

/// A plan as it is shown: what is going to happen in which order, how long it should take, and what decides that.
package struct PlanListing: Sendable {
    /// One step.
    package struct Row: Hashable, Sendable {
        package var id: String
        package var title: String
        package var stage: String
        package var layer: String?
        package var decision: Decision
        package var reason: String
        /// The first wave of this session in which it can start, from 1; 0 for a step with nothing to do.
        package var wave: Int
        /// Ids of the steps with something to do that come right before it.
        package var needs: [String]
        /// Expected seconds; 0 for a step with nothing to do.
        package var expected: Double
        /// Seconds it may wait without making the whole longer.
        package var slack: Double
        package var isCritical = false
        package var isOnce = false
        package var needsPerson = false
        package var isService = false
    }

    package var runbook: String
    package var title: String
    /// Steps with something to do by wave, within each in document order; then the others in document order.
    package var rows: [Row]
    /// Ids of the longest chain, first to last.
    package var criticalPath: [String]
    /// Seconds of the longest chain: no number of jobs is faster.
    package var criticalSeconds: Double
    /// Seconds with this number of jobs.
    package var expectedSeconds: Double
    package var jobs: Int

    package var waves: Int { rows.reduce(0) { max($0, $1.wave) } }
    /// Steps with something to do.
    package var count: Int { rows.count { $0.wave > 0 } }

    /// - Parameters:
    ///   - graph: the order of the session: the runbook's graph, reversed for `down`.
    ///   - durations: expected seconds by step (`Weights`).
    package init(runbook: Runbook, graph: Graph, plan: Plan, durations: [Double], jobs: Int) {
        let isActive = plan.items.map(\.decision.isAction)
        let active = zip(durations, isActive).map { $1 ? $0 : 0 }
        let critical = CriticalPath(graph: graph, durations: active)
        let waves = Self.waves(graph: graph, isActive: isActive)
        let path = critical.path.filter { isActive[$0] }
        let onPath = Set(path)
        let order =
            runbook.steps.indices.filter { isActive[$0] }.sorted { (waves[$0], $0) < (waves[$1], $1) }
            + runbook.steps.indices.filter { !isActive[$0] }
        rows = order.map { index in
            let step = runbook.steps[index]
            var row = Row(
                id: step.id, title: step.title, stage: step.stage, layer: step.layer,
                decision: plan.items[index].decision, reason: plan.items[index].reason,
                wave: isActive[index] ? waves[index] : 0,
                needs: graph.predecessors(of: index).filter { isActive[$0] }.map { runbook.steps[$0].id },
                expected: active[index], slack: isActive[index] ? critical.slack[index] : 0)
            row.isCritical = onPath.contains(index)
            row.isOnce = step.isOnce
            row.needsPerson = step.confirm != nil || step.isInteractive
            row.isService = step.isService
            return row
        }
        self.runbook = runbook.name
        title = runbook.title
        criticalPath = path.map { runbook.steps[$0].id }
        criticalSeconds = critical.length
        let pools = runbook.sharedPools
        expectedSeconds =
            Makespan.simulate(
                graph: graph, durations: active, priorities: critical.remaining, jobs: jobs, pools: pools
            ).makespan
        self.jobs = jobs
    }

    /// Waves counted over steps with something to do alone; the others hand on what they had.
    private static func waves(graph: Graph, isActive: [Bool]) -> [Int] {
        var waves = [Int](repeating: 0, count: graph.count)
        for index in graph.topologicalOrder() ?? [] {
            let before = graph.predecessors(of: index).reduce(0) { max($0, waves[$1]) }
            waves[index] = before + (isActive[index] ? 1 : 0)
        }
        return waves
    }
}
