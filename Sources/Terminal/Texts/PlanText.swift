package import Execution

/// A plan for people: waves with steps and reasons, what is kept, the critical path, the expected time.
package struct PlanText {
    private let listing: PlanListing
    private let style: Style
    private let display: Display

    package init(_ listing: PlanListing, style: Style, display: Display) {
        self.listing = listing
        self.style = style
        self.display = display
    }

    /// - Parameter showsRest: steps with nothing to do are listed too, with their reasons; else they are counted.
    package func lines(width: Int, showsRest: Bool = true) -> [String] {
        var lines = [headline]
        let acting = listing.rows.filter { $0.wave > 0 }
        let table = table(acting).lines(width: width - 2, style: style, hasHeading: false)
        var wave = 0
        for (row, line) in zip(acting, table) {
            if row.wave != wave {
                wave = row.wave
                lines += ["", style.paint("wave \(wave)", .strong)]
            }
            lines.append("  " + line)
        }
        lines += rest(width: width, showsRest: showsRest)
        lines += chain(width: width)
        return lines
    }

    private var headline: String {
        let title = style.paint(display.line(listing.title), .strong)
        guard listing.count > 0 else { return "\(title): nothing to do" }
        let steps = Wording.count(listing.count, "step")
        let waves = Wording.count(listing.waves, "wave")
        let time = SpanText.short(listing.expectedSeconds)
        return "\(title): \(steps) in \(waves), about \(time) with \(Wording.count(listing.jobs, "job"))"
    }

    private func table(_ rows: [PlanListing.Row]) -> Table {
        var table = Table([
            Table.Column("decision"), Table.Column(""), Table.Column("step", least: 8),
            Table.Column("expected", right: true), Table.Column("slack", right: true),
            Table.Column("why", least: 12), Table.Column("title", least: 10),
        ])
        let isPlain = rows.allSatisfy { $0.decision == .run }
        for row in rows {
            table.add([
                .init(isPlain ? "" : row.decision.word), .init(row.isCritical ? "*" : " ", .active),
                .init(display.line(row.id), .strong), .init(SpanText.short(row.expected)),
                .init(row.isCritical ? "" : "+" + SpanText.short(row.slack), .faint),
                .init(note(row), .warning), .init(title(row)),
            ])
        }
        return table
    }

    private func note(_ row: PlanListing.Row) -> String {
        var notes: [String] = []
        if !row.reason.isEmpty { notes.append(display.line(row.reason)) }
        if row.isOnce { notes.append("once") }
        if row.needsPerson { notes.append("asks a person") }
        return notes.joined(separator: style.separator)
    }

    private func title(_ row: PlanListing.Row) -> String {
        row.title == row.id ? "" : display.line(row.title)
    }

    private func rest(width: Int, showsRest: Bool) -> [String] {
        let resting = listing.rows.filter { $0.wave == 0 }
        guard !resting.isEmpty else { return [] }
        guard showsRest else {
            var counts: [String] = []
            for decision in ["keep", "ask", "skip", "leave", "rest"] {
                let number = resting.count { $0.decision.word == decision }
                if number > 0 { counts.append("\(number) \(decision)") }
            }
            return ["", "nothing to do: " + counts.joined(separator: ", ")]
        }
        var table = Table([Table.Column(""), Table.Column("", least: 8), Table.Column("", least: 10)])
        for row in resting {
            table.add([
                .init(row.decision.word, row.decision == .ask ? .warning : .faint), .init(display.line(row.id)),
                .init(display.line(row.reason), row.decision == .ask ? .warning : .faint),
            ])
        }
        return ["", style.paint("nothing to do", .strong)]
            + table.lines(width: width - 2, style: style, hasHeading: false).map { "  " + $0 }
    }

    private func chain(width: Int) -> [String] {
        guard listing.criticalPath.count > 1 else { return [] }
        let text = listing.criticalPath.map { display.line($0) }.joined(separator: " \(style.arrow) ")
        return ["", style.paint("critical path", .strong) + " (*), \(SpanText.short(listing.criticalSeconds))"]
            + TextWidth.wrap(text, to: width - 2).map { "  " + $0 }
    }
}
