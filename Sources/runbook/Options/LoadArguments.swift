import ArgumentParser

/// Runbooks to load, and values for their params.
struct LoadArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Runbook files, or folders of them; unless given the folder `runbooks`, else the file `runbook.md`.",
            valueName: "path"),
        completion: .file(extensions: ["md"]))
    var paths: [String] = []

    @OptionGroup var params: ParamArguments
}

/// Values for params.
struct ParamArguments: ParsableArguments {
    @Option(
        name: [.customShort("p", allowingJoined: true), .customLong("param")],
        help: ArgumentHelp("Value of a param; repeatable.", valueName: "name=value"))
    var params: [String] = []

    @Option(
        name: .customLong("params"),
        help: ArgumentHelp("File of `name: value` lines (YAML).", valueName: "file"), completion: .file())
    var files: [String] = []
}
