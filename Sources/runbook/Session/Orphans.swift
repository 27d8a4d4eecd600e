import Execution
import Model
import Processes
import Terminal

/// Processes of a run that outlived the executor that started them.
struct Orphans {
    private let living: [(step: String, process: ProcessIdentity)]
    private let state: RunState
    private let runner: ProcessRunner

    /// Descriptors that a session needs besides one for each of them.
    private static let margin = 8

    /// - Parameter token: identifies an attempt's process where its pid was not recorded.
    init(
        state: RunState, runbook: Runbook, runner: ProcessRunner,
        token: (_ step: Int, _ role: Role, _ attempt: Int) -> String
    ) throws {
        // Without a descriptor to look with, everything seems to be gone.
        try runner.requireDescriptors(Self.margin)
        var living: [(step: String, process: ProcessIdentity)] = []
        for (index, step) in runbook.steps.enumerated() {
            let status = state[step: step.id]
            var found = Set([status.process?.process].compactMap { $0 })
            for role in [Role.body, .undo] {
                guard let attempt = status.attempts.last(where: { $0.role == role }), attempt.endedAt == nil else {
                    continue
                }
                let process =
                    attempt.handle?.process
                    ?? (attempt.isFinished ? nil : runner.find(token: token(index, role, attempt.number)))
                if let process { found.insert(process) }
            }
            living += found.filter(runner.isAlive).sorted { $0.pid < $1.pid }.map { (step.id, $0) }
        }
        self.living = living
        self.state = state
        self.runner = runner
    }

    /// Each has to be watched: one that could not be would seem to have ended, and its step would run a second time.
    func requireDescriptors() throws {
        try runner.requireDescriptors(living.count + Self.margin)
    }

    /// Refuses a folder that is a copy of one in use: that one's processes are not the copy's to adopt, to end, or to
    /// start a second time.
    func refuseCopy(_ folder: String, _ files: RunFolder) throws(CommandFailure) {
        // The executor of that one cannot have ours, whose lock we hold.
        if let session = state.sessions.last, state.finished == nil, session.bootID == runner.bootID,
            runner.isAtWork(pid: session.pid, since: state.sessionStarted)
        {
            throw CommandFailure(
                .locked,
                "the state folder \(folder) is a copy of one that an executor is at work with: pid \(session.pid) "
                    + "(\(session.commandLine))",
                hint: "wait for it and go on there, or name another folder with --state")
        }
        for (step, process) in living {
            guard let origin = files.origin(of: process.pid) else { continue }
            let there = CommandText(program: ProcessContext.current.program, state: origin)
            throw CommandFailure(
                .locked,
                "the state folder \(folder) is a copy of \(origin), and \(step) of that one still runs: "
                    + "pid \(process.pid)",
                hint: "go on there: \(there.of("resume"))\n      or take it down there: \(there.of("down"))")
        }
    }
}
