import ArgumentParser

/// Where the state folder is.
struct StateArguments: ParsableArguments {
    @Option(name: .customLong("state"), help: ArgumentHelp("State folder.", valueName: "dir"))
    var state: String?

    func validate() throws {
        if state?.isEmpty == true {
            throw ValidationError("`--state` names no folder: is a variable empty that should not be?")
        }
    }
}
