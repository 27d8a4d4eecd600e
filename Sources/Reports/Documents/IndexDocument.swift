internal import Execution
import Hazards
internal import Model

/// `index.md`: what is brought up, and how.
struct IndexDocument {
    private let context: DocumentContext
    private let stageAnchors: [String: String]
    private var runbook: Runbook { context.runbook }

    init(_ context: DocumentContext, stageAnchors: [String: String]) {
        self.context = context
        self.stageAnchors = stageAnchors
    }

    func text() -> String {
        var page = DocumentPage()
        page.heading(1, runbook.title)
        let listing = context.listing
        let files = Set(runbook.scopes.map(\.file)).count
        page.paragraph(
            "\(MarkdownText.count(runbook.steps.count, "step")) in "
                + "\(MarkdownText.count(runbook.stages.count, "stage")), from \(MarkdownText.count(files, "file")): "
                + "about \(SpanText.short(listing.expectedSeconds)) with "
                + "\(MarkdownText.count(listing.jobs, "job")), and \(SpanText.short(listing.criticalSeconds)) along "
                + "the critical path.")
        let open = context.report.open.count
        let accepted = context.report.accepted.count
        let data = ["graph.dot", "graph.json", "plan.json"] + (context.options.hasPicture ? ["graph.svg"] : [])
        page.list([
            "[Order](ordering.md): what comes when, and why", "[Map](mapping.md): what is where, and who needs whom",
            "[Hazards](hazards.md): \(open) open, \(accepted) accepted",
            "Data: " + data.sorted().map { "[\($0)](\($0))" }.joined(separator: ", "),
        ])
        commands(&page)
        params(&page)
        page.heading(2, "Stages")
        let stages = context.model.grouped(by: .stage).reduced()
        if stages.isReadable { page.mermaid(stages.arranged().model) }
        for stage in context.stages { self.stage(stage, &page) }
        return page.text
    }

    private func commands(_ page: inout DocumentPage) {
        let paths = context.options.paths.map(Self.word).joined(separator: " ")
        page.heading(2, "Bring it up")
        // The folder that both the pages and the runbooks are in, wherever that is.
        let start = context.options.start.map { ["cd \(Self.word($0))    # from the folder of this page"] } ?? []
        page.code(
            "sh",
            start + [
                "runbook run \(paths)    # everything, in order, in parallel",
                "runbook resume    # goes on after a failure",
                "runbook verify    # asks every gate again", "runbook down    # takes it down in reverse order",
            ])
    }

    /// A word of a shell command.
    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x2B...0x3A, 0x40...0x5A, 0x5F, 0x61...0x7A: true
            default: false
            }
        }
        if isPlain { return text }
        return "'"
            + String(GraphLabel.plain(text)).parts(at: "'")
            .joined(separator: "'\\''") + "'"
    }

    /// One row a name and value: files under one prefix often declare the same param, and one of them explains it.
    private func params(_ page: inout DocumentPage) {
        var places: [String: Int] = [:]
        var rows: [[String]] = []
        for scope in runbook.scopes {
            for param in scope.params {
                let row = [
                    MarkdownText.code(scope.prefix + param.name), param.kind.rawValue, MarkdownText.code(param.value),
                    MarkdownText.escaped(param.help ?? ""),
                ]
                let place = places[row.prefix(3).joined(separator: "\n"), default: rows.count]
                places[row.prefix(3).joined(separator: "\n")] = place
                if place == rows.count { rows.append(row) } else if rows[place][3].isEmpty { rows[place] = row }
            }
        }
        guard !rows.isEmpty else { return }
        page.heading(2, "Params")
        page.table(["param", "type", "value", "meaning"], rows)
    }

    private func stage(_ stage: String, _ page: inout DocumentPage) {
        page.heading(3, context.stageName(stage))
        let steps = context.members[stage] ?? []
        func all(_ value: (Step) -> String?) -> String {
            var names: [String] = []
            for name in steps.compactMap({ value(runbook.steps[$0]) }) where !names.contains(name) {
                names.append(name)
            }
            return names.map(MarkdownText.escaped).joined(separator: ", ")
        }
        var facts: [String] = []
        let layers = all { $0.layer }
        let owners = all { $0.owner }
        if !layers.isEmpty { facts.append("Layer: \(layers).") }
        if !owners.isEmpty { facts.append("Owner: \(owners).") }
        facts.append("[Drawing](ordering.md\(stageAnchors[stage].map { "#\($0)" } ?? "")).")
        page.paragraph(facts.joined(separator: " "))
        page.table(
            ["step", "what", "kind", "gates"],
            steps.map { step in
                [
                    context.link(step), MarkdownText.escaped(runbook.steps[step].title), context.kind(step),
                    context.gates(step),
                ]
            })
    }
}
