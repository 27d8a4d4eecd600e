import ArgumentParser
import Checkpoints
import Execution
import Reports
import Steps

/// `runbook plan`: what a new run would do.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would run, in waves, with the critical path.",
        discussion: "What a resume would do is shown by `runbook resume --dry-run`.")

    @OptionGroup var load: LoadArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var state: StateArguments
    @Option(name: .shortAndLong, help: ArgumentHelp("Bodies that run at once.", valueName: "n"))
    var jobs = 8
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(jobs) else { throw ValidationError("--jobs wants a number from 1 to 10000.") }
    }

    func run() throws {
        let number = Workplace.nextRun(state)
        let runbook = try Loading(
            paths: try Loading.paths(load.paths), params: load.params, state: state.path, run: number
        ).require()
        let plan = try FreshPlan.make(runbook, selection.selection, run: number)
        let history = (try? Workplace.reading(state).store.durations(of: runbook.name)) ?? [:]
        let listing = PlanListing(
            runbook: runbook, graph: runbook.graph, plan: plan,
            durations: Weights(runbook: runbook, history: history).durations, jobs: jobs)
        let console = Console.standard
        if json {
            console.print(PlanJSON.value(listing).prettyText)
        } else {
            console.print(PlanOutput(listing: listing).lines(console))
        }
    }
}
