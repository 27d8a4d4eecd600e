package import DAG
package import Model

/// What must hold for each step to keep working: `needs` and `uses` as one graph, with the words for its edges.
package struct Dependencies {
    let runbook: Runbook
    /// Edges from what is needed or used to what needs or uses it; may have cycles.
    package let graph: Graph

    package init(_ runbook: Runbook) {
        self.runbook = runbook
        var edges: [Edge] = runbook.graph.edges
        for (position, step) in runbook.steps.enumerated() {
            for reference in step.references where reference.relation == .uses {
                edges += reference.targets.map { Edge(from: $0, to: position) }
            }
        }
        graph = Graph(count: runbook.steps.count, edges: edges)
    }

    func id(_ step: Int) -> String { "`\(runbook.steps[step].id)`" }

    /// What step `to` says of `from`; what orders goes before what it only uses.
    func reference(from: Int, to: Int) -> Reference? {
        let found = runbook.steps[to].references.filter { $0.targets.contains(from) }
        return found.first { $0.isOrdering } ?? found.first { $0.relation == .uses }
    }

    /// The words for one edge.
    func link(from: Int, to: Int) -> Hazard.Link {
        let reference = reference(from: from, to: to)
        let place = reference?.place ?? runbook.steps[to].place
        guard let reference else { return Hazard.Link("\(id(to)) needs \(id(from))", place) }
        let via = reference.text == runbook.steps[from].id ? "" : " (as `\(reference.text)`)"
        switch reference.relation {
        case .uses: return Hazard.Link("\(id(to)) uses \(id(from))\(via)", place)
        case .output: return Hazard.Link("\(id(to)) takes `${\(reference.text)}` from \(id(from))", place)
        case .order: return Hazard.Link("\(id(to)) comes after \(id(from))", place)
        default: return Hazard.Link("\(id(to)) needs \(id(from))\(via)", place)
        }
    }

    /// A shortest way by which `user` needs `target`, told from `user` down; empty for a step and itself.
    func proof(of user: Int, needing target: Int) -> [Hazard.Link] {
        guard let nodes = graph.shortestPath(from: target, to: user) else { return [] }
        return links(nodes.reversed())
    }

    /// The words for a way on which each step needs the next.
    func links(_ nodes: [Int]) -> [Hazard.Link] {
        zip(nodes, nodes.dropFirst()).map { link(from: $1, to: $0) }
    }

    /// `a → b → c`, with the middle left out where it is long.
    func chain(_ nodes: [Int]) -> String {
        let ids = nodes.map { runbook.steps[$0].id }
        let shown = ids.count > 12 ? ids.prefix(6) + ["…"] + ids.suffix(5) : ids[...]
        return shown.joined(separator: " → ")
    }
}
