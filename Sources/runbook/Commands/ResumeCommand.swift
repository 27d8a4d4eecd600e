import ArgumentParser
import Checkpoints
import Execution
import Model
import Terminal

/// `runbook resume`: goes on with a run.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a run: keep what holds, do the rest.",
        discussion: "On a finished run it brings back what lapsed or was edited.")

    @Argument(
        help: ArgumentHelp(
            "Number of a run, or `latest`; and its runbooks, also to say that they moved.", valueName: "run"),
        completion: .file(extensions: ["md"]))
    var words: [String] = []

    @OptionGroup var params: ParamArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        try GoingOn(
            run: reference.number, paths: reference.rest, kind: .resume, params: params, selection: selection.selection,
            execution: execution, state: state
        ).carryOut()
    }
}

/// `runbook down`: takes down what came up.
struct DownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Undo what came up, in reverse order.")

    @Argument(
        help: ArgumentHelp(
            "Number of a run, or `latest`; and its runbooks, also to say that they moved.", valueName: "run"),
        completion: .file(extensions: ["md"]))
    var words: [String] = []

    @OptionGroup var params: ParamArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        try GoingOn(
            run: reference.number, paths: reference.rest, kind: .down, params: params, selection: selection.selection,
            execution: execution, state: state
        ).carryOut()
    }
}
