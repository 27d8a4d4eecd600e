import DAG
import Model

/// W206, W401 and W403: what a step says against what its neighbours say.
extension HazardAnalysis {
    // MARK: - Gates

    /// W206: a gate that only opens a connection, or takes an answer for good that the next step does not, while a step
    /// that needs it asks more of the same address.
    mutating func lookForWeakGates() {
        let gates = runbook.steps.map { step in step.gates.compactMap { gate in GateAddress(gate).map { (gate, $0) } } }
        for (position, own) in gates.enumerated() where !own.isEmpty {
            var told: Set<String> = []
            for dependent in runbook.graph.successors(of: position) {
                for (asked, target) in gates[dependent] where !told.contains(target.address) {
                    let same = own.filter { $0.1.address == target.address }
                    guard let weakest = same.first, Self.isWeaker(same, than: asked, target) else { continue }
                    told.insert(target.address)
                    addWeakGate(position, weakest.0, dependent, asked)
                }
            }
        }
    }

    private static func isWeaker(
        _ own: [(Gate, GateAddress)], than asked: Gate, _ target: GateAddress
    ) -> Bool {
        guard !own.isEmpty else { return false }
        if own.allSatisfy({ $0.1.strength == .opens }) { return target.strength > .opens }
        guard case .http(let wanted) = asked.question else { return false }
        // The same page, of which this step takes more answers for good.
        let same = own.compactMap { gate, _ in
            if case .http(let http) = gate.question, http.url == wanted.url { http } else { nil }
        }
        guard !same.isEmpty else { return false }
        return same.allSatisfy { http in
            http.status.contains { range in !wanted.status.contains { $0.contains(range.lowerBound) } }
        }
    }

    private mutating func addWeakGate(_ position: Int, _ gate: Gate, _ dependent: Int, _ asked: Gate) {
        let id = dependencies.id(position)
        let other = dependencies.id(dependent)
        add(
            Hazard(
                .weakGate, steps: [position, dependent], place: gate.place,
                message: "\(id) counts as up by `\(gate.label)`, but \(other), which needs it, asks "
                    + "`\(asked.label)`",
                path: [
                    Hazard.Link("\(id) is asked `\(gate.label)`", gate.place),
                    dependencies.link(from: position, to: dependent),
                    Hazard.Link("\(other) is asked `\(asked.label)`", asked.place),
                ]))
    }

    // MARK: - Order

    /// W401: whoever follows the text by hand meets a step before what it needs.
    mutating func lookAtOrder() {
        for (position, step) in runbook.steps.enumerated() {
            guard let later = step.needs.last, later > position, runbook.steps[later].scope == step.scope else {
                continue
            }
            guard hasRoom(for: .documentOrder) else {
                omit(.documentOrder)
                continue
            }
            let link = dependencies.link(from: later, to: position)
            let other = runbook.steps[later]
            add(
                Hazard(
                    .documentOrder, steps: [position, later], place: link.place,
                    message: "\(dependencies.id(position)) stands before \(dependencies.id(later)) in the text, and "
                        + "needs it",
                    path: [
                        Hazard.Link("\(dependencies.id(position)) stands here", step.place),
                        Hazard.Link("\(dependencies.id(later)) stands here", other.place), link,
                    ]))
        }
    }

    // MARK: - Redundant needs

    /// W403: every step that a need names is needed by another need of the same step already, by way of steps that
    /// always apply and must succeed: what is skipped or `optional` hands nothing on.
    mutating func lookForRedundantNeeds() {
        let firm = firmGraph()
        let redundant = Set(firm.redundantEdges())
        guard !redundant.isEmpty else { return }
        for (position, step) in runbook.steps.enumerated() {
            let end = entry(position)
            for reference in step.references where reference.relation == .needs && !reference.targets.isEmpty {
                let isRedundant = reference.targets.allSatisfy { redundant.contains(Edge(from: $0, to: end)) }
                guard isRedundant, let target = reference.targets.first else { continue }
                guard hasRoom(for: .redundantNeed) else {
                    omit(.redundantNeed)
                    continue
                }
                let way = Self.longerWay(in: firm, from: target, to: end).map { $0 == end ? position : $0 }
                let between = dependencies.id(way.count > 2 ? way[way.count - 2] : target)
                add(
                    Hazard(
                        .redundantNeed, steps: [position, target], place: reference.place,
                        message: "\(dependencies.id(position)) needs `\(reference.text)`, which \(between) brings "
                            + "along already",
                        path: [Hazard.Link("\(dependencies.id(position)) needs `\(reference.text)`", reference.place)]
                            + dependencies.links(way.reversed())))
            }
        }
    }

    private func isFirm(_ step: Int) -> Bool {
        !runbook.steps[step].isOptional && runbook.steps[step].when == nil
    }

    /// The node at which the needs of a step arrive in `firmGraph`.
    private func entry(_ step: Int) -> Int { isFirm(step) ? step : runbook.steps.count + step }

    /// The needs, without ways through steps that may hand nothing on: these have a second node for what they need.
    private func firmGraph() -> Graph {
        Graph(
            count: runbook.steps.count * 2,
            edges: runbook.graph.edges.map { Edge(from: $0.from, to: entry($0.to)) })
    }

    /// A shortest way through at least one other step.
    private static func longerWay(in graph: Graph, from start: Int, to end: Int) -> [Int] {
        var next = [Int](repeating: -1, count: graph.count)
        var queue = [end]
        var position = 0
        while position < queue.count, next[start] < 0 {
            let node = queue[position]
            for needed in graph.predecessors(of: node) where next[needed] < 0 && needed != end {
                if node == end, needed == start { continue }
                next[needed] = node
                queue.append(needed)
            }
            position += 1
        }
        guard next[start] >= 0 else { return [start, end] }
        var way = [start]
        var node = start
        while node != end {
            node = next[node]
            way.append(node)
        }
        return way
    }
}
