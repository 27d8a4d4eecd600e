import ArgumentParser

/// Where the state folder is.
struct StateArguments: ParsableArguments {
    @Option(name: .customLong("state"), help: ArgumentHelp("State folder.", valueName: "dir"))
    var state: String?
}
