internal import Execution
internal import Model

/// The graph in Graphviz's language: `dot -Tsvg` makes the picture.
package enum DOTGraph {
    package static func text(_ model: GraphModel) -> String {
        var lines = [
            "digraph runbook {",
            "    graph [rankdir=TB, bgcolor=\"white\", fontname=\"\(font)\", fontsize=15,",
            "        fontcolor=\"\(StateColours.text)\",",
            "        nodesep=0.3, ranksep=0.55, pad=0.3, compound=true, label=\(quoted(model.title)), labelloc=t];",
            "    node [shape=box, style=\"rounded,filled\", fontname=\"\(font)\", fontsize=12, margin=\"0.16,0.09\",",
            "        fontcolor=\"\(StateColours.text)\", color=\"\(StateColours.plain.line)\", "
                + "fillcolor=\"\(StateColours.plain.fill)\", penwidth=1.2];",
            "    edge [color=\"\(StateColours.edge)\", fontname=\"\(font)\", fontsize=10, penwidth=1.2,",
            "        arrowsize=0.7];",
        ]
        let stages = GraphLabel.stages(model)
        if stages.isEmpty {
            for index in model.nodes.indices { lines.append("    " + node(index, model)) }
        }
        for (number, stage) in stages.enumerated() {
            lines.append("    subgraph cluster_\(number + 1) {")
            // Where no edge leaves at the bottom, none crosses a label there.
            let isLast = !model.edges.contains {
                $0.isOrder && model.nodes[$0.from].stage == stage && model.nodes[$0.to].stage != stage
            }
            lines.append(
                "        label=<<B>\(escaped(stage.isEmpty ? "(no stage)" : stage))</B>>; labeljust=l; "
                    + (isLast ? "labelloc=b; " : "")
                    + "style=\"rounded,filled\"; color=\"#d0d7de\"; fillcolor=\"#fbfcfd\"; fontsize=14; margin=14;")
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
        if let link = node.link { attributes.append("URL=\(quoted(address(link)))") }
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
            attributes += [
                "style=\(edge.kind == .uses ? "dashed" : "dotted")", "label=\" \(edge.kind.rawValue) \"",
                "constraint=false",
            ]
        }
        let ends = "n\(edge.from + 1) -> n\(edge.to + 1)"
        return attributes.isEmpty ? "\(ends);" : "\(ends) [\(attributes.joined(separator: ", "))];"
    }

    /// A quoted string; line ends become blanks, so that no text can end it or start an escape of Graphviz's own.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in GraphLabel.plain(text) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            // Graphviz reads entities in labels and tooltips, and copies them into links as they are.
            case "&": result += "&amp;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A link as Graphviz may copy it into SVG: it escapes nothing there, so what could end an attribute is encoded.
    static func address(_ link: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in OSText.bytes(of: link) {
            switch byte {
            case 0...0x20, 0x22, 0x27, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x7F...0xFF:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            default: result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }

    /// Text within an HTML label.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in GraphLabel.plain(text) {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        // An empty element is an error in Graphviz's HTML.
        return result.isEmpty ? " " : result
    }
}
