import ArgumentParser
import Checkpoints
import Execution
import Glibc
import Model
import Reports
import Terminal

/// `runbook status`: how a run stands.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how every step of a run stands.")

    @Argument(help: ArgumentHelp("Number of a run, or `latest`.", valueName: "run"))
    var words: [String] = []
    @OptionGroup var state: StateArguments
    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let reference = RunReference(words)
        let stateFolder = try OpenStateFolder.reading(state)
        let summary = try stateFolder.run(reference, of: "status")
        let view = try StoredRun(stateFolder: stateFolder, run: summary.run)
        let isLive = Lock.holder(of: stateFolder.folder) != nil && view.state.outcome == nil
        let redactor = LogMasking(view: view).redactor
        let console = Console.standard
        if json {
            let value = StatusJSON.value(view.state, runbook: view.runbook, isLive: isLive, mask: redactor.mask)
            return console.print(value.prettyText)
        }
        let text = StatusText(
            view.state, runbook: view.runbook, style: console.outTraits.style, display: Display(redactor: redactor))
        console.print(
            text.lines(
                width: console.tableWidth, now: ProcessContext.current.now, isLive: isLive,
                command: stateFolder.command(for: summary.run)))
    }
}
