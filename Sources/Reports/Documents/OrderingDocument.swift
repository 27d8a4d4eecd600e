internal import Execution
internal import Model

/// `ordering.md`: what comes when, and why.
struct OrderingDocument {
    private let context: DocumentContext
    private var runbook: Runbook { context.runbook }

    /// Needs of a step that are named in the table; the rest are counted.
    private static let mostNeeds = 12

    init(_ context: DocumentContext) {
        self.context = context
    }

    /// The page, and the anchor of the drawing of each stage.
    func page() -> (page: DocumentPage, anchors: [String: String]) {
        var page = DocumentPage()
        page.heading(1, "Order: \(runbook.title)")
        page.paragraph(
            "Everything in a wave may run at once, as soon as what it needs is done, gates included. Times are the "
                + "estimates of the runbooks; where there is none, one second, and 20 ms for a file. Back to the "
                + "[overview](index.md).")
        waves(&page)
        criticalPath(&page)
        steps(&page)
        apart(&page)
        page.heading(2, "Stages")
        let graphs = StageGraphs(context)
        var anchors: [String: String] = [:]
        for stage in context.stages {
            anchors[stage] = page.heading(3, context.stageName(stage))
            let count = MarkdownText.count(context.members[stage]?.count ?? 0, "step")
            let drawing = graphs.drawing(of: stage)
            if drawing?.grouping != nil || drawing == nil {
                page.paragraph(
                    "\(count): too many for one drawing"
                        + (drawing?.grouping.map { ", so these are its \($0)" } ?? "")
                        + ". `runbook graph --focus ID` draws what is around one step.")
            }
            if let drawing { page.mermaid(drawing.model) }
        }
        return (page, anchors)
    }

    private func waves(_ page: inout DocumentPage) {
        page.heading(2, "Waves")
        var waves: [[Int]] = []
        for row in context.listing.rows where row.wave > 0 {
            guard let step = runbook.index[row.id] else { continue }
            while waves.count < row.wave { waves.append([]) }
            waves[row.wave - 1].append(step)
        }
        page.table(
            ["wave", "steps", "may run at once"], right: [0, 1],
            waves.enumerated().map { number, steps in ["\(number + 1)", "\(steps.count)", context.links(steps)] })
    }

    private func criticalPath(_ page: inout DocumentPage) {
        page.heading(2, "Critical path")
        let listing = context.listing
        guard !listing.criticalPath.isEmpty else { return page.paragraph("There is nothing to do.") }
        page.paragraph(
            "\(SpanText.short(listing.criticalSeconds)) from the first step to the last: no number of jobs is faster. "
                + "With \(MarkdownText.count(listing.jobs, "job")) it is about "
                + "\(SpanText.short(listing.expectedSeconds)).")
        var passed = 0.0
        page.numbers(
            listing.criticalPath.compactMap { id in
                guard let step = runbook.index[id] else { return nil }
                let expected = context.row(step)?.expected ?? 0
                passed += expected
                return "\(context.link(step)), \(SpanText.short(expected)): "
                    + "\(MarkdownText.escaped(runbook.steps[step].title)) "
                    + "(done after \(SpanText.short(passed)))"
            })
    }

    private func steps(_ page: inout DocumentPage) {
        page.heading(2, "Steps")
        page.table(
            ["step", "needs", "wave", "slack", "expected"], right: [2, 3, 4],
            context.listing.rows.compactMap { row in
                guard let step = runbook.index[row.id] else { return nil }
                guard row.wave > 0 else { return [context.link(step), "not applicable", "", "", ""] }
                return [
                    context.link(step), needs(row), "\(row.wave)",
                    row.isCritical ? "critical" : SpanText.short(row.slack), SpanText.short(row.expected),
                ]
            })
    }

    private func needs(_ row: PlanListing.Row) -> String {
        let more = row.needs.count - Self.mostNeeds
        return row.needs.prefix(Self.mostNeeds).map { MarkdownText.code($0) }.joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    /// Manual steps, and steps that run once.
    private func apart(_ page: inout DocumentPage) {
        let manual = runbook.steps.indices.filter {
            runbook.steps[$0].confirm != nil || runbook.steps[$0].isInteractive
        }
        page.heading(2, "By a person")
        if manual.isEmpty { page.paragraph("No step waits for a person.") }
        page.list(
            manual.map { step in
                let question = runbook.steps[step].confirm.map { context.shown($0.display, of: step) }
                return context.link(step) + ": " + MarkdownText.escaped(question ?? "takes the terminal")
            })
        let once = runbook.steps.indices.filter { runbook.steps[$0].isOnce }
        page.heading(2, "Once")
        page.paragraph(
            once.isEmpty
                ? "No step is marked as one that must not be repeated."
                : "Never repeated without a person's word:")
        page.list(once.map { "\(context.link($0)): \(MarkdownText.escaped(runbook.steps[$0].title))" })
    }
}
