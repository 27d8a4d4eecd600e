internal import Execution
internal import Steps

/// The graph in Graphviz's language: `dot -Tsvg` makes the picture.
package enum DOTGraph {
    package static func text(_ model: GraphModel) -> String {
        var lines = [
            "digraph runbook {",
            "    graph [rankdir=TB, bgcolor=\"white\", fontname=\"\(font)\", fontsize=15, fontcolor=\"\(StateColours.text)\",",
            "        nodesep=0.3, ranksep=0.55, pad=0.3, compound=true, label=\(quoted(model.title)), labelloc=t];",
            "    node [shape=box, style=\"rounded,filled\", fontname=\"\(font)\", fontsize=12, margin=\"0.16,0.09\",",
            "        fontcolor=\"\(StateColours.text)\", color=\"\(StateColours.plain.line)\", "
                + "fillcolor=\"\(StateColours.plain.fill)\", penwidth=1.2];",
            "    edge [color=\"\(StateColours.edge)\", fontname=\"\(font)\", fontsize=10, penwidth=1.2, arrowsize=0.7];",
        ]
        let stages = GraphLabel.stages(model)
        if stages.isEmpty {
            for index in model.nodes.indices { lines.append("    " + node(index, model)) }
        }
        for (number, stage) in stages.enumerated() {
            lines.append("    subgraph cluster_\(number + 1) {")
            lines.append(
                "        label=\(quoted(stage.isEmpty ? "(no stage)" : stage)); labeljust=l; style=\"rounded,filled\"; "
                    + "color=\"#d0d7de\"; fillcolor=\"#fbfcfd\"; fontsize=14; margin=14;")
            for index in model.nodes.indices where model.nodes[index].stage == stage {
                lines.append("        " + node(index, model))
            }
            lines.append("    }")
        }
        for edge in model.edges { lines.append("    " + text(edge)) }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let font = "Helvetica,Arial,sans-serif"

    private static func node(_ index: Int, _ model: GraphModel) -> String {
        let node = model.nodes[index]
        var attributes = ["label=\(label(node))", "tooltip=\(quoted(node.title))"]
        if let link = node.link { attributes.append("URL=\(quoted(link))") }
        switch node.kind {
        case .script, .group: break
        case .file: attributes.append("shape=note")
        case .service: attributes.append("peripheries=2")
        case .manual: attributes.append("shape=hexagon")
        }
        // Graphviz rounds the corners of boxes alone without trouble.
        var style = node.kind == .file || node.kind == .manual ? ["filled"] : ["rounded", "filled"]
        let colours = node.state.map { StateColours($0) } ?? .plain
        var width = colours.isHeavy ? 2.6 : 1.2
        var line = colours.line
        if node.isCritical {
            width = 3
            if node.state == nil { line = StateColours.critical }
        }
        if colours.isDashed { style.append("dashed") }
        attributes += [
            "style=\"\(style.joined(separator: ","))\"", "fillcolor=\"\(colours.fill)\"", "color=\"\(line)\"",
            "penwidth=\(width)",
        ]
        return "n\(index + 1) [\(attributes.joined(separator: ", "))];"
    }

    /// Bold id, smaller title: a label in Graphviz's HTML.
    private static func label(_ node: GraphModel.Node) -> String {
        let lines = GraphLabel.lines(node).map(escaped)
        var text = "<B>\(lines[0])</B>"
        for line in lines.dropFirst() { text += "<BR/><FONT POINT-SIZE=\"11\">\(line)</FONT>" }
        if node.isOnce, node.kind != .group { text += "<BR/><FONT POINT-SIZE=\"10\"><I>once</I></FONT>" }
        return "<\(text)>"
    }

    private static func text(_ edge: GraphModel.Edge) -> String {
        var attributes: [String] = []
        if edge.isCritical {
            attributes += ["penwidth=3", "color=\"\(StateColours.critical)\""]
        }
        if !edge.isOrder {
            attributes += ["style=\(edge.kind == .uses ? "dashed" : "dotted")", "label=\"\(edge.kind.rawValue)\"",
                "constraint=false"]
        }
        let ends = "n\(edge.from + 1) -> n\(edge.to + 1)"
        return attributes.isEmpty ? "\(ends);" : "\(ends) [\(attributes.joined(separator: ", "))];"
    }

    /// A quoted string; line ends become blanks, so that no text can end it or start an escape of Graphviz's own.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}":
                result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Text within an HTML label.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.properties.generalCategory == .control: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        // An empty element is an error in Graphviz's HTML.
        return result.isEmpty ? " " : result
    }
}
