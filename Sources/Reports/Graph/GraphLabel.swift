internal import Execution
internal import Model

/// The lines of text in a node, shared by all drawings.
enum GraphLabel {
    /// The id; then the title, broken where it is long; then the state or how much of a group is done.
    static func lines(_ node: GraphModel.Node) -> [String] {
        var lines = [node.id]
        if node.title != node.id { lines += wrap(node.title) }
        if node.kind == .group {
            let steps = "\(node.count) step\(node.count == 1 ? "" : "s")"
            lines.append(node.state == nil ? steps : "\(node.doneCount) of \(steps) done")
        }
        if let state = node.state, node.kind != .group || state != .done {
            lines.append("\(state.symbol) \(state.rawValue)")
        }
        return lines
    }

    /// The text as one line without characters that act on a terminal or reorder a line: controls and line ends are
    /// blanks, marks of direction are gone.
    static func plain(_ text: String) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for scalar in OSText.shown(text).unicodeScalars {
            if !scalar.reordersText { result.append(scalar.isControl ? " " : scalar) }
        }
        return result
    }

    /// Columns after which a title is broken, and lines it may have.
    private static let width = 26
    private static let mostLines = 3

    /// Broken at blanks; what is too long for three lines ends in an ellipsis.
    static func wrap(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let word = word.count > width ? String(word.prefix(width - 1)) + "…" : String(word)
            if line.isEmpty {
                line = word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        if !line.isEmpty { lines.append(line) }
        guard lines.count > mostLines else { return lines }
        return Array(lines.prefix(mostLines - 1)) + [lines[mostLines - 1] + " …"]
    }

    /// Stages of the nodes in the order of their first node, for frames around them; none where there is only one.
    static func stages(_ model: GraphModel) -> [String] {
        guard model.grouping == .step else { return [] }
        var stages: [String] = []
        for node in model.nodes where !stages.contains(node.stage) { stages.append(node.stage) }
        return stages.count > 1 ? stages : []
    }
}
