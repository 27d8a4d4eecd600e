import Checkpoints
import Execution
import Model
import Processes
import Steps
import Terminal

/// Why a new run may not begin: an unfinished one, or services that are still up.
struct RunPreconditions {
    let stateFolder: OpenStateFolder

    /// Runs are of these runbooks when they have a file in common that was named, by whatever name.
    ///
    /// - Parameter fresh: forget unfinished runs; services still refuse.
    func check(_ runbook: Runbook, paths: [String], _ result: LoadResult, fresh: Bool) throws {
        let named = Set(result.sources.filter(\.isRoot).map(\.canonical))
        let sessions = try stateFolder.store.lastSessions()
        var moved: Int?
        if case .moved(let run, _) = try RunFinder(stateFolder: stateFolder).find(paths, result) { moved = run.run }
        let runs = try stateFolder.store.runs().filter { run in
            guard !run.isAbandoned, let session = sessions[run.run] else { return false }
            return run.run == moved || !named.isDisjoint(with: files(of: session))
        }
        var unfinished: [Int] = []
        for run in runs {
            let services = try liveServices(run.run)
            if !services.isEmpty {
                let command = stateFolder.command(for: run.run)
                throw CommandFailure(
                    .usage, "services of run \(run.run) are still up: \(services.joined(separator: ", "))",
                    hint: "go on with it: \(command.of("resume"))\n"
                        + "      or take it down: \(command.of("down"))")
            }
            if run.isUnfinished { unfinished.append(run.run) }
        }
        if fresh {
            // Also what is finished: no later run is to be told that it did what runs once.
            return try stateFolder.store.abandon(runs.filter { $0.outcome != .undone }.map(\.run))
        }
        guard !unfinished.isEmpty else {
            for run in runs.reversed() { try refuseRepetition(runbook, after: run) }
            return
        }
        let commands = unfinished.map(stateFolder.command)
        func each(_ command: String) -> String { commands.map { $0.of(command) }.joined(separator: ", ") }
        let list = unfinished.map { "run \($0)" }.joined(separator: ", ")
        throw CommandFailure(
            .usage, "\(list) of \(runbook.name) \(unfinished.count == 1 ? "is" : "are") not finished",
            hint: "go on with it: \(each("resume"))\n      take it down: \(each("down"))\n"
                + "      or forget it: \(anew)")
    }

    /// A new run knows nothing of the one before, and would do again what is to happen once.
    private func refuseRepetition(_ runbook: Runbook, after run: RunSummary) throws {
        guard run.outcome != .undone else { return }
        let state = try stateFolder.store.load(run.run).state
        let done = runbook.steps.filter(\.isOnce).map(\.id).filter { id in
            let status = state[step: id]
            return status.state == .done && status.attempts.contains { $0.role == .body && !$0.isUndone }
        }
        guard !done.isEmpty else { return }
        let command = stateFolder.command(for: run.run)
        throw CommandFailure(
            .usage,
            "run \(run.run) did what runs once: \(done.joined(separator: ", ")); a new run would do it a second time",
            hint: "go on with that run, which keeps it: \(command.of("resume"))\n"
                + "      take it down first: \(command.of("down"))\n      or do it a second time: \(anew)")
    }

    /// The command that was typed, as one that forgets.
    private var anew: String {
        let context = ProcessContext.current
        return ([context.program, "run", "--fresh"] + context.arguments.dropFirst()).map(ShellWord.quoted)
            .joined(separator: " ")
    }

    /// The files that a session was told of, where they are now.
    private func files(of session: Session) -> [String] {
        let whereabouts = Whereabouts(session, folder: stateFolder.folder.path)
        let files = session.sources.filter(\.isRoot).map(\.canonical)
        guard whereabouts.place == .moved else { return files }
        return files.map { Whereabouts.shifted($0, from: session.folder, to: stateFolder.folder.path) }
    }

    private func liveServices(_ run: Int) throws -> [String] {
        let state = try stateFolder.store.load(run).state
        let runner = ProcessRunner(reactor: try Reactor())
        return state.order.filter { step in
            guard let identity = state[step: step].process?.process, state[step: step].state != .undone else {
                return false
            }
            return runner.isAlive(identity)
        }
    }
}
