import Checkpoints
import Execution
import Processes
import Steps

/// Why a new run may not begin: an unfinished one, or services that are still up.
struct Refusal {
    let workplace: Workplace
    /// Options that a suggested command needs to mean the same state folder.
    let suggestion: String

    /// - Parameter fresh: forget unfinished runs; services still refuse.
    func check(_ runbook: Runbook, paths: [String], fresh: Bool) throws {
        let absolute = Set(paths.map(Surroundings.current.absolute))
        let runs = try workplace.store.runs().filter { run in
            !run.isAbandoned && (run.name == runbook.name || !absolute.isDisjoint(with: run.paths))
        }
        var unfinished: [Int] = []
        for run in runs {
            let services = try liveServices(run.run)
            if !services.isEmpty {
                throw CommandFailure(
                    .usage, "services of run \(run.run) are still up: \(services.joined(separator: ", "))",
                    hint: "go on with it: runbook resume\(suggestion)   (or runbook up)\n"
                        + "      or take it down: runbook down\(suggestion)")
            }
            if run.isUnfinished { unfinished.append(run.run) }
        }
        guard !unfinished.isEmpty else { return }
        if fresh { return try workplace.store.abandon(unfinished) }
        let list = unfinished.map { "run \($0)" }.joined(separator: ", ")
        throw CommandFailure(
            .usage, "\(list) of \(runbook.name) \(unfinished.count == 1 ? "is" : "are") not finished",
            hint: "go on with it: runbook resume\(suggestion)   (or runbook up)\n"
                + "      take it down: runbook down\(suggestion)\n      or forget it: runbook run --fresh …")
    }

    private func liveServices(_ run: Int) throws -> [String] {
        let state = try workplace.store.load(run).state
        let runner = ProcessRunner(reactor: try Reactor())
        return state.order.filter { step in
            guard let identity = state[step: step].process, state[step: step].state != .undone else { return false }
            return runner.isAlive(identity)
        }
    }
}
