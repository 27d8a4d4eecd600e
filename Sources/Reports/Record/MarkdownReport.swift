import Execution

/// The as-built record of a run as Markdown.
package enum MarkdownReport {
    package static func text(_ record: RunRecord) -> String {
        var lines = ["# \(cell(record.title)): run \(record.run)", ""]
        lines.append(
            "\(record.word), \(SpanText.short(record.seconds)) in \(record.sessions.count) "
                + "session\(record.sessions.count == 1 ? "" : "s"), begun \(Timestamp.text(record.started)).")
        lines.append(record.counts.map { "\($0.count) \($0.state.rawValue)" }.joined(separator: ", ") + ".")
        if let before = record.runBefore, let seconds = record.secondsBefore {
            lines.append("Run \(before) before it took \(SpanText.short(seconds)).")
        }
        lines += ["", "## Sessions", "", "| session | by | command |", "| --- | --- | --- |"]
        for (number, session) in record.sessions.enumerated() {
            lines.append(
                "| \(number + 1) \(session.kind.rawValue) | \(cell(session.user)) | \(code(session.commandLine)) |")
        }
        lines += [
            "", "## Steps", "", "Bold steps are on the chain that decided how long it took.", "",
            "| step | state | work | gates | attempts | what was said |", "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in record.rows {
            let id = row.isCritical ? "**\(cell(row.id))**" : cell(row.id)
            let bodies = row.status.attempts.count { $0.role == .body }
            let times = "\(time(row.work)) | \(time(row.gates))"
            lines.append(
                "| \(id) | \(row.status.state.rawValue) | \(times) | \(bodies == 0 ? "" : "\(bodies)") "
                    + "| \(cell(row.status.reason)) |")
        }
        lines += printed(record)
        let words = record.rows.flatMap { row in row.status.words.map { (row.id, $0) } }
        if !words.isEmpty {
            lines += ["", "## Words of people", ""]
            for (id, word) in words {
                let note = word.note.isEmpty ? "" : ": \(cell(word.note))"
                lines.append("- \(cell(id)): \(word.kind.rawValue) by \(cell(word.user))\(note)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the commands of gates printed that did not hold, as code blocks.
    private static func printed(_ record: RunRecord) -> [String] {
        var lines: [String] = []
        for row in record.rows {
            for (gate, output) in row.printed {
                // Longer than any run of backticks in it.
                let longest = output.flatMap { $0.split { $0 != "`" } }.map(\.count).max() ?? 0
                let fence = String(repeating: "`", count: max(3, longest + 1))
                lines += ["", "\(cell(row.id)), \(cell(gate)) printed:", "", fence + "text"] + output + [fence]
            }
        }
        return lines.isEmpty ? [] : ["", "## What gates printed"] + lines
    }

    private static func time(_ seconds: Double) -> String { seconds > 0 ? SpanText.short(seconds) : "" }

    /// Text in a table cell: nothing in it is Markdown or HTML.
    private static func cell(_ text: String) -> String {
        var result = ""
        for character in HTMLText.escape(text) {
            switch character {
            case "|", "*", "_", "`", "[", "]", "\\", "~", "#": result += "\\\(character)"
            case "\n", "\r": result += " "
            default: result.append(character)
            }
        }
        return result
    }

    private static func code(_ text: String) -> String {
        "`" + text.filter { $0 != "`" && $0 != "|" && !$0.isNewline } + "`"
    }
}
