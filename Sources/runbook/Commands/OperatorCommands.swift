import ArgumentParser
import Checkpoints
import Execution
import Glibc
import Model
import Processes
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
        _ kind: OperatorAction.Kind, command: String,
        check: (StepStatus, String, OpenStateFolder, Int) throws -> Blessing
    ) throws {
        let reference = RunReference(words)
        let step = try reference.step(of: command)
        let stateFolder = try OpenStateFolder.writing(state)
        let summary = try stateFolder.run(reference.number)
        let current = try stateFolder.store.load(summary.run).state
        guard let status = current.steps[step] else {
            let known = current.order.joined(separator: ", ")
            throw CommandFailure(.usage, "run \(summary.run) knows no step \(step)", hint: "it knows: \(known)")
        }
        let blessed = try check(status, step, stateFolder, summary.run)
        let context = ProcessContext.current
        let word = OperatorAction(
            kind: kind, user: context.user, note: note, fingerprint: blessed.fingerprint,
            outputs: blessed.outputs, file: blessed.file)
        try stateFolder.store.leave(word, run: summary.run, step: step, now: context.now)
        let isRunning = Lock.holder(of: stateFolder.folder) != nil
        let next =
            isRunning
            ? "the executor that is running hears it" : "\(stateFolder.command(for: summary.run).of("resume")) goes on"
        Console.standard.print("\(step): \(kind.rawValue) noted; \(next)")
    }
}

/// What goes with a person's word.
struct Blessing {
    var fingerprint: Fingerprint?
    var outputs: [Output] = []
    var file: FileMark?
}

/// `runbook approve`: answers a `confirm`.
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Answer the question of a step with yes.")
    @OptionGroup var word: WordArguments

    func run() throws {
        try word.leave(.approve, command: "approve") { status, step, _, _ in
            if status.state.isMet { throw CommandFailure(.usage, "\(step) is \(status.state.rawValue) already") }
            return Blessing()
        }
    }
}

/// `runbook accept`: blesses an edit, or says that an uncertain step did complete.
struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Bless an edit of a step that is done, or say that an uncertain one completed."
    )
    @OptionGroup var word: WordArguments
    @Option(
        name: .customLong("outputs"),
        help: ArgumentHelp(
            "What the step hands on, where that is not known: lines `name=value`, as a body writes them.",
            valueName: "file"), completion: .file())
    var outputsFile: String?

    func run() throws {
        try word.leave(.accept, command: "accept") { status, step, stateFolder, run in
            let view = try StoredRun(stateFolder: stateFolder, run: run)
            guard let runbook = view.runbook, let index = runbook.index[step] else {
                throw CommandFailure(.usage, "the runbooks as they are now have no step \(step)")
            }
            let specs = runbook.steps[index].outputs
            let given =
                try outputsFile.map { try GivenOutputs.read($0, specs: specs, of: step, values: view.values) } ?? []
            var outputs: [Output] = []
            switch status.state {
            case .done, .satisfied, .lapsed:
                if !given.isEmpty { outputs = try all(given, status, specs, of: step, stateFolder.command(for: run)) }
            case .uncertain, .interrupted, .failed:
                outputs = try all(given, status, specs, of: step, stateFolder.command(for: run))
            default:
                throw CommandFailure(
                    .usage, "\(step) is \(status.state.rawValue): there is nothing to accept",
                    hint: "accept is for steps that are done and edited, or uncertain")
            }
            return Blessing(
                fingerprint: try view.fingerprint(index), outputs: outputs,
                file: try changedFile(index, runbook, status, view, stateFolder))
        }
    }

    /// The file that stays as somebody made it; nil where the step's own is there, or it has none.
    private func changedFile(
        _ index: Int, _ runbook: Runbook, _ status: StepStatus, _ view: StoredRun, _ stateFolder: OpenStateFolder
    ) throws -> FileMark? {
        let files = try RunFolder(state: stateFolder.folder.path, run: view.state.run)
        let look = FileLook(runbook: runbook, files: files, values: view.values)
        guard case .changed(let how)? = look.fate(index, status) else { return nil }
        do {
            if let mark = try look.mark(index, status) { return mark }
        } catch {
            throw CommandFailure(.failed, error.message)
        }
        let id = runbook.steps[index].id
        throw CommandFailure(
            .usage, "\(FileLook.path(runbook.steps[index], status) ?? id) \(how): only a file can be accepted",
            hint: "to have it written anew: \(stateFolder.command(for: view.state.run).of("reset", [id]))")
    }

    /// What is given, and for the rest what is known; empty where all of that counts already.
    private func all(
        _ given: [Output], _ status: StepStatus, _ specs: [OutputSpec], of step: String, _ command: CommandText
    ) throws -> [Output] {
        let names = Set(given.map(\.name))
        let known = status.acceptable.filter { !names.contains($0.name) }
        let outputs = (given + known).filter { output in specs.contains { $0.name == output.name } }
            .sorted { $0.name < $1.name }
        let missing = specs.map(\.name).filter { name in !outputs.contains { $0.name == name } }
        guard missing.isEmpty else { throw unknown(missing, of: step, command) }
        return outputs == status.outputs ? [] : outputs
    }

    private func unknown(_ missing: [String], of step: String, _ command: CommandText) -> CommandFailure {
        CommandFailure(
            .usage, "\(step) cannot be accepted: its outputs are not known (\(missing.joined(separator: ", ")))",
            hint: "see what it wrote: \(command.of("output", [step, "--raw"]))\n"
                + "      write them into a file, a line `\(missing[0])=…` each, then: "
                + command.of("accept", [step, "--outputs", "FILE"]) + "\n"
                + "      or take back by hand what it did, then: " + command.of("reset", [step]))
    }
}

