import ArgumentParser
import Checkpoints
import Execution
import Model
import Processes
import Terminal

/// `runbook output`: what a step hands on.
struct OutputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "output", abstract: "Print what a step handed on; secrets only when named.")

    @Argument(help: ArgumentHelp("[RUN] STEP [NAME]", valueName: "words"))
    var words: [String] = []

    @Option(
        help: ArgumentHelp(
            "What this attempt handed on well, also where it does not count as done.", valueName: "n"))
    var attempt: Int?

    @Flag(help: "All that an attempt (the latest unless given) wrote to $RUNBOOK_OUTPUT and that could not be used.")
    var raw = false

    @OptionGroup var state: StateArguments

    func validate() throws {
        if raw, words.count > 2 { throw ValidationError("--raw shows all of what was written: name no output.") }
    }

    func run() throws {
        let reference = RunReference(words)
        guard (1...2).contains(reference.rest.count) else {
            throw ValidationError("`output` wants a step: runbook output [RUN] STEP [NAME].")
        }
        let stateFolder = try OpenStateFolder.reading(state)
        let summary = try stateFolder.run(reference.number)
        let view = try StoredRun(stateFolder: stateFolder, run: summary.run)
        let step = reference.rest[0]
        let status = try view.step(step).status
        if raw { return try printRaw(try chosen(status, step), step, stateFolder, view, run: summary.run) }
        let outputs = try self.outputs(status, step, stateFolder.command(for: summary.run))
        let console = Console.standard
        guard reference.rest.count == 2 else {
            for output in outputs {
                switch output.value {
                case .plain(let text): console.printValue("\(output.name)=\(text)")
                case .sealed: console.print("\(output.name)=***")
                }
            }
            return
        }
        let name = reference.rest[1]
        guard let output = outputs.first(where: { $0.name == name }) else {
            let known = outputs.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .failed, "\(step) has no output \(name)", hint: known.isEmpty ? nil : "it has: \(known)")
        }
        switch output.value {
        case .plain(let text): console.printValue(text)
        case .sealed(let bytes):
            do throws(JournalError) {
                console.printValue(String(decoding: try view.values.opened(bytes), as: UTF8.self))
            } catch {
                // The key is what a person can mend.
                throw CommandFailure(.failed, error.message)
            }
        }
    }

    /// What counts; or with `--attempt` what that one handed on.
    private func outputs(
        _ status: StepStatus, _ step: String, _ command: CommandText
    ) throws -> [Output] {
        if attempt != nil {
            let chosen = try chosen(status, step)
            guard chosen.kept.isEmpty else { return chosen.kept }
            guard chosen.isStored, chosen.number == status.lastBody?.number else {
                throw CommandFailure(.failed, "attempt \(chosen.number) of \(step) handed nothing on that was kept")
            }
            return status.outputs
        }
        guard status.outputs.isEmpty else { return status.outputs }
        let kept = status.attempts.last { !$0.kept.isEmpty }
        throw CommandFailure(
            .failed, "\(step) has no outputs (\(status.state.rawValue))",
            hint: kept.map {
                "attempt \($0.number) did not count, and handed on \($0.kept.map(\.name).joined(separator: ", ")): "
                    + command.of("output", [step, "--attempt", "\($0.number)"])
            })
    }

    private func chosen(_ status: StepStatus, _ step: String) throws -> Attempt {
        let bodies = status.attempts.filter { $0.role == .body }
        guard let attempt else {
            guard let last = bodies.last else { throw CommandFailure(.failed, "\(step) never ran") }
            return last
        }
        guard let found = bodies.last(where: { $0.number == attempt }) else {
            throw CommandFailure(
                .usage, "\(step) has no attempt \(attempt)",
                hint: bodies.isEmpty ? nil : "it has: " + bodies.map { "\($0.number)" }.joined(separator: ", "))
        }
        return found
    }

    /// The file as the body wrote it.
    private func printRaw(
        _ attempt: Attempt, _ step: String, _ stateFolder: OpenStateFolder, _ view: StoredRun, run: Int
    ) throws {
        let files = try RunFolder(state: stateFolder.folder.path, run: run)
        let limit = 8 * OutputText.fileLimit
        if let bytes = try files.read(files.outputs(step: step, attempt: attempt.number), limit: limit) {
            return Console.standard.printBytes(bytes)
        }
        let sealed = files.sealedOutputs(step: step, attempt: attempt.number)
        guard let bytes = try files.read(sealed, limit: limit) else {
            throw CommandFailure(
                .failed, "nothing is left of what attempt \(attempt.number) of \(step) wrote",
                hint: attempt.kept.isEmpty && !attempt.isStored
                    ? nil
                    : "what it handed on is stored: "
                        + stateFolder.command(for: run).of("output", [step, "--attempt", "\(attempt.number)"]))
        }
        Console.standard.printBytes(try view.values.opened(bytes))
    }
}
