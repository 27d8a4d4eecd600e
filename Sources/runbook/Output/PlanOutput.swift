import Execution
import Model
import Terminal

/// A plan as text: waves, decisions and reasons, then what decides how long it takes.
struct PlanOutput {
    let listing: PlanListing

    func lines(_ console: Console) -> [String] {
        let style = console.outTraits.style
        var table = Table([
            .init("wave", right: true, isSpare: true), .init("step", least: 12), .init("decision"),
            .init("expected", right: true, isSpare: true), .init("slack", right: true, isSpare: true),
            .init("title / reason", least: 12),
        ])
        for row in listing.rows {
            let marks = (row.isOnce ? " (once)" : "") + (row.needsPerson ? " (asks)" : "")
            let text = Sanitizer.line(row.reason.isEmpty ? row.title : row.reason)
            let slack = row.wave == 0 ? "" : row.isCritical ? "critical" : SpanText.short(row.slack)
            table.add([
                .init(row.wave == 0 ? "" : "\(row.wave)", .faint), .init(row.id, row.isCritical ? .strong : .plain),
                .init(row.decision.kind.rawValue, row.decision == .ask ? .warning : .plain),
                .init(row.wave == 0 ? "" : SpanText.short(row.expected)), .init(slack, .faint), .init(text + marks),
            ])
        }
        var lines = table.lines(width: console.tableWidth, style: style)
        lines.append("")
        lines.append(
            "\(listing.runbook): \(listing.count) of \(listing.rows.count) steps to do"
                + (listing.count == 0
                    ? ""
                    : " in \(listing.waves) wave\(listing.waves == 1 ? "" : "s"), "
                        + "about \(SpanText.short(listing.expectedSeconds)) with \(listing.jobs) jobs"))
        if !listing.criticalPath.isEmpty {
            lines.append(
                "critical path (\(SpanText.short(listing.criticalSeconds))): "
                    + listing.criticalPath.joined(separator: " \(style.arrow) "))
        }
        return lines
    }
}
