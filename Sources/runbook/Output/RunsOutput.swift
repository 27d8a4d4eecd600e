import Checkpoints
import Execution
import Reports
import Terminal

/// The runs of a state folder as text or JSON.
struct RunsOutput {
    let listings: [RunListing]
    let json: Bool

    /// - Parameter isLive: an executor holds the folder: it is at the run whose session has no end.
    init(runs: [RunSummary], isLive: Bool, json: Bool) {
        listings = runs.map { run in
            RunListing(
                run: run.run, runbook: run.name, title: run.title, kind: run.kind, outcome: run.outcome,
                isLive: isLive && run.sessions > 0 && run.outcome == nil, isAbandoned: run.isAbandoned,
                started: run.started, finished: run.finished, sessions: run.sessions)
        }
        self.json = json
    }

    func lines(_ console: Console) -> [String] {
        if json { return [RunsJSON.value(listings).text] }
        guard !listings.isEmpty else { return ["no runs yet"] }
        var table = Table([
            .init("run", right: true), .init("state"), .init("runbook"), .init("sessions", right: true),
            .init("started"),
            .init("took", right: true),
        ])
        for run in listings {
            let took = run.started.flatMap { start in run.finished.map { SpanText.short($0 - start) } } ?? ""
            table.add([
                .init("\(run.run)"), .init(run.word), .init(run.runbook), .init("\(run.sessions)"),
                .init(run.started.map(ClockText.date) ?? ""), .init(took),
            ])
        }
        return table.lines(width: console.width, style: console.outTraits.style)
    }
}
