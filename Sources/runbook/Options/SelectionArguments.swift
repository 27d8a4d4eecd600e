import ArgumentParser
import Execution

/// Which steps a command is about.
struct SelectionArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Only these steps; ids may be globs.", valueName: "id"))
    var only: [String] = []

    @Option(help: ArgumentHelp("These steps and all that need them.", valueName: "id"))
    var from: [String] = []

    @Option(help: ArgumentHelp("These steps and all they need.", valueName: "id"))
    var until: [String] = []

    @Option(help: ArgumentHelp("Leave these steps out.", valueName: "id"))
    var skip: [String] = []

    @Option(help: ArgumentHelp("Only steps of this stage.", valueName: "stage"))
    var stage: [String] = []

    @Option(help: ArgumentHelp("Only steps of this layer.", valueName: "layer"))
    var layer: [String] = []

    @Option(help: ArgumentHelp("Only steps with this tag.", valueName: "tag"))
    var tag: [String] = []

    @Flag(help: "Take needs that are left out for done.")
    var assumeDone = false

    var selection: Selection {
        var selection = Selection()
        selection.only = only
        selection.from = from
        selection.until = until
        selection.skip = skip
        selection.stages = stage
        selection.layers = layer
        selection.tags = tag
        selection.assumeDone = assumeDone
        return selection
    }
}

extension Selection {
    /// The options that mean it.
    var words: [String] {
        let options = [
            ("--only", only), ("--from", from), ("--until", until), ("--skip", skip), ("--stage", stages),
            ("--layer", layers), ("--tag", tags),
        ]
        let chosen = options.flatMap { option, values in
            values.flatMap { $0.hasPrefix("-") ? ["\(option)=\($0)"] : [option, $0] }
        }
        return chosen + (assumeDone ? ["--assume-done"] : [])
    }
}
