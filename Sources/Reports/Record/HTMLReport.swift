import Execution

/// A run as one page of HTML that needs nothing but itself.
package enum HTMLReport {
    /// - Parameter graph: the graph as SVG where Graphviz drew one, else text (Mermaid).
    package static func text(_ record: RunRecord, svg: String?, mermaid: String) -> String {
        let name = HTMLText.escape(record.title.isEmpty ? record.runbook : record.title)
        var page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(name): run \(record.run)</title>
            <style>\(HTMLStyle.text)</style></head><body>
            <a class="skip" href="#steps">Skip to the steps</a>

            """
        page += header(record, name: name)
        page += "<main>\n"
        page += HTMLTimeline.text(record)
        page +=
            "<section aria-labelledby=\"h-graph\"><h2 id=\"h-graph\">Graph</h2>\n<div class=\"graph\" tabindex=\"0\">"
        if let svg, let start = svg.firstRange(of: "<svg") {
            page += svg[start.lowerBound...]
        } else {
            page += "<pre>\(HTMLText.escape(mermaid))</pre>"
        }
        page += "</div></section>\n"
        page += "<section aria-labelledby=\"steps\"><h2 id=\"steps\">Steps</h2>\n"
        for row in record.rows { page += step(row, of: record) }
        page += "</section>\n" + sessions(record) + "</main>\n"
        page += "<footer class=\"faint\">Written by runbook; times are those of the machine it ran on.</footer>\n"
        return page + "</body></html>\n"
    }

    private static func header(_ record: RunRecord, name: String) -> String {
        var text = "<header><h1>\(name)</h1>\n<p>Run \(record.run) of \(HTMLText.escape(record.runbook)): "
        text += "<strong class=\"\(tone(record.word))\">\(record.word)</strong>, \(SpanText.short(record.seconds))"
        text += record.sessions.count > 1 ? " in \(record.sessions.count) sessions" : ""
        text += ", begun <time>\(Timestamp.text(record.started))</time></p>\n"
        if let before = record.runBefore, let seconds = record.secondsBefore {
            let difference = record.seconds - seconds
            text += "<p class=\"faint\">Run \(before) before it took \(SpanText.short(seconds)): this one was "
            text += "\(SpanText.short(abs(difference))) \(difference < 0 ? "faster" : "slower").</p>\n"
        }
        text += "<ul class=\"counts\" aria-label=\"Steps by state\">"
        for (state, count) in record.counts {
            text += "<li class=\"\(tone(state))\">\(state.symbol) \(count) \(state.rawValue)</li>"
        }
        return text + "</ul>" + attention(record) + "</header>\n"
    }

    /// What needs a person, by name, before the long lists: at most twenty.
    private static func attention(_ record: RunRecord) -> String {
        let rows = record.rows.filter { row in
            switch row.status.state {
            case .failed, .lapsed, .uncertain, .interrupted, .waiting: true
            default: false
            }
        }
        guard !rows.isEmpty else { return "" }
        var text = "<ul class=\"attention\" aria-label=\"What needs a person\">\n"
        for row in rows.prefix(20) {
            text += "<li><span class=\"\(tone(row.status.state))\">\(row.status.state.symbol) "
            text += "\(row.status.state.rawValue)</span> \(link(row.id)) \(HTMLText.escape(row.status.reason))</li>\n"
        }
        if rows.count > 20 { text += "<li>and \(rows.count - 20) more below</li>\n" }
        return text + "</ul>"
    }

    private static func step(_ row: RunRecord.Row, of record: RunRecord) -> String {
        let status = row.status
        let isOpen = tone(status.state) == "bad" ? " open" : ""
        var text = "<details id=\"step-\(HTMLText.escape(row.id))\"\(isOpen)><summary><span class=\"state "
        text += "\(tone(status.state))\">\(status.state.symbol) \(status.state.rawValue)</span>"
        text += "<strong>\(HTMLText.escape(row.id))</strong> \(HTMLText.escape(row.title))"
        if row.seconds > 0 { text += " <span class=\"faint\">\(SpanText.short(row.seconds))</span>" }
        text += "</summary><div>\n"
        if !status.reason.isEmpty { text += "<p>\(HTMLText.escape(status.reason))</p>\n" }
        var facts: [String] = []
        if row.isCritical { facts.append("◆ on the chain that decided how long the run took") }
        if row.work > 0 { facts.append("work \(SpanText.short(row.work))") }
        if row.gates > 0 { facts.append("gates \(SpanText.short(row.gates))") }
        if let before = row.secondsBefore { facts.append("in the run before \(SpanText.short(before))") }
        if !row.needs.isEmpty { facts.append("needs " + row.needs.map(link).joined(separator: ", ")) }
        if !facts.isEmpty { text += "<p class=\"faint\">\(facts.joined(separator: "; "))</p>\n" }
        text += attempts(status) + gates(status)
        if !row.log.isEmpty {
            text += "<pre tabindex=\"0\" aria-label=\"Last lines of its output\">"
            text += HTMLText.escape(row.log.joined(separator: "\n")) + "</pre>\n"
        }
        return text + "</div></details>\n"
    }

    private static func attempts(_ status: StepStatus) -> String {
        guard !status.attempts.isEmpty else { return "" }
        var text = "<div class=\"scroll\"><table><caption class=\"skip\">Attempts</caption><tr><th>attempt</th>"
        text += "<th>began</th><th>end</th><th>what was said</th></tr>\n"
        for attempt in status.attempts {
            let kind = attempt.role == .undo ? "undo " : ""
            text += "<tr><td>\(kind)\(attempt.number)</td><td>\(Timestamp.text(attempt.intendedAt))</td>"
            text += "<td>\(attempt.exit.map { "\($0)" } ?? "not seen")</td>"
            text += "<td>\(HTMLText.escape(attempt.reason))</td></tr>\n"
        }
        return text + "</table></div>\n"
    }

    private static func gates(_ status: StepStatus) -> String {
        guard !status.gates.isEmpty else { return "" }
        var text = "<div class=\"scroll\"><table><caption class=\"skip\">Gates</caption>"
        text += "<tr><th>gate</th><th>answers</th></tr>\n"
        for gate in status.gates {
            let answers = gate.history.suffix(20).map { change -> String in
                let output = change.answer.output
                let answer = "\(change.answer.holds ? "✓" : "✗") \(HTMLText.escape(change.answer.text))"
                let printed = output.isEmpty ? "" : "<pre>\(HTMLText.escape(output))</pre>"
                return "\(answer) (probe \(change.probes))\(printed)"
            }
            text += "<tr><td>\(HTMLText.escape(gate.label))</td><td>\(answers.joined(separator: "<br>"))</td></tr>\n"
        }
        return text + "</table></div>\n"
    }

    private static func sessions(_ record: RunRecord) -> String {
        var text =
            "<section aria-labelledby=\"h-sessions\"><h2 id=\"h-sessions\">Sessions</h2><div class=\"scroll\"><table>"
        text += "<tr><th>session</th><th>by</th><th>command</th></tr>\n"
        for (number, session) in record.sessions.enumerated() {
            text += "<tr><td>\(number + 1) \(session.kind.rawValue)</td><td>\(HTMLText.escape(session.user))</td>"
            text += "<td><code>\(HTMLText.escape(session.commandLine))</code></td></tr>\n"
        }
        return text + "</table></div></section>\n"
    }

    private static func link(_ id: String) -> String {
        "<a href=\"#step-\(HTMLText.escape(id))\">\(HTMLText.escape(id))</a>"
    }

    private static func tone(_ state: StepState) -> String {
        switch state {
        case .done, .satisfied: "good"
        case .failed, .lapsed: "bad"
        case .blocked, .uncertain, .interrupted, .waiting: "warn"
        default: "faint"
        }
    }

    private static func tone(_ word: String) -> String {
        word == "done" || word == "undone" ? "good" : word == "running" ? "" : word == "waiting" ? "warn" : "bad"
    }
}
