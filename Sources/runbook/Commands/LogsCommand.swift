import ArgumentParser
import Checkpoints
import Execution
import Glibc
import Model
import Processes
import Terminal

/// `runbook logs`: the output of steps.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show the output of steps; of all that ran, unless some are named.")

    @Argument(help: ArgumentHelp("[RUN] [STEP…]; ids may be globs.", valueName: "words"))
    var words: [String] = []

    @Flag(name: .shortAndLong, help: "Go on showing what is written until the steps end.")
    var follow = false

    @Option(help: ArgumentHelp("This attempt; the latest unless given.", valueName: "n"))
    var attempt: Int?

    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        let folder = try OpenStateFolder.reading(state)
        let summary = try folder.run(reference.number)
        let view = try StoredRun(stateFolder: folder, run: summary.run)
        let steps = try chosen(reference.rest, view)
        let masking = LogMasking(view: view)
        let console = Console.standard
        let hasTitles = steps.count != 1
        for step in steps {
            guard let attempt = try log(of: step, view) else { continue }
            if let reason = masking.reasonToHold(step, view.state[step: step]) {
                throw CommandFailure(.failed, reason)
            }
            if hasTitles {
                console.print(console.outTraits.style.paint("── \(step), attempt \(attempt.number)", .strong))
            }
            let show = LogReader(path: attempt.log, console: console, redactor: masking.redactor)
            show.drain()
            if follow { try tail(show, folder, run: summary.run, step: step, attempt: attempt.number) }
            show.end()
            if console.out.isClosed { return }
        }
    }

    private func chosen(_ patterns: [String], _ view: StoredRun) throws -> [String] {
        let known = view.state.order
        guard !patterns.isEmpty else {
            return known.filter { !view.state[step: $0].attempts.isEmpty && !writesFile($0, view) }
        }
        var steps: [String] = []
        for pattern in patterns {
            let found = known.filter { $0 == pattern || Glob.matches(pattern, $0) }
            if found.isEmpty { _ = try view.step(pattern) }
            if found.allSatisfy({ view.state[step: $0].attempts.isEmpty }) {
                throw CommandFailure(.usage, "\(pattern) has no output: it never ran")
            }
            if found.allSatisfy({ writesFile($0, view) }) {
                throw CommandFailure(.usage, "\(pattern) has no output: it writes a file, and runs nothing")
            }
            steps += found.filter { !writesFile($0, view) }
        }
        return steps
    }

    /// A `file:` step has no process, and so no log.
    private func writesFile(_ step: String, _ view: StoredRun) -> Bool {
        guard let runbook = view.runbook, let index = runbook.index[step] else { return false }
        if case .file = runbook.steps[index].kind { return true }
        return false
    }

    private func log(of step: String, _ view: StoredRun) throws -> Attempt? {
        let attempts = view.state[step: step].attempts
        guard let attempt else { return attempts.last }
        guard let found = attempts.first(where: { $0.number == attempt }) else {
            throw CommandFailure(
                .usage, "\(step) has no attempt \(attempt)",
                hint: "it has: " + attempts.map { "\($0.number)" }.joined(separator: ", "))
        }
        return found
    }

    /// Until the attempt has ended, or the reader has gone.
    private func tail(_ show: LogReader, _ folder: OpenStateFolder, run: Int, step: String, attempt: Int) throws {
        while !Console.standard.out.isClosed {
            let status = try folder.store.load(run).state[step: step]
            let isOver =
                status.attempts.first { $0.number == attempt }?.endedAt != nil
                || (!status.state.isActive && status.process == nil)
            for _ in 0..<5 {
                show.drain()
                if isOver { return }
                usleep(100_000)
            }
        }
    }
}

/// Which secrets to mask in logs, as far as they can be known from outside the executor.
struct LogMasking {
    let redactor: Redactor
    private let runbook: Runbook?

    init(view: StoredRun) {
        runbook = view.runbook
        redactor = view.redactor
        view.values.openAll()
        for scope in view.runbook?.scopes ?? [] {
            for secret in scope.secrets {
                switch secret.origin {
                case .environment(let name):
                    if let value = ProcessContext.current.environment[name] { redactor.add(value) }
                case .file(let path):
                    guard let path = path.constant else { continue }
                    let full = Path.isAbsolute(path) ? path : scope.directory + "/" + path
                    if let bytes = TextFile.bytes(full) { redactor.add(LaunchBuilder.secretText(bytes)) }
                case .command: break
                }
            }
        }
    }

    /// An attempt that is under way and sees secrets that only its executor knows is not shown.
    func reasonToHold(_ id: String, _ status: StepStatus) -> String? {
        guard status.state.isActive, let runbook, let index = runbook.index[id] else { return nil }
        let step = runbook.steps[index]
        let hidden = runbook.scopes[step.scope].secrets.filter { secret in
            guard case .command = secret.origin else { return false }
            return step.secrets.contains(secret.name)
        }
        let isMaking = step.outputs.contains(where: \.isSecret)
        guard !hidden.isEmpty || isMaking else { return nil }
        return
            "\(id) is under way and sees secrets that cannot be masked from here; its output can be shown once it ends"
    }
}

/// Shows a growing file from its beginning, by whole lines.
final class LogReader {
    /// Negative when there is none.
    private let descriptor: Int32
    private let console: Console
    private let redactor: Redactor
    private var rest: [UInt8] = []

    init(path: String, console: Console, redactor: Redactor) {
        descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        self.console = console
        self.redactor = redactor
        if descriptor < 0 { console.warn("\(path): the log is gone") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Shows what was written since the last time.
    func drain() {
        while descriptor >= 0, !console.out.isClosed {
            guard let count = try? FileIO.append(from: descriptor, to: &rest, atMost: 64 << 10), count > 0 else {
                return
            }
            guard let end = rest.lastIndex(of: 0x0A) else {
                if rest.count > 1 << 20 { self.end() }
                continue
            }
            show(rest[...end])
            rest.removeSubrange(...end)
        }
    }

    /// Shows a last line without an end.
    func end() {
        guard !rest.isEmpty else { return }
        show(rest[...])
        rest = []
    }

    private func show(_ bytes: ArraySlice<UInt8>) {
        let masked = redactor.mask(Array(bytes))
        guard console.outTraits.isTerminal else { return console.out.write(masked) }
        // Once as it was written, and once without the sequences that may have broken a secret up.
        console.out.write(redactor.mask(Sanitizer.text(OSText.text(of: masked))))
    }
}
