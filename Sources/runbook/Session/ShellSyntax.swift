import Execution
import Glibc
import Model
import Processes
import Steps

/// Has shells look at the texts that they would run, without running any of it (`-n`).
///
/// A shell stops at the first thing that it cannot read, and starting one for each of ten thousand bodies would take
/// long: they are looked at together, each in a function, and only where something is wrong in halves and then alone.
final class ShellSyntax {
    private struct Job {
        var passages: ArraySlice<ShellPassage>
        /// As it will be run, not in a function.
        var isPlain: Bool
    }

    /// Bytes and texts that are looked at together.
    private static let mostBytes = 512 << 10
    private static let mostTexts = 2_000
    /// Shells at a time, shells in all, and seconds for all of them: who has that many mistakes mends some first.
    private static let mostAtOnce = 4
    private static let mostShells = 1_000
    private static let patience = 30.0

    private let reactor: Reactor
    private let machine: LocalMachine
    private let folder: String
    private var queue: [Job] = []
    private var running: [ProcessKey: Job] = [:]
    private var shells = 0
    /// Shells that cannot be started.
    private var missing: Set<[String]> = []
    private var found: [Diagnostic] = []

    private init() throws {
        reactor = try Reactor()
        machine = try LocalMachine(reactor: reactor, folder: nil)
        folder = try TextFile.makeTemporaryFolder("runbook-check")
    }

    deinit {
        for name in POSIX.names(in: folder) ?? [] { POSIX.unlink("\(folder)/\(name)") }
        POSIX.rmdir(folder)
    }

    /// What shells say of the runbook's texts; nothing where no place for a file is to be had.
    static func diagnostics(_ runbook: Runbook) -> [Diagnostic] {
        let passages = ShellPassage.all(in: runbook)
        guard !passages.isEmpty, let syntax = try? ShellSyntax() else { return [] }
        return syntax.look(at: passages)
    }

    private func look(at passages: [ShellPassage]) -> [Diagnostic] {
        for (_, group) in Dictionary(grouping: passages, by: \.parser).sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            fill(group)
        }
        let end = reactor.now.uptime + Self.patience
        startSome()
        while !running.isEmpty, reactor.now.uptime < end {
            for occurrence in reactor.wait(until: end) { hear(occurrence) }
            startSome()
        }
        for key in running.keys { machine.kill(key) }
        machine.settle()
        return found.map(pointed)
    }

    /// Puts the texts of one shell into the queue, together as far as they may be.
    private func fill(_ group: [ShellPassage]) {
        queue += group.filter { !$0.isCompanion }.map { Job(passages: [$0], isPlain: true) }
        let companions = group.filter(\.isCompanion)
        var start = 0
        var bytes = 0
        for (index, passage) in companions.enumerated() {
            bytes += passage.text.utf8.count
            guard bytes >= Self.mostBytes || index - start + 1 >= Self.mostTexts else { continue }
            queue.append(Job(passages: companions[start...index], isPlain: false))
            (start, bytes) = (index + 1, 0)
        }
        if start < companions.count { queue.append(Job(passages: companions[start...], isPlain: false)) }
    }

    private func startSome() {
        while running.count < Self.mostAtOnce, shells < Self.mostShells, let job = queue.popLast() { start(job) }
    }

    private func path(_ key: ProcessKey) -> String { "\(folder)/\(key.step)" }

    private func start(_ job: Job) {
        guard let first = job.passages.first, !missing.contains(first.parser) else { return }
        shells += 1
        let key = ProcessKey(step: shells, role: .check, attempt: 0)
        let path = ProcessContext.current.environment["PATH"] ?? "/usr/bin:/bin"
        let launch = Launch(
            key: key, interpreter: Interpreter(arguments: first.parser, option: nil, delivery: .file, isShell: false),
            script: job.isPlain ? first.text + "\n" : ShellPassage.together(job.passages), scriptFile: self.path(key),
            inherited: SharedEnvironment([]), environment: ["PATH=\(path)", "LC_ALL=C"], directory: "/",
            output: .capture(limit: 0))
        running[key] = job
        machine.start(launch)
    }

    private func hear(_ occurrence: Occurrence) {
        switch occurrence {
        case .answered(let key, let exit, let capture): ended(key, exit, capture)
        case .notStarted(let key, _):
            if let parser = running.removeValue(forKey: key)?.passages.first?.parser { missing.insert(parser) }
        default: break
        }
    }

    private func ended(_ key: ProcessKey, _ exit: Exit, _ capture: Capture) {
        guard let job = running.removeValue(forKey: key) else { return }
        let said = String(decoding: capture.error, as: UTF8.self)
        defer { POSIX.unlink(path(key)) }
        guard case .status(let status) = exit, status != 0, let first = job.passages.first else { return }
        if job.isPlain {
            found.append(first.diagnostic(ShellComplaint(said, path: path(key))))
        } else if job.passages.count == 1 {
            queue.append(Job(passages: job.passages, isPlain: true))
        } else {
            let middle = job.passages.startIndex + job.passages.count / 2
            queue.append(Job(passages: job.passages[..<middle], isPlain: false))
            queue.append(Job(passages: job.passages[middle...], isPlain: false))
        }
    }

    /// With the line of the file, and its text underlined.
    private func pointed(_ diagnostic: Diagnostic) -> Diagnostic {
        guard diagnostic.place.column == 1 else { return diagnostic }
        var diagnostic = SourceLines().added(to: [diagnostic]).first ?? diagnostic
        guard let line = diagnostic.sourceLine else { return diagnostic }
        let blanks = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
        let text = line.unicodeScalars.dropFirst(blanks)
        diagnostic.place.column += blanks
        diagnostic.length = max(1, text.count)
        return diagnostic
    }
}
