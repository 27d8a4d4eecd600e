import ArgumentParser
import Checkpoints
import Execution
import Gates
import Glibc
import Model
import Processes
import Steps
import Terminal

/// `runbook verify`: asks the gates of what is up again, and changes nothing.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Ask the gates of what is up again; change nothing.")

    @Argument(help: ArgumentHelp("Number of a run, or `latest`.", valueName: "run"))
    var words: [String] = []
    @Flag(help: "Go on asking until Ctrl-C, and count how often each gate changed.")
    var watch = false
    @Option(help: ArgumentHelp("Seconds between rounds of --watch.", valueName: "seconds"))
    var every = 5.0
    @OptionGroup var state: StateArguments

    func validate() throws {
        guard every >= 0.1, every <= 86_400 else { throw ValidationError("--every wants 0.1 to 86400 seconds.") }
    }

    func run() throws {
        let reference = RunReference(words)
        let stateFolder = try OpenStateFolder.reading(state)
        let summary = try stateFolder.run(reference, of: "verify")
        let view = try StoredRun(stateFolder: stateFolder, run: summary.run)
        let console = Console.standard
        guard let runbook = view.runbook else {
            console.error.write(DiagnosticRenderer.text(view.diagnostics))
            throw CommandFailure.silent(.invalid)
        }
        let reactor = try Reactor()
        try reactor.watchSignals(exit: .process)
        console.detach(folder: nil)
        let round = try Inspection(view: view, runbook: runbook, stateFolder: stateFolder, reactor: reactor)
        var flaps: [Int: Int] = [:]
        var last: [Int: Bool] = [:]
        while true {
            let findings = round.look()
            for (index, verdict) in findings.verdicts.sorted(by: { $0.key < $1.key }) {
                let before = last.updateValue(verdict.holds, forKey: index)
                if let before, before != verdict.holds { flaps[index, default: 0] += 1 }
                guard before != verdict.holds else { continue }
                let style = console.outTraits.style
                let word = verdict.holds ? style.paint("holds ", .good) : style.paint("lapsed", .bad)
                console.print("\(word) \(runbook.steps[index].id): \(Sanitizer.line(verdict.text))")
            }
            if findings.isInterrupted || !watch || console.out.isClosed { break }
            if pause(reactor, every) { break }
        }
        if watch {
            let list = flaps.sorted { $0.key < $1.key }.map { "\(runbook.steps[$0.key].id) \($0.value)" }
            console.print(list.isEmpty ? "no gate changed" : "changes: " + list.joined(separator: ", "))
        }
        let lapsed = last.values.count { !$0 }
        console.print("\(last.count - lapsed) of \(last.count) hold")
        if lapsed > 0 {
            console.print("bring back what lapsed: \(stateFolder.command(for: summary.run).of("resume"))")
            throw CommandFailure.silent(.lapsed)
        }
    }

    /// True when Ctrl-C ended it.
    private func pause(_ reactor: Reactor, _ seconds: Double) -> Bool {
        let end = reactor.now.uptime + seconds
        while reactor.now.uptime < end {
            for case .interrupt in reactor.wait(until: end) { return true }
        }
        return false
    }
}

/// What it takes to look at a run from outside its executor.
final class Inspection {
    private let state: RunState
    private let verifier: Verifier
    private let prober: NetworkProber

    init(view: StoredRun, runbook: Runbook, stateFolder: OpenStateFolder, reactor: Reactor) throws {
        prober = NetworkProber(stranger: Listeners.question) { [mailbox = reactor.mailbox] in mailbox.post($0) }
        let values = view.values
        let files = try RunFolder(state: stateFolder.folder.path, run: view.state.run)
        let machine = try LocalMachine(reactor: reactor, folder: files)
        let context = ProcessContext.current
        let host = Host(
            environment: context.environment.map { "\($0.key)=\($0.value)" }.sorted(), run: view.state.run,
            stateID: try stateFolder.stateID(of: view.state.run), work: stateFolder.folder.work)
        let builder = LaunchBuilder(runbook: runbook, host: host, values: values, files: files)
        let gateScheduler = GateScheduler(
            runbook: runbook, prober: prober, machine: machine, builder: builder, values: values)
        var state = view.state
        _ = Daemons.follow(&state, runbook: runbook, runner: machine.runner, builder: builder, now: context.now)
        self.state = state
        verifier = Verifier(
            runbook: runbook, inbox: reactor, machine: machine, gateScheduler: gateScheduler, builder: builder,
            files: files)
    }

    deinit { prober.close() }

    func look() -> Verifier.Findings { verifier.verify(state) }
}
