internal import Model

/// One drawing a stage: its steps, and one node for each other stage that it needs or that needs it.
struct StageGraphs {
    /// A drawing, and what its nodes are.
    struct Drawing {
        var model: GraphModel
        /// `components`, `sections` or `waves`; nil for steps.
        var grouping: String?
    }

    private let context: DocumentContext
    private var model: GraphModel { context.model }
    private var nodes: [String: [Int]] = [:]
    private var edges: [String: [GraphModel.Edge]] = [:]

    init(_ context: DocumentContext) {
        self.context = context
        for (index, node) in context.model.nodes.enumerated() { nodes[node.stage, default: []].append(index) }
        for edge in context.model.edges {
            let from = context.model.nodes[edge.from].stage
            let to = context.model.nodes[edge.to].stage
            edges[from, default: []].append(edge)
            if to != from { edges[to, default: []].append(edge) }
        }
    }

    /// The steps of a stage, or what they can be put together by so that a person can read it; nil where nothing does.
    func drawing(of stage: String) -> Drawing? {
        let groupings: [(String?, ((Int) -> String)?)] = [
            (nil, nil), ("components", { model.nodes[$0].component ?? "(no component)" }),
            ("sections", { context.runbook.steps[$0].headings.last?.text ?? "(no section)" }),
            ("waves", { "wave \(model.nodes[$0].wave)" }),
        ]
        var narrowest: (drawing: Drawing, width: Int)?
        for (name, key) in groupings {
            if let key, Set((nodes[stage] ?? []).map(key)).count < 2 { continue }
            let (drawn, width) = draw(stage, by: key).reduced().arranged()
            guard drawn.isReadable else { continue }
            let drawing = Drawing(model: drawn, grouping: name)
            if width <= GraphModel.mostWidth { return drawing }
            if width < narrowest?.width ?? .max { narrowest = (drawing, width) }
        }
        return narrowest?.drawing
    }

    /// - Parameter key: what puts steps into one node; each has its own where it is nil.
    private func draw(_ stage: String, by key: ((Int) -> String)?) -> GraphModel {
        var result = GraphModel(title: stage, nodes: [], edges: [])
        var position: [Int: Int] = [:]
        var groups: [String: Int] = [:]
        for node in nodes[stage] ?? [] {
            guard let name = key?(node) else {
                position[node] = result.nodes.count
                result.nodes.append(model.nodes[node])
                continue
            }
            let index = groups[name] ?? result.nodes.count
            if groups[name] == nil {
                groups[name] = index
                result.nodes.append(Self.group(name, name, in: stage))
            }
            position[node] = index
            result.nodes[index].count += 1
            result.nodes[index].isCritical = result.nodes[index].isCritical || model.nodes[node].isCritical
        }
        addEdges(of: stage, position, to: &result)
        return result
    }

    private func addEdges(of stage: String, _ position: [Int: Int], to result: inout GraphModel) {
        var stubs: [String: Int] = [:]
        var counted: [Int: Set<Int>] = [:]
        var added = result
        /// The node for steps of another stage, apart for what comes before and what comes after.
        func stub(_ node: Int, before: Bool) -> Int {
            let other = model.nodes[node].stage
            let key = (before ? "<" : ">") + other
            let index = stubs[key] ?? added.nodes.count
            if stubs[key] == nil {
                stubs[key] = index
                let title = before ? "comes before" : "comes after"
                var node = Self.group(context.stageName(other), title, in: stage)
                node.isStub = true
                added.nodes.append(node)
            }
            if counted[index, default: []].insert(node).inserted { added.nodes[index].count += 1 }
            return index
        }
        var all: [GraphModel.Edge] = []
        for edge in edges[stage] ?? [] {
            var edge = edge
            let (from, to) = (position[edge.from], position[edge.to])
            edge.from = from ?? stub(edge.from, before: true)
            edge.to = to ?? stub(edge.to, before: false)
            guard edge.from != edge.to else { continue }
            edge.kind = .needs
            all.append(edge)
        }
        added.edges = GraphModel.merged(all)
        result = added
    }

    private static func group(_ name: String, _ title: String, in stage: String) -> GraphModel.Node {
        var node = GraphModel.Node(id: name, title: title, kind: .group, stage: stage, file: "", wave: 0)
        node.count = 0
        return node
    }
}

extension GraphModel {
    /// Small enough to be read, and to be drawn by Mermaid, which refuses longer texts than 50,000 characters.
    var isReadable: Bool {
        nodes.count <= Self.mostNodes && edges.count <= Self.mostEdges && MermaidGraph.text(self).utf8.count < 45_000
    }
}
