import Checkpoints
import Execution
import Model
import Steps
import Terminal

/// A run seen from outside: its stored state, and the runbooks as they are now where they still load.
struct StoredRun {
    let state: RunState
    let runbook: Runbook?
    let diagnostics: [Diagnostic]
    /// Masks what of it is secret, once `LogMasking` has looked for that.
    let redactor = Redactor.forDisplay()
    private let stateFolder: OpenStateFolder

    init(stateFolder: OpenStateFolder, run: Int) throws {
        self.stateFolder = stateFolder
        state = try stateFolder.store.load(run).state
        values = Values(box: KeyRing(environment: ProcessContext.current.environment), mask: redactor)
        for (step, status) in state.steps { values.set(status, of: step) }
        guard let session = state.sessions.last else {
            runbook = nil
            diagnostics = []
            return
        }
        let whereabouts = Whereabouts(session, folder: stateFolder.folder.path)
        var loading = try Loading(
            goingOnWith: session, paths: whereabouts.paths, params: ParamArguments.none,
            state: stateFolder.folder.path, run: run, isKept: session.kind == .down)
        if whereabouts.place == .gone,
            let stored = try Loading.stored(session, params: .none, stateFolder: stateFolder, run: run)
        {
            loading = stored
        }
        let result = loading.load()
        runbook = result.runbook
        diagnostics = result.diagnostics
    }

    /// What the run has handed on.
    let values: Values

    /// What the step is now; nil while an output that it names is unknown.
    func fingerprint(_ index: Int) throws -> Fingerprint? {
        guard let runbook else { return nil }
        return try Fingerprinter(runbook: runbook, values: values).fingerprint(index)
    }

    /// The step with this id, with its place in the runbooks of now.
    func step(_ id: String) throws -> (index: Int?, status: StepStatus) {
        let index = runbook?.index[id]
        guard index != nil || state.steps[id] != nil else {
            let known = runbook?.steps.map(\.id) ?? state.order
            throw CommandFailure(
                .usage, "there is no step \(id)",
                hint: Suggestion.nearest(to: id, among: known).map { "did you mean \($0)?" }
                    ?? "these are there: \(stateFolder.command(for: state.run).of("status"))")
        }
        return (index, state[step: id])
    }
}

extension ParamArguments {
    /// No params given.
    static var none: ParamArguments {
        var arguments = ParamArguments()
        arguments.params = []
        arguments.files = []
        return arguments
    }
}
