internal import Steps

/// One drawing a stage: its steps, and one node for each other stage that it needs or that needs it.
struct StageGraphs {
    private let model: GraphModel
    private var nodes: [String: [Int]] = [:]
    private var edges: [String: [GraphModel.Edge]] = [:]

    init(_ context: DocumentContext) {
        model = context.model
        for (index, node) in model.nodes.enumerated() { nodes[node.stage, default: []].append(index) }
        for edge in model.edges {
            let from = model.nodes[edge.from].stage
            let to = model.nodes[edge.to].stage
            edges[from, default: []].append(edge)
            if to != from { edges[to, default: []].append(edge) }
        }
    }

    /// Nil where nothing that a person can read comes of it.
    func graph(of stage: String) -> GraphModel? {
        let drawn = withStubs(stage)
        if Self.isReadable(drawn) { return drawn }
        let inner = model.restricted(to: Set((nodes[stage] ?? []).map { model.nodes[$0].id }))
        let grouped = inner.grouped(by: .component)
        return Self.isReadable(grouped) && grouped.nodes.count > 1 ? grouped : nil
    }

    private static func isReadable(_ model: GraphModel) -> Bool {
        model.nodes.count <= GraphModel.mostNodes && model.edges.count <= GraphModel.mostEdges
    }

    private func withStubs(_ stage: String) -> GraphModel {
        let own = nodes[stage] ?? []
        var result = GraphModel(title: stage, nodes: own.map { model.nodes[$0] }, edges: [])
        var position: [Int: Int] = [:]
        for (index, node) in own.enumerated() { position[node] = index }
        var stubs: [String: Int] = [:]
        var counted: [Int: Set<Int>] = [:]
        /// The node for steps of another stage, apart for what comes before and what comes after.
        func stub(_ node: Int, before: Bool) -> Int {
            let other = model.nodes[node].stage
            let key = (before ? "<" : ">") + other
            let index = stubs[key] ?? result.nodes.count
            if stubs[key] == nil {
                stubs[key] = index
                var stub = GraphModel.Node(
                    id: other.isEmpty ? "(no stage)" : other, title: before ? "comes before" : "comes after",
                    kind: .group, stage: stage, file: "", wave: 0)
                stub.count = 0
                result.nodes.append(stub)
            }
            if counted[index, default: []].insert(node).inserted { result.nodes[index].count += 1 }
            return index
        }
        var all: [GraphModel.Edge] = []
        for edge in edges[stage] ?? [] {
            var edge = edge
            let (from, to) = (position[edge.from], position[edge.to])
            edge.from = from ?? stub(edge.from, before: true)
            edge.to = to ?? stub(edge.to, before: false)
            edge.kind = from == nil || to == nil ? .needs : edge.kind
            all.append(edge)
        }
        result.edges = GraphModel.merged(all)
        return result
    }
}
