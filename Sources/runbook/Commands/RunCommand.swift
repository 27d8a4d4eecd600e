import ArgumentParser
import Checkpoints
import Execution
import Model
import Steps

/// `runbook run`: a new run.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Bring runbooks up: a new run.",
        discussion: """
            Refused while the state folder holds an unfinished run of these runbooks, or services of theirs that are \
            still up.
            """)

    @OptionGroup var load: LoadArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    @Flag(help: "Forget earlier runs of these runbooks, and begin anew; also what runs once.")
    var fresh = false

    func run() throws {
        let paths = try Loading.paths(load.paths)
        let guess = OpenStateFolder.nextRun(state)
        var loading = try Loading(paths: paths, params: load.params, state: try state.path, run: guess)
        var result = loading.load()
        var runbook = try Loading.require(result)
        let chosen = selection.selection
        if execution.dryRun {
            let plan = try FreshPlan.make(runbook, chosen, run: guess)
            Console.standard.print(
                PlanOutput(listing: FreshPlan.listing(runbook, plan, jobs: execution.jobs)).lines(Console.standard))
            return
        }
        // A selection that cannot be carried out is refused before anything is made.
        _ = try FreshPlan.make(runbook, chosen, run: guess)

        let stateFolder = try OpenStateFolder.executing(state, create: true)
        try RunPreconditions(stateFolder: stateFolder).check(
            runbook, paths: paths, result, fresh: fresh)
        let number = try stateFolder.store.createRun(name: runbook.name, now: ProcessContext.current.now)
        if number != guess {
            loading.run = number
            result = loading.load()
            runbook = try Loading.require(result)
        }
        let executor = try Executor(
            runbook: runbook, sources: result.sources, stateFolder: stateFolder, run: number, kind: .run,
            loading: loading,
            arguments: execution)
        let plan = try executor.plan(chosen)
        try SessionEnd.finish(try executor.carryOut(plan, selection: chosen))
    }
}

/// The plan of a run that has no history.
enum FreshPlan {
    static func listing(_ runbook: Runbook, _ plan: Plan, jobs: Int) -> PlanListing {
        PlanListing(
            runbook: runbook, graph: runbook.graph, plan: plan,
            durations: Weights(runbook: runbook, history: [:]).durations, jobs: jobs)
    }

    static func make(_ runbook: Runbook, _ selection: Selection, run: Int) throws -> Plan {
        var planner = Planner(
            runbook: runbook, state: RunState(run: run), verdicts: [:],
            questions: Planner.Questions(remains: { _ in .gone }, fingerprint: { _ throws(ValueError) in nil }), now: 0)
        return try planner.plan(
            selected: try selection.indices(in: runbook), assumeDone: selection.assumeDone)
    }
}

/// What a finished session means for the exit status.
enum SessionEnd {
    static func finish(_ outcome: Outcome) throws {
        let status = ExitStatus(outcome)
        if status != .done { throw CommandFailure.silent(status) }
    }
}
