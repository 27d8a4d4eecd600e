internal import Execution
internal import Model

/// The graph as a Mermaid flowchart, as Git hosts draw it from Markdown.
package enum MermaidGraph {
    /// The text of the block, without the fence, ending in a line end.
    package static func text(_ model: GraphModel) -> String {
        var lines = ["flowchart \(model.direction.rawValue)"]
        let stages = GraphLabel.stages(model)
        if stages.isEmpty {
            for index in model.nodes.indices { lines.append("    " + node(index, model)) }
        }
        for (number, stage) in stages.enumerated() {
            lines.append("    subgraph s\(number + 1)[\"\(escaped(stage.isEmpty ? "(no stage)" : stage))\"]")
            for index in model.nodes.indices where model.nodes[index].stage == stage {
                lines.append("        " + node(index, model))
            }
            lines.append("    end")
        }
        for edge in model.edges { lines.append("    " + text(edge)) }
        lines += styles(model).map { "    " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func node(_ index: Int, _ model: GraphModel) -> String {
        let node = model.nodes[index]
        var parts = GraphLabel.lines(node).map(escaped)
        if node.isOnce, node.kind != .group { parts.append("(once)") }
        let label = "\"\(parts.joined(separator: "<br/>"))\""
        let id = "n\(index + 1)"
        return switch node.kind {
        case .script: "\(id)[\(label)]"
        case .file: "\(id)[/\(label)/]"
        case .service: "\(id)[[\(label)]]"
        case .manual: "\(id){{\(label)}}"
        case .group: "\(id)(\(label))"
        }
    }

    private static func text(_ edge: GraphModel.Edge) -> String {
        let arrow =
            edge.isOrder ? (edge.isCritical ? "==>" : "-->") : "-. \(edge.kind.rawValue) .->"
        return "n\(edge.from + 1) \(arrow) n\(edge.to + 1)"
    }

    private static func styles(_ model: GraphModel) -> [String] {
        var lines: [String] = []
        for state in StepState.allCases {
            let members = model.nodes.indices.filter { model.nodes[$0].state == state }
            guard !members.isEmpty else { continue }
            let colours = StateColours(state)
            var style = "fill:\(colours.fill),stroke:\(colours.line),color:\(StateColours.text)"
            style += ",stroke-width:\(colours.isHeavy ? 3 : 1)px"
            if colours.isDashed { style += ",stroke-dasharray:5 3" }
            lines.append("classDef \(state.rawValue) \(style)")
            lines.append("class \(members.map { "n\($0 + 1)" }.joined(separator: ",")) \(state.rawValue)")
        }
        let stages = GraphLabel.stages(model).indices.map { "s\($0 + 1)" }
        if !stages.isEmpty {
            // Frames without a fill stand on light and dark pages alike.
            lines.append("classDef stage fill:none,stroke:#8c959f")
            lines.append("class \(stages.joined(separator: ",")) stage")
        }
        let stubs = model.nodes.indices.filter { model.nodes[$0].isStub }
        if !stubs.isEmpty {
            lines.append("classDef stub fill:none,stroke:#8c959f,stroke-dasharray:5 3")
            lines.append("class \(stubs.map { "n\($0 + 1)" }.joined(separator: ",")) stub")
        }
        let critical = model.nodes.indices.filter { model.nodes[$0].isCritical }
        if !critical.isEmpty {
            // Where a run is shown, the line's colour tells the state.
            let hasStates = model.nodes.contains { $0.state != nil }
            let colour = hasStates ? "" : "stroke:\(StateColours.critical),"
            lines.append("classDef critical \(colour)stroke-width:4px")
            lines.append("class \(critical.map { "n\($0 + 1)" }.joined(separator: ",")) critical")
        }
        return lines
    }

    /// Text for a label in double quotes, in Mermaid's own entities (`#quot;`, `#35;`).
    ///
    /// Escaped is what would end the label (`"`), start an entity (`#`, `&`), a tag (`<`, `>`), Markdown (a backtick at
    /// the start) or a directive (`%`). Mermaid drops the last semicolon of lines that look like `style …:…#…;`, so a
    /// colon is escaped where the label has such a word. Line ends become blanks.
    static func escaped(_ text: String) -> String {
        let isStyled = text.contains("style") || text.contains("classDef")
        var result = ""
        for scalar in GraphLabel.plain(text) {
            switch scalar {
            case "\"": result += "#quot;"
            case "#": result += "#35;"
            case "&": result += "#amp;"
            case "<": result += "#lt;"
            case ">": result += "#gt;"
            case "`": result += "#96;"
            case "%": result += "#37;"
            case "\\": result += "#92;"
            case ":" where isStyled: result += "#58;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
