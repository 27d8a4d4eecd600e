import DAG
package import Model

/// Decides what is to be taken down.
package enum DownPlanner {
    /// A plan that undoes every selected step that came up.
    ///
    /// - Parameter removed: ids of steps that only earlier versions of the runbooks had.
    /// - Throws: when a step that stays up needs one that would go, unless `assumeDone`.
    package static func plan(
        runbook: Runbook, state: RunState, selected: [Bool], assumeDone: Bool, removed: Set<String> = []
    ) throws(PlanningError) -> Plan {
        var items: [Plan.Item] = []
        for (index, step) in runbook.steps.enumerated() {
            let status = state[step: step.id]
            if !selected[index] {
                items.append(Plan.Item(.leave, "not selected"))
            } else if status.mayBeThere {
                items.append(Plan.Item(.undo, reason(status, isRemoved: removed.contains(step.id))))
            } else {
                items.append(Plan.Item(.rest, restReason(status)))
            }
        }
        guard !assumeDone else { return Plan(items: items) }
        for (index, step) in runbook.steps.enumerated()
        where items[index].decision != .undo && state[step: step.id].isUp {
            for need in step.needs where items[need].decision == .undo {
                throw PlanningError(
                    message: "\(step.id) is up and needs \(runbook.steps[need].id): take it down as well "
                        + "(--from \(runbook.steps[need].id)), or use --assume-done")
            }
        }
        return Plan(items: items)
    }

    private static func reason(_ status: StepStatus, isRemoved: Bool) -> String {
        let parts = [
            status.state == .done ? "" : status.state.rawValue,
            isRemoved ? "no longer in the runbook: as it was then" : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func restReason(_ status: StepStatus) -> String {
        switch status.state {
        case .satisfied: "was there before (satisfied)"
        case .undone: "taken down already"
        case .skipped: "was not applicable"
        default: "never came up"
        }
    }
}
