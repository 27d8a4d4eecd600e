internal import Execution
internal import Model

/// The graph as data: `graph --format json`.
package enum GraphJSON {
    /// `{"nodes":[{"id","title","stage","layer","wave"}],"edges":[{"from","to","kind"}]}`, where `to` needs `from`.
    package static func value(_ model: GraphModel) -> JSONValue {
        .object([
            .init("nodes", .array(model.nodes.map { node($0, model.grouping) })),
            .init(
                "edges",
                .array(
                    model.edges.map { edge in
                        .object([
                            .init("from", .string(model.nodes[edge.from].id)),
                            .init("to", .string(model.nodes[edge.to].id)), .init("kind", .string(edge.kind.rawValue)),
                        ])
                    })),
        ])
    }

    /// Further fields follow the five of the contract, and only where they say something.
    private static func node(_ node: GraphModel.Node, _ grouping: GraphModel.Grouping) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(node.id)), .init("title", .string(node.title)), .init("stage", .string(node.stage)),
            .init("layer", .optional(node.layer)), .init("wave", .int(node.wave)),
        ]
        if let component = node.component { members.append(.init("component", .string(component))) }
        members.append(.init("file", .string(node.file)))
        if grouping != .step { members.append(.init("steps", .int(node.count))) }
        if node.isCritical { members.append(.init("critical", .bool(true))) }
        if let state = node.state { members.append(.init("state", .string(state.rawValue))) }
        return .object(members)
    }
}