/// The outputs that a person gives in a file.
enum GivenOutputs {
    /// Read as what a body writes to `$RUNBOOK_OUTPUT`, and held to more: whoever gives a name means an output.
    static func read(_ path: String, specs: [OutputSpec], of step: String, values: Values) throws -> [Output] {
        let place = try ProcessContext.current.place(path)
        let descriptor = POSIX.open(place, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(.usage, "--outputs: \(path): \(SystemError().words)")
        }
        defer { close(descriptor) }
        guard let bytes = try? FileIO.read(descriptor, limit: OutputText.fileLimit + 1) else {
            throw CommandFailure(.usage, "--outputs: \(path) cannot be read: is it a file?")
        }
        guard bytes.count <= OutputText.fileLimit else {
            throw CommandFailure(.usage, "--outputs: \(path) is larger than \(OutputText.fileLimit) bytes")
        }
        let reading = OutputText.read(bytes)
        if let failure = reading.failure {
            throw CommandFailure(
                .usage, "--outputs: \(path), line \(failure.line): \(failure.message)",
                hint: "a value of several lines stands between `name<<MARK` and a line `MARK`")
        }
        let declared = specs.map(\.name)
        if let stranger = reading.values.keys.sorted().first(where: { !declared.contains($0) }) {
            throw CommandFailure(
                .usage, "--outputs: \(path) gives `\(stranger)`, which \(step) does not declare",
                hint: declared.isEmpty ? "it declares none" : "it declares \(declared.joined(separator: ", "))")
        }
        let wanted = specs.filter { reading.values[$0.name] != nil }
        do {
            if wanted.contains(where: \.isSecret) { try values.prepareSealing() }
        } catch {
            throw CommandFailure(.failed, error.message)
        }
        let handed = values.store(reading, specs: wanted)
        if let fault = handed.fault { throw CommandFailure(.usage, "--outputs: \(path): \(fault)") }
        return handed.outputs
    }
}

/// `runbook reset`: marks a step as not done.
struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Mark a step as not done, so that it runs again.")
    @OptionGroup var word: WordArguments

    func run() throws {
        try word.leave(.reset, command: "reset") { status, step, stateFolder, _ in
            if status.state.isActive, Lock.holder(of: stateFolder.folder) != nil {
                throw CommandFailure(.usage, "\(step) is \(status.state.rawValue) right now")
            }
            return Blessing()
        }
    }
}
