internal import DAG
internal import Execution
internal import Model

extension GraphModel {
    /// Most nodes and edges of a drawing that a person can still read (and that Mermaid draws: it refuses 500 edges).
    package static let mostNodes = 120
    package static let mostEdges = 400

    /// Without edges that a longer way implies already, but for those of the critical path.
    package func reduced() -> GraphModel {
        let redundant = Set(order.redundantEdges())
        var model = self
        model.edges.removeAll {
            $0.isOrder && !$0.isCritical && redundant.contains(DAG.Edge(from: $0.from, to: $0.to))
        }
        return model
    }

    /// The nodes with these ids, everything they need and everything that needs them; nil when an id is unknown.
    package func focused(on ids: [String]) -> GraphModel? {
        var chosen: [Int] = []
        for id in ids {
            guard let index = nodes.firstIndex(where: { $0.id == id }) else { return nil }
            chosen.append(index)
        }
        let order = order
        let kept = Set(chosen).union(order.ancestors(of: chosen)).union(order.descendants(of: chosen))
        return keeping(kept)
    }

    /// The nodes with these ids and the edges between them.
    package func restricted(to ids: Set<String>) -> GraphModel {
        keeping(Set(nodes.indices.filter { ids.contains(nodes[$0].id) }))
    }

    /// The critical path alone.
    package func criticalPath() -> GraphModel {
        var model = keeping(Set(nodes.indices.filter { nodes[$0].isCritical }))
        model.edges.removeAll { !$0.isCritical }
        return model
    }

    /// Steps put together by what they have in common; edges within a group are left out.
    package func grouped(by grouping: Grouping) -> GraphModel {
        guard grouping != .step, self.grouping == .step else { return self }
        var names: [String] = []
        var index: [String: Int] = [:]
        var members: [[Node]] = []
        var group: [Int] = []
        for node in nodes {
            let name = Self.name(of: node, grouping)
            if index[name] == nil {
                index[name] = names.count
                names.append(name)
                members.append([])
            }
            let position = index[name] ?? 0
            members[position].append(node)
            group.append(position)
        }
        var model = self
        model.grouping = grouping
        model.nodes = zip(names, members).map { Self.group($0, $1, grouping) }
        model.edges = Self.merged(
            edges.compactMap { edge in
                guard group[edge.from] != group[edge.to] else { return nil }
                var edge = edge
                edge.from = group[edge.from]
                edge.to = group[edge.to]
                edge.kind = edge.isOrder ? .needs : edge.kind
                return edge
            })
        return model
    }

    /// This graph where it can be read, else its stages, else its files.
    package func readable(nodes mostNodes: Int = mostNodes, edges mostEdges: Int = mostEdges) -> GraphModel {
        func isReadable(_ model: GraphModel) -> Bool {
            model.nodes.count <= mostNodes && model.edges.count <= mostEdges
        }
        guard !isReadable(self), grouping == .step else { return self }
        let byStage = grouped(by: .stage)
        return isReadable(byStage) ? byStage : grouped(by: .file)
    }

    /// With links on nodes.
    package func linked(_ link: (Node) -> String?) -> GraphModel {
        var model = self
        for index in model.nodes.indices { model.nodes[index].link = link(nodes[index]) }
        return model
    }

    private func keeping(_ kept: Set<Int>) -> GraphModel {
        var model = self
        var renumbered: [Int: Int] = [:]
        model.nodes = []
        for index in nodes.indices where kept.contains(index) {
            renumbered[index] = model.nodes.count
            model.nodes.append(nodes[index])
        }
        model.edges = edges.compactMap { edge in
            guard let from = renumbered[edge.from], let to = renumbered[edge.to] else { return nil }
            var edge = edge
            edge.from = from
            edge.to = to
            return edge
        }
        return model
    }

    private static func name(of node: Node, _ grouping: Grouping) -> String {
        let name: String? =
            switch grouping {
            case .step: node.id
            case .stage: node.stage.isEmpty ? nil : node.stage
            case .component: node.component
            case .layer: node.layer
            case .file: node.file
            }
        return name ?? "(no \(grouping.rawValue))"
    }

    private static func group(_ name: String, _ members: [Node], _ grouping: Grouping) -> Node {
        func common(_ value: (Node) -> String?) -> String? {
            let first = members.first.flatMap(value)
            return members.allSatisfy { value($0) == first } ? first : nil
        }
        var node = Node(
            id: name, title: name, kind: .group, stage: common { $0.stage } ?? "", layer: common { $0.layer },
            component: common { $0.component }, file: common { $0.file } ?? "", wave: members.map(\.wave).min() ?? 1)
        node.count = members.count
        node.isCritical = members.contains(where: \.isCritical)
        node.isOnce = members.contains(where: \.isOnce)
        node.doneCount = members.reduce(0) { $0 + $1.doneCount }
        node.state = summary(members.compactMap(\.state))
        return node
    }

    /// The state of a group: the one that most wants attention; done only when all are.
    private static func summary(_ states: [StepState]) -> StepState? {
        let attention: [StepState] = [
            .failed, .lapsed, .uncertain, .waiting, .interrupted, .running, .gating, .blocked, .ready, .pending,
            .undone, .done, .satisfied, .skipped,
        ]
        return attention.first { states.contains($0) }
    }
}
