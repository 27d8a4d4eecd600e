internal import DAG
package import Execution
package import Model

/// A dependency graph as it is drawn: nodes with what is said of them, and edges from what is needed to what needs it.
///
/// Nodes are steps, or groups of them after `grouped(by:)`. Everything is in a fixed order: nodes as in the document,
/// edges by their ends.
package struct GraphModel: Sendable {
    package var title: String
    package var nodes: [Node]
    package var edges: [Edge]
    package var grouping = Grouping.step
    package var direction = Direction.down

    /// What one node stands for.
    package enum Grouping: String, Hashable, Sendable, CaseIterable {
        case step, stage, component, layer, file
    }

    /// Which way needs lead in a drawing.
    package enum Direction: String, Hashable, Sendable {
        case down = "TB"
        case right = "LR"
    }

    /// A step, or a group of steps.
    package struct Node: Hashable, Sendable {
        /// What a step does or wants, which gives its node a shape.
        package enum Kind: String, Hashable, Sendable {
            case script, file, service, manual, group
        }

        package var id: String
        package var title: String
        package var kind: Kind
        package var stage: String
        package var layer: String?
        package var component: String?
        /// The runbook file, with the include prefix where it has one: `consul.md (dc2.)`.
        package var file: String
        /// The first wave in which it can start, from 1.
        package var wave: Int
        package var isOnce = false
        /// It stands for steps that are drawn elsewhere.
        package var isStub = false
        /// How many steps it stands for.
        package var count = 1
        /// On the longest way through the graph.
        package var isCritical = false
        /// Nil where no run is shown.
        package var state: StepState?
        /// How many of its steps are done, where a run is shown.
        package var doneCount = 0
        /// Where a drawing leads on a click.
        package var link: String?
    }

    /// Indices of nodes: `to` needs (uses, …) `from`.
    package struct Edge: Hashable, Sendable, Comparable {
        package var from: Int
        package var to: Int
        package var kind: Reference.Relation
        /// How many edges between steps it stands for.
        package var count = 1
        package var isCritical = false

        /// It says which step comes first.
        package var isOrder: Bool { kind == .needs || kind == .output || kind == .order }

        package static func < (left: Edge, right: Edge) -> Bool {
            (left.from, left.to, left.kind.rawValue) < (right.from, right.to, right.kind.rawValue)
        }
    }

    package init(title: String, nodes: [Node], edges: [Edge]) {
        self.title = title
        self.nodes = nodes
        self.edges = edges
    }
}

extension GraphModel {
    /// The steps of a runbook.
    ///
    /// - Parameters:
    ///   - relations: which edges besides those that order.
    ///   - durations: expected seconds by step, for the critical path; the steps' estimates (else 1 s) where nil.
    ///   - state: the run whose states are shown.
    package init(
        runbook: Runbook, relations: Set<Reference.Relation> = [], durations: [Double]? = nil, state: RunState? = nil
    ) {
        let waves = runbook.graph.waveIndices()
        let durations = durations ?? runbook.steps.map { $0.estimate?.inSeconds ?? 1 }
        let path = CriticalPath(graph: runbook.graph, durations: durations).path
        let critical = Set(path)
        let nodes = runbook.steps.enumerated().map { index, step in
            var node = Node(
                id: step.id, title: step.title, kind: Self.kind(step), stage: step.stage, layer: step.layer,
                component: step.component, file: Self.file(runbook.scopes[step.scope]), wave: waves[index] + 1)
            node.isOnce = step.isOnce
            node.isCritical = critical.contains(index)
            if let state {
                node.state = state[step: step.id].state
                node.doneCount = state[step: step.id].state.isMet ? 1 : 0
            }
            return node
        }
        let criticalPairs = Set(zip(path, path.dropFirst()).map { DAG.Edge(from: $0, to: $1) })
        var edges: [Edge] = []
        for (index, step) in runbook.steps.enumerated() {
            for need in step.needs {
                var edge = Edge(from: need, to: index, kind: Self.relation(of: need, in: step))
                edge.isCritical = criticalPairs.contains(DAG.Edge(from: need, to: index))
                edges.append(edge)
            }
            for reference in step.references where relations.contains(reference.relation) {
                guard ![.needs, .output, .order].contains(reference.relation) else { continue }
                edges += reference.targets.map { Edge(from: $0, to: index, kind: reference.relation) }
            }
        }
        self.init(title: runbook.title, nodes: nodes, edges: Self.merged(edges))
    }

    private static func kind(_ step: Step) -> Node.Kind {
        if case .file = step.kind { return .file }
        if step.isService { return .service }
        return step.confirm != nil || step.isInteractive ? .manual : .script
    }

    private static func file(_ scope: Scope) -> String {
        scope.prefix.isEmpty ? scope.file : "\(scope.file) (\(scope.prefix))"
    }

    /// Why a step needs another: written down, by an output, or by the document's order.
    private static func relation(of need: Int, in step: Step) -> Reference.Relation {
        let found = step.references.filter { $0.targets.contains(need) }.map(\.relation)
        return [.needs, .output, .order].first { found.contains($0) } ?? .needs
    }

    /// Edges with the same ends and kind as one, in order.
    static func merged(_ edges: [Edge]) -> [Edge] {
        var result: [Edge] = []
        for edge in edges.sorted() {
            if let last = result.last, last.from == edge.from, last.to == edge.to, last.kind == edge.kind {
                result[result.count - 1].count += edge.count
                result[result.count - 1].isCritical = last.isCritical || edge.isCritical
            } else {
                result.append(edge)
            }
        }
        return result
    }

    /// The edges that order, as a graph over the nodes; those from a node to itself are left out.
    var order: Graph {
        Graph(
            count: nodes.count,
            edges: edges.filter { $0.isOrder && $0.from != $0.to }.map { DAG.Edge(from: $0.from, to: $0.to) })
    }
}
