import ArgumentParser
import Checkpoints
import Execution
import Model
import Reports

/// `runbook plan`: what a new run would do.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would run, in waves, with the critical path.",
        discussion: "What a resume would do is shown by `runbook resume --dry-run`.")

    @OptionGroup var load: LoadArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var state: StateArguments
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Bodies that run at once; several with --simulate: 1,2,4.", valueName: "n"))
    var jobs = "8"
    @Flag(help: "Predict how long it takes for each number of jobs, and what would be worth shortening.")
    var simulate = false
    @Option(
        help: ArgumentHelp("What if this stays down? A step, component or capability; repeatable.", valueName: "name"))
    var without: [String] = []
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard !numbers.isEmpty, numbers.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--jobs wants numbers from 1 to 10000.")
        }
        guard numbers.count == 1 || simulate else {
            throw ValidationError("Several numbers of jobs go with --simulate.")
        }
    }

    private var numbers: [Int] {
        let words = jobs.parts(at: ",")
        let numbers = words.compactMap { Int($0) }
        return numbers.count == words.count && words.count <= 100 ? numbers : []
    }

    func run() throws {
        let number = OpenStateFolder.nextRun(state)
        let runbook = try Loading(
            paths: try Loading.paths(load.paths), params: load.params, state: state.name, run: number
        ).require()
        let plan = try FreshPlan.make(runbook, selection.selection, run: number)
        let history = (try? OpenStateFolder.reading(state).store.durations(of: runbook.name)) ?? [:]
        let durations = Weights(runbook: runbook, history: history).durations
        let console = Console.standard
        if simulate || !without.isEmpty {
            let output = ForecastOutput(
                forecast: simulate ? Forecast(runbook: runbook, durations: durations, jobs: numbers) : nil,
                outage: without.isEmpty ? nil : try Outage(runbook: runbook, without: without))
            return json ? console.print(output.json.prettyText) : console.print(output.lines(console))
        }
        let listing = PlanListing(
            runbook: runbook, graph: runbook.graph, plan: plan, durations: durations, jobs: numbers[0])
        if json {
            console.print(PlanJSON.value(listing).prettyText)
        } else {
            console.print(PlanOutput(listing: listing).lines(console))
        }
    }
}
