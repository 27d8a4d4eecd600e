import ArgumentParser
import Checkpoints
import Execution
import Reports
import Terminal

/// `runbook runs`: the runs of this state folder.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "List the runs of the state folder.")

    @OptionGroup var state: StateArguments
    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let stateFolder = try OpenStateFolder.reading(state)
        let console = Console.standard
        let runs = try stateFolder.store.runs().sorted { $0.run > $1.run }
        console.print(
            RunsOutput(runs: runs, isLive: Lock.holder(of: stateFolder.folder) != nil, json: json).lines(console))
    }
}
