import DAG
package import Model

/// Steps that a run may have left something of and that its runbooks have no more.
///
/// Taking them down needs no more than the text of the session that last made an attempt at them.
package enum RemovedSteps {
    /// One of them, with the session (from 1) whose text it had.
    package struct Found: Hashable, Sendable {
        package var id: String
        package var session: Int
    }

    /// In the order in which events first named them.
    package static func find(in state: RunState, runbook: Runbook) -> [Found] {
        state.order.compactMap { id in
            let status = state[step: id]
            guard runbook.index[id] == nil, status.mayBeThere, let attempt = status.lastBody else { return nil }
            return Found(id: id, session: attempt.session)
        }
    }
}

extension StepStatus {
    /// It came up, or is just about to.
    package var isUp: Bool { (state.cameUp || standingBody?.isOpen == true) && mayBeThere }

    /// Something of it may be there to be taken down.
    package var mayBeThere: Bool {
        // One that failed before anything of it began has nothing to be taken down, and may lack what its undo needs.
        if state.cameUp, state != .failed { return true }
        // Whatever became of the step since, an earlier attempt may have left something.
        return state != .undone && attempts.contains { $0.role == .body ? !$0.isUndone : $0.isOpen }
    }
}

extension Runbook {
    /// These steps of earlier versions added at the end, with what they needed and what needed them, as far as that is
    /// here and makes no circle with the needs of now.
    package func adding(_ removed: [(id: String, from: Runbook)]) -> Runbook {
        var result = self
        var needs = steps.map { Set($0.needs) }
        for (id, earlier) in removed {
            guard let old = earlier.index[id], result.index[id] == nil else { continue }
            var step = earlier.steps[old]
            result.scopes.append(earlier.scopes[step.scope])
            step.scope = result.scopes.count - 1
            step.references = []
            if let pool = step.pool, result.pools[pool] == nil { result.pools[pool] = earlier.pools[pool] ?? 1 }
            result.index[id] = result.steps.count
            result.steps.append(step)
            needs.append([])
        }
        for (id, earlier) in removed {
            guard let old = earlier.index[id], let new = result.index[id] else { continue }
            let before = earlier.steps[old].needs.compactMap { result.index[earlier.steps[$0].id] }
            let after = earlier.graph.successors(of: old).compactMap { result.index[earlier.steps[$0].id] }
            for (step, need) in before.map({ (new, $0) }) + after.map({ ($0, new) })
            where !Self.reaches(need, step, needs) { needs[step].insert(need) }
        }
        var edges: [Edge] = []
        for index in result.steps.indices {
            result.steps[index].needs = needs[index].sorted()
            edges += result.steps[index].needs.map { Edge(from: $0, to: index) }
        }
        result.graph = Graph(count: result.steps.count, edges: edges)
        return result
    }

    /// Whether one step needs another, near or far, or is it.
    private static func reaches(_ start: Int, _ end: Int, _ needs: [Set<Int>]) -> Bool {
        var stack = [start]
        var seen: Set<Int> = [start]
        while let current = stack.popLast() {
            if current == end { return true }
            for next in needs[current] where seen.insert(next).inserted { stack.append(next) }
        }
        return false
    }
}
