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
        return RunsText.lines(
            listings, width: console.tableWidth, style: console.outTraits.style,
            display: Display(redactor: Redactor.forDisplay()))
    }
}
