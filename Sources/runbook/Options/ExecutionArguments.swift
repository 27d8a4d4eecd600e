import ArgumentParser

/// How output looks.
enum OutputStyle: String, ExpressibleByArgument, CaseIterable {
    case auto, tty, plain, json, quiet
}

/// How a run is carried out.
struct ExecutionArguments: ParsableArguments {
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Most bodies that run at once.", valueName: "n"))
    var jobs = 8

    @Flag(help: "Print what would be done, and why; do nothing.")
    var dryRun = false

    @Flag(help: "Start nothing new once a step has failed.")
    var failFast = false

    @Flag(help: "Answer every `confirm` with yes.")
    var yes = false

    @Option(help: ArgumentHelp("Output: auto, tty, plain, json or quiet.", valueName: "style"))
    var output = OutputStyle.auto

    func validate() throws {
        guard (1...10_000).contains(jobs) else { throw ValidationError("--jobs wants a number from 1 to 10000.") }
    }
}
