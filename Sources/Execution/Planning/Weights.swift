package import DAG
package import Model

/// How long each step is expected to take, and so how urgent it is.
package struct Weights: Sendable {
    /// Seconds by step: median of past runs, else `estimate`, else 20 ms for a file and 1 s for the rest; 0 for steps
    /// that do not apply.
    package var durations: [Double]
    package var critical: CriticalPath

    /// - Parameter history: median seconds of past runs by step id.
    package init(runbook: Runbook, history: [String: Double]) {
        durations = runbook.steps.map { step in
            if case .decided(false, _) = step.when { return 0 }
            if let median = history[step.id] { return max(0.001, median) }
            if let estimate = step.estimate { return estimate.inSeconds }
            if case .file = step.kind { return 0.02 }
            return 1
        }
        critical = CriticalPath(graph: runbook.graph, durations: durations)
    }
}
