import DAG
import Model

/// W301–W304: circles through what steps use, monitor and operate.
extension HazardAnalysis {
    /// Most circles that are looked for: each is one search of the graph.
    private static let mostCycles = 25
    /// Edges followed in one search for a shortest circle.
    private static let cycleWork = 400_000

    /// W301, and W304 where the circle goes through a secret that one step hands to another.
    ///
    /// Finds a shortest circle, leaves out what it uses, and looks again: the circles found share no `uses`.
    mutating func lookForDeadlocks() {
        var graph = dependencies.graph
        let order = runbook.graph
        for _ in 0..<Self.mostCycles {
            guard let cycle = graph.shortestCycle(workLimit: Self.cycleWork) else { return }
            addDeadlock(cycle)
            var cut: Set<Edge> = []
            for (from, to) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) {
                let edge = Edge(from: from, to: to)
                if !order.contains(edge) { cut.insert(edge) }
            }
            // A circle of needs alone is an error and never comes this far.
            guard !cut.isEmpty else { return }
            graph = Graph(count: graph.count, edges: graph.edges.filter { !cut.contains($0) })
        }
        if graph.shortestCycle(workLimit: Self.cycleWork) != nil { omit(.restartDeadlock) }
    }

    /// - Parameter cycle: each step needed or used by the next, and the last by the first.
    private mutating func addDeadlock(_ cycle: [Int]) {
        guard let start = cycle.first else { return }
        let down = [start] + cycle.dropFirst().reversed()
        let nodes = down + [start]
        let links = dependencies.links(nodes)
        if let (taker, giver) = zip(nodes, nodes.dropFirst()).first(where: { takesSecret($0, from: $1) }) {
            let place = dependencies.reference(from: giver, to: taker)?.place ?? runbook.steps[taker].place
            add(
                Hazard(
                    .secretLoop, steps: [taker] + down.filter { $0 != taker }, place: place,
                    message: "\(dependencies.id(taker)) starts with a secret of \(dependencies.id(giver)), which works "
                        + "only while \(dependencies.id(taker)) does: \(dependencies.chain(nodes))",
                    path: links))
            return
        }
        add(
            Hazard(
                .restartDeadlock, steps: down, place: links.first?.place ?? runbook.steps[start].place,
                message: "after everything has stopped, these wait for each other: \(dependencies.chain(nodes))",
                path: links))
    }

    /// The edge is there because of an output that is a secret.
    private func takesSecret(_ taker: Int, from giver: Int) -> Bool {
        let step = runbook.steps[taker]
        guard step.references.contains(where: { $0.relation == .output && $0.targets.contains(giver) }) else {
            return false
        }
        let other = runbook.steps[giver]
        let secrets = Set(other.outputs.filter(\.isSecret).map(\.name))
        return step.environment.flatMap(\.value.outputs).contains { $0.step == other.id && secrets.contains($0.name) }
    }

    /// W302 and W303: who watches or repairs something must not lean on it.
    mutating func lookForLoops() {
        lookForLoops(.monitors, .monitoringLoop, verb: "monitors")
        lookForLoops(.operates, .repairLoop, verb: "operates")
    }

    private mutating func lookForLoops(_ relation: Reference.Relation, _ code: HazardCode, verb: String) {
        var pairs: [Edge] = []
        var places: [Edge: Place] = [:]
        for (position, step) in runbook.steps.enumerated() {
            for reference in step.references where reference.relation == relation {
                for target in reference.targets where target != position {
                    let pair = Edge(from: target, to: position)
                    if places.updateValue(places[pair] ?? reference.place, forKey: pair) == nil { pairs.append(pair) }
                }
            }
        }
        let answers = dependencies.graph.connects(pairs)
        for (pair, isLoop) in zip(pairs, answers) where isLoop {
            guard hasRoom(for: code), let place = places[pair] else {
                omit(code)
                continue
            }
            let watcher = dependencies.id(pair.to)
            let watched = dependencies.id(pair.from)
            let proof = dependencies.proof(of: pair.to, needing: pair.from)
            let end = code == .monitoringLoop ? "goes blind with it" : "is gone when it has to be repaired"
            add(
                Hazard(
                    code, steps: [pair.to, pair.from], place: place,
                    message: "\(watcher) \(verb) \(watched), but depends on it: it \(end)",
                    path: [Hazard.Link("\(watcher) \(verb) \(watched)", place)] + proof))
        }
    }
}
