package import Execution

/// The runs of a state folder for people.
package enum RunsText {
    /// - Parameter runs: the newest first.
    package static func lines(
        _ runs: [RunListing], width: Int, style: Style, display: Display, date: (Double) -> String = ClockText.date
    ) -> [String] {
        guard !runs.isEmpty else { return ["no runs yet"] }
        var table = Table([
            Table.Column("run", right: true), Table.Column("state"), Table.Column("runbook", least: 8),
            Table.Column("started"), Table.Column("took", right: true), Table.Column("last"),
            Table.Column("sessions", right: true),
        ])
        for run in runs {
            let took = run.started.flatMap { start in run.finished.map { SpanText.short($0 - start) } } ?? ""
            table.add([
                .init(String(run.run), .strong), .init("\(symbol(run, style)) \(run.word)", tone(run)),
                .init(display.line(run.runbook)), .init(run.started.map(date) ?? ""), .init(took),
                .init(run.kind?.rawValue ?? ""), .init(String(run.sessions)),
            ])
        }
        return table.lines(width: width, style: style)
    }

    private static func mark(_ run: RunListing, _ style: Style) -> StateMark {
        guard !run.isLive else { return StateMark(.running, style: style) }
        return StateMark(run.outcome.map { Wording.state($0) } ?? .uncertain, style: style)
    }

    private static func symbol(_ run: RunListing, _ style: Style) -> String { mark(run, style).symbol }

    private static func tone(_ run: RunListing) -> Tone { run.isAbandoned ? .faint : mark(run, .plain).tone }
}
