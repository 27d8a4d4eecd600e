import ArgumentParser
import Checkpoints
import Execution
import Steps
import Terminal

/// What `approve`, `accept` and `reset` have in common.
struct WordArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("[RUN] STEP", valueName: "step"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Why; kept with your name and the time.", valueName: "text"))
    var note = ""

    @OptionGroup var state: StateArguments

    /// Stores the word after `check` has agreed to it.
    func leave(
        _ kind: Word.Kind, command: String,
        check: (StepStatus, String, Workplace, Int) throws -> (fingerprint: Fingerprint?, outputs: [Output])
    ) throws {
        let reference = RunReference(words)
        let step = try reference.step(of: command)
        let workplace = try Workplace.writing(state)
        let summary = try workplace.run(reference.number)
        let current = try workplace.store.load(summary.run).state
        guard let status = current.steps[step] else {
            let known = current.order.joined(separator: ", ")
            throw CommandFailure(.usage, "run \(summary.run) knows no step \(step)", hint: "it knows: \(known)")
        }
        let blessed = try check(status, step, workplace, summary.run)
        let surroundings = Surroundings.current
        let word = Word(
            kind: kind, user: surroundings.user, note: note, fingerprint: blessed.fingerprint,
            outputs: blessed.outputs)
        try workplace.store.leave(word, run: summary.run, step: step, now: surroundings.now)
        let isRunning = Lock.holder(of: workplace.folder) != nil
        let next =
            isRunning
            ? "the executor that is running hears it" : "\(workplace.command(for: summary.run).of("resume")) goes on"
        Console.standard.print("\(step): \(kind.rawValue) noted; \(next)")
    }
}

/// `runbook approve`: answers a `confirm`.
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Answer the question of a step with yes.")
    @OptionGroup var word: WordArguments

    func run() throws {
        try word.leave(.approve, command: "approve") { status, step, _, _ in
            if status.state.isMet { throw CommandFailure(.usage, "\(step) is \(status.state.rawValue) already") }
            return (nil, [])
        }
    }
}

/// `runbook accept`: blesses an edit, or says that an uncertain step did complete.
struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Bless an edit of a step that is done, or say that an uncertain one completed."
    )
    @OptionGroup var word: WordArguments

    func run() throws {
        try word.leave(.accept, command: "accept") { status, step, workplace, run in
            let view = try Retrospect(workplace: workplace, run: run)
            guard let runbook = view.runbook, let index = runbook.index[step] else {
                throw CommandFailure(.usage, "the runbooks as they are now have no step \(step)")
            }
            var outputs: [Output] = []
            switch status.state {
            case .done, .satisfied, .lapsed: break
            case .uncertain, .interrupted, .failed:
                let declared = runbook.steps[index].outputs.map(\.name)
                outputs = status.acceptable.filter { declared.contains($0.name) }
                let missing = declared.filter { name in !outputs.contains { $0.name == name } }
                if !missing.isEmpty {
                    throw CommandFailure(
                        .usage,
                        "\(step) cannot be accepted: its outputs are not known (\(missing.joined(separator: ", ")))",
                        hint: "see what it wrote: \(workplace.command(for: run).of("output", [step, "--raw"]))\n"
                            + "      take back by hand what it did, then: "
                            + workplace.command(for: run).of("reset", [step]))
                }
                // What counts already is not stored a second time.
                if outputs == status.outputs { outputs = [] }
            default:
                throw CommandFailure(
                    .usage, "\(step) is \(status.state.rawValue): there is nothing to accept",
                    hint: "accept is for steps that are done and edited, or uncertain")
            }
            return (try view.fingerprint(index), outputs)
        }
    }
}

/// `runbook reset`: marks a step as not done.
struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Mark a step as not done, so that it runs again.")
    @OptionGroup var word: WordArguments

    func run() throws {
        try word.leave(.reset, command: "reset") { status, step, workplace, _ in
            if status.state.isActive, Lock.holder(of: workplace.folder) != nil {
                throw CommandFailure(.usage, "\(step) is \(status.state.rawValue) right now")
            }
            return (nil, [])
        }
    }
}
