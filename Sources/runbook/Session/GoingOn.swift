import ArgumentParser
import Checkpoints
import Execution
import Glibc
import Model
import Steps
import Terminal

/// Another session of a run that exists.
struct GoingOn {
    /// nil: the one that `paths` mean, else the latest.
    var run: Int?
    /// What was named beside the run's number: its runbooks.
    var paths: [String]
    /// Where its runbooks are known to be.
    var isAt: [String]?
    var kind: Session.Kind
    var params: ParamArguments
    var selection: Selection
    var execution: ExecutionArguments
    var state: StateArguments

    init(
        run: Int?, paths: [String], isAt: [String]? = nil, kind: Session.Kind, params: ParamArguments,
        selection: Selection, execution: ExecutionArguments, state: StateArguments
    ) {
        self.run = run
        self.paths = paths
        self.isAt = isAt
        self.kind = kind
        self.params = params
        self.selection = selection
        self.execution = execution
        self.state = state
    }

    /// What a session works with: the runbooks, and where they came from.
    private struct Loaded {
        var runbook: Runbook
        var sources: [SourceFile]
        var loading: Loading
        /// Steps that only earlier versions had.
        var removed: Set<String> = []
    }

    func carryOut() throws {
        for path in paths where !TextFile.exists(try ProcessContext.current.place(path)) {
            throw CommandFailure(
                .usage, "`\(path)` is no run, and no file",
                hint: "a run is a number, or `latest`; these are there: \(state.command.of("runs"))")
        }
        let stateFolder = try OpenStateFolder.executing(state, create: false)
        let (summary, named) = try RunFinder(stateFolder: stateFolder).run(run, paths: paths, params: params)
        let known = try stateFolder.store.load(summary.run).state
        guard let earlier = known.sessions.last else {
            throw CommandFailure(
                .usage, "run \(summary.run) never began",
                hint: "start a new one: \(stateFolder.command.of("run", Loading.placeholder))")
        }
        var loaded = try load(earlier, at: isAt ?? named, stateFolder, summary.run)
        for note in loaded.loading.notes(on: loaded.runbook) { Console.standard.note(note) }
        if kind == .down { try addRemoved(&loaded, known, stateFolder) }
        let executor = try Executor(
            runbook: loaded.runbook, sources: loaded.sources, removed: loaded.removed, stateFolder: stateFolder,
            run: summary.run, kind: kind, loading: loaded.loading, arguments: execution)
        if kind == .resume { executor.warnOfRemoved() }
        let plan = try executor.plan(selection)
        if execution.dryRun || execution.output != .json && execution.output != .quiet { executor.show(plan) }
        if execution.dryRun { return }
        try SessionEnd.finish(try executor.carryOut(plan, selection: selection))
    }

    // MARK: - The runbooks

    /// The runbooks as they are now; where they are gone, as they were stored. Taking down also does without files that
    /// cannot be read as they are now.
    private func load(_ earlier: Session, at paths: [String]?, _ stateFolder: OpenStateFolder, _ run: Int) throws
        -> Loaded
    {
        let whereabouts = Whereabouts(earlier, folder: stateFolder.folder.path)
        let names = whereabouts.paths.joined(separator: ", ")
        if paths == nil, whereabouts.place == .gone {
            if let stored = try stored(earlier, stateFolder, run) {
                var command = stateFolder.command
                command.run = run
                Console.standard.warn(
                    "\(names): gone; run \(run) goes on with what was stored"
                        + (kind == .down ? "" : " (if it moved: \(command.of("resume", ["NEWPATH"])))"))
                return stored
            }
        } else if paths == nil, whereabouts.place == .moved {
            Console.standard.note("the runbooks moved with the state folder: \(names)")
        }
        let loading = try Loading(
            goingOnWith: earlier, paths: paths ?? whereabouts.paths, params: params, state: stateFolder.folder.path,
            run: run, isKept: kind == .down)
        let result = loading.load()
        if result.runbook == nil, kind == .down, let stored = try stored(earlier, stateFolder, run) {
            let count = result.diagnostics.count { $0.severity == .error }
            let first = result.diagnostics.first { $0.severity == .error }
            Console.standard.warn(
                "\(loading.paths.joined(separator: ", ")) cannot be used as it is now "
                    + "(\(count) error\(count == 1 ? "" : "s"); first: \(first?.message ?? "")): "
                    + "what was stored is taken down")
            return stored
        }
        return Loaded(runbook: try Loading.require(result), sources: result.sources, loading: loading)
    }

    private func stored(_ session: Session, _ stateFolder: OpenStateFolder, _ run: Int) throws -> Loaded? {
        guard let loading = try Loading.stored(session, params: params, stateFolder: stateFolder, run: run) else {
            return nil
        }
        let result = loading.load()
        return Loaded(runbook: try Loading.require(result), sources: result.sources, loading: loading)
    }

    /// What came up and is in the runbooks no more is taken down by the text it came up with.
    private func addRemoved(_ loaded: inout Loaded, _ state: RunState, _ stateFolder: OpenStateFolder) throws {
        let found = RemovedSteps.find(in: state, runbook: loaded.runbook)
        guard !found.isEmpty else { return }
        var versions: [Int: Runbook] = [:]
        var removed: [(id: String, from: Runbook)] = []
        for step in found {
            if versions[step.session] == nil, state.sessions.indices.contains(step.session - 1) {
                versions[step.session] = try Loading.stored(
                    state.sessions[step.session - 1], params: .none, stateFolder: stateFolder, run: state.run)?
                    .load().runbook
            }
            guard let version = versions[step.session], version.index[step.id] != nil else {
                throw CommandFailure(
                    .usage,
                    "\(step.id) came up in this run, is in the runbook no more, and its text was not stored",
                    hint: "put it back into the runbook, or end it by hand and say so: "
                        + stateFolder.command(for: state.run).of("reset", [step.id]))
            }
            removed.append((step.id, version))
        }
        loaded.runbook = loaded.runbook.adding(removed)
        loaded.removed = Set(removed.map(\.id))
    }
}
