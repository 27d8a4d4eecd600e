import Execution
import Foundation
import Hazards
import Model
import Reports
import Terminal

/// What must be true of every runbook that loads.
struct RunbookProperties {
    private let runbook: Runbook

    init(_ runbook: Runbook) { self.runbook = runbook }

    func check() throws(FuzzFinding) {
        try FuzzFinding.unless(Set(runbook.steps.map(\.id)).count == runbook.steps.count, "an id stands twice")
        for (index, step) in runbook.steps.enumerated() {
            try FuzzFinding.unless(runbook.index[step.id] == index, "\(step.id) is not where it is looked for")
            let isOrdered = step.needs.allSatisfy { runbook.steps.indices.contains($0) && $0 != index }
            try FuzzFinding.unless(isOrdered, "\(step.id) needs itself or nothing that exists")
        }
        try fingerprints()
        try graph()
        try plan()
        try documents()
    }

    private func fingerprints() throws(FuzzFinding) {
        let fingerprinter = Fingerprinter(runbook: runbook, values: Values(box: NoBox()))
        for index in runbook.steps.indices {
            guard let fingerprint = try? fingerprinter.fingerprint(index) else { continue }
            try FuzzFinding.unless(
                Fingerprint(text: fingerprint.text) == fingerprint, "the fingerprint of \(runbook.steps[index].id)")
        }
    }

    private func graph() throws(FuzzFinding) {
        let model = GraphModel(runbook: runbook)
        let object = try JSONProperties.parse(GraphJSON.value(model).prettyText) as? [String: Any]
        let nodes = object?["nodes"] as? [[String: Any]]
        try FuzzFinding.unless(
            nodes?.compactMap { $0["id"] as? String } == runbook.steps.map(\.id), "nodes of the graph")
        let titles = nodes?.compactMap { ($0["title"] as? String).map { Array($0.utf8) } }
        try FuzzFinding.unless(titles == runbook.steps.map { Array($0.title.utf8) }, "titles of the graph")
        try TextProperties.isHarmless(MermaidGraph.text(model), "the Mermaid graph")
        try TextProperties.isHarmless(DOTGraph.text(model), "the DOT graph")
    }

    private func plan() throws(FuzzFinding) {
        let listing = try listing(jobs: 4)
        let object = try JSONProperties.parse(PlanJSON.value(listing).prettyText) as? [String: Any]
        let steps = object?["steps"] as? [[String: Any]]
        try FuzzFinding.unless(
            steps?.compactMap { $0["id"] as? String }.sorted() == runbook.steps.map(\.id).sorted(), "steps of the plan")
    }

    private func documents() throws(FuzzFinding) {
        let report = HazardAnalysis.report(runbook, work: "/work")
        try TextProperties.isHarmless(DiagnosticRenderer.text(report.diagnostics), "a hazard")
        let set = DocumentSet(
            runbook: runbook, listing: try listing(jobs: 8), report: report,
            options: DocumentSet.Options(
                paths: ["runbook.md"], start: "..", name: { $0 }, link: { "../" + $0 }, hasPicture: true))
        for file in set.files {
            try TextProperties.isHarmless(file.text, file.name)
            if file.name.hasSuffix(".json") { try JSONProperties.parses(file.text) }
        }
    }

    /// The plan of a first run with everything selected.
    func listing(jobs: Int) throws(FuzzFinding) -> PlanListing {
        var planner = Planner(
            runbook: runbook, state: RunState(run: 1), verdicts: [:],
            questions: Planner.Questions(remains: { _ in .gone }, fingerprint: { _ throws(ValueError) in nil }), now: 0)
        let selected = runbook.steps.map { _ in true }
        guard let plan = try? planner.plan(selected: selected, assumeDone: false) else {
            throw FuzzFinding("everything cannot be planned")
        }
        return PlanListing(
            runbook: runbook, graph: runbook.graph, plan: plan,
            durations: Weights(runbook: runbook, history: [:]).durations, jobs: jobs)
    }
}

/// Nothing is ever sealed while a runbook is only looked at.
private final class NoBox: SecretBox {
    func prepare() throws(JournalError) {}
    func seal(bytes: [UInt8]) throws(JournalError) -> [UInt8] { throw JournalError(message: "nothing is sealed here") }
    func bytes(of sealed: [UInt8]) throws(JournalError) -> [UInt8] {
        throw JournalError(message: "nothing is sealed here")
    }
    func digest(_ text: String) throws(JournalError) -> String { throw JournalError(message: "nothing is sealed here") }
}
