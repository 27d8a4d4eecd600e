import ArgumentParser
import Checkpoints
import Execution
import Model

/// `runbook up`: `run` where there is no run of these runbooks, else `resume`.
struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Bring runbooks up, or back up: run or resume, whichever fits.")

    @OptionGroup var load: LoadArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var execution: ExecutionArguments
    @OptionGroup var state: StateArguments

    func run() throws {
        let paths = try Loading.paths(load.paths)
        if let number = try existingRun(paths) {
            return try GoingOn(
                run: number, paths: [], isAt: paths, kind: .resume, params: load.params,
                selection: selection.selection, execution: execution, state: state
            ).carryOut()
        }
        var command = RunCommand()
        command.load = load
        command.load.paths = paths
        command.selection = selection
        command.execution = execution
        command.state = state
        command.fresh = false
        try command.run()
    }

    /// The latest run of these runbooks that has begun and was neither forgotten nor taken down.
    private func existingRun(_ paths: [String]) throws -> Int? {
        let stateFolder: OpenStateFolder
        do {
            stateFolder = try OpenStateFolder.reading(state)
        } catch let error as StoreError where error.kind == .missing {
            return nil
        }
        let loading = try Loading(paths: paths, params: load.params, state: try state.path, run: 0)
        switch try RunFinder(stateFolder: stateFolder).find(paths, loading.load()) {
        case .same(let run): return run.run
        case .moved(let run, let old):
            RunFinder.tell(run, old, paths)
            return run.run
        case .none: return nil
        }
    }
}
