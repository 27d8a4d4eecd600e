import ArgumentParser
import Checkpoints
import Execution
import Steps
import Terminal

/// `runbook resume`: goes on with a run.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a run: keep what holds, do the rest.",
        discussion: "On a finished run it brings back what lapsed or was edited.")

    @Argument(help: ArgumentHelp("Number of a run, or `latest`.", valueName: "run"))
    var words: [String] = []

    @OptionGroup var params: ParamArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        try reference.nothingElse(in: "resume")
        try GoingOn(
            run: reference.number, kind: .resume, params: params, selection: selection.selection,
            execution: execution, state: state
        ).carryOut()
    }
}

/// `runbook down`: takes down what came up.
struct DownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Undo what came up, in reverse order.")

    @Argument(help: ArgumentHelp("Number of a run, or `latest`.", valueName: "run"))
    var words: [String] = []

    @OptionGroup var params: ParamArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        try reference.nothingElse(in: "down")
        try GoingOn(
            run: reference.number, kind: .down, params: params, selection: selection.selection,
            execution: execution, state: state
        ).carryOut()
    }
}

/// Another session of a run that exists.
struct GoingOn {
    var run: Int?
    var kind: Session.Kind
    var params: ParamArguments
    var selection: Selection
    var execution: ExecutionArguments
    var state: StateArguments

    func carryOut() throws {
        let workplace = try Workplace.executing(state, create: false)
        let summary = try workplace.run(run)
        let earlier = try workplace.store.load(summary.run).state.sessions.last
        guard let earlier else {
            throw CommandFailure(
                .usage, "run \(summary.run) never began",
                hint: "start a new one: \(workplace.command.of("run", Loading.placeholder))")
        }
        let loading = try Loading(
            earlierPaths: earlier.paths, earlierParams: earlier.params, params: params, state: workplace.folder.path,
            run: summary.run)
        let runbook = try loading.require()
        let executor = try Executor(
            runbook: runbook, workplace: workplace, run: summary.run, kind: kind, loading: loading,
            arguments: execution)
        let plan = try executor.plan(selection)
        if execution.dryRun || execution.output != .json && execution.output != .quiet { executor.show(plan) }
        if execution.dryRun { return }
        try SessionEnd.finish(try executor.carryOut(plan, selection: selection))
    }
}
