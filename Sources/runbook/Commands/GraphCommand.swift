import ArgumentParser
import Checkpoints
import Execution
import Glibc
import Model
import Reports
import Steps

extension GraphModel.Grouping: ExpressibleByArgument {}

/// `runbook graph`: the dependency graph.
struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the dependency graph: Mermaid, DOT, SVG or JSON.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case mermaid, dot, svg, json
    }

    @OptionGroup var load: LoadArguments
    @OptionGroup var selection: SelectionArguments
    @OptionGroup var state: StateArguments

    @Option(help: "mermaid, dot, svg (by Graphviz) or json.")
    var format = Format.mermaid
    @Option(help: "step, stage, component, layer or file; large graphs go by stage unless one is given.")
    var by: GraphModel.Grouping?
    @Option(help: ArgumentHelp("These steps with all they need and all that needs them.", valueName: "id"))
    var focus: [String] = []
    @Flag(help: "Only the critical path.")
    var critical = false
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Show the states of this run (a number or `latest`).", valueName: "run"))
    var shownRun: String?
    @Flag(help: "Keep needs that follow from others.")
    var full = false

    func run() throws {
        var shown: RunState?
        if let shownRun {
            let stateFolder = try OpenStateFolder.reading(state)
            shown = try stateFolder.store.load(try stateFolder.run(RunReference([shownRun]), of: "--run").run).state
        }
        let runbook = try Loading(
            paths: try Loading.paths(load.paths), params: load.params, state: state.name,
            run: OpenStateFolder.nextRun(state)
        ).require()
        let selected = try selection.selection.indices(in: runbook)
        var model = GraphModel(runbook: runbook, state: shown)
        if !selection.selection.isEverything {
            model = model.restricted(
                to: Set(runbook.steps.indices.filter { selected[$0] }.map { runbook.steps[$0].id }))
        }
        if !focus.isEmpty {
            guard let focused = model.focused(on: focus) else {
                let known = runbook.steps.map(\.id)
                let hint = focus.lazy.compactMap { Suggestion.nearest(to: $0, among: known) }.first
                throw CommandFailure(
                    .usage, "--focus \(focus.joined(separator: ", ")): no such step",
                    hint: hint.map { "did you mean \($0)?" })
            }
            model = focused
        }
        if critical { model = model.criticalPath() }
        if let by { model = model.grouped(by: by) }
        if !full, format != .json { model = model.reduced() }
        if by == nil, format != .json { model = model.readable() }
        switch format {
        case .mermaid: Console.standard.print(MermaidGraph.text(model))
        case .dot: Console.standard.print(DOTGraph.text(model))
        case .json: Console.standard.print(GraphJSON.value(model).prettyText)
        case .svg: Console.standard.print(try Graphviz.svg(DOTGraph.text(model)))
        }
    }
}

/// Layout by Graphviz, where it is installed.
enum Graphviz {
    static func svg(_ dot: String) throws -> String {
        guard let input = tmpfile() else { throw missing }
        defer { fclose(input) }
        guard let output = tmpfile() else { throw missing }
        defer { fclose(output) }
        let text = Array(OSText.shown(dot).utf8)
        guard fwrite(text, 1, text.count, input) == text.count, fflush(input) == 0 else { throw missing }
        rewind(input)
        guard draw(from: fileno(input), to: fileno(output)) else { throw missing }
        rewind(output)
        guard let drawing = try? FileIO.read(fileno(output)), !drawing.isEmpty else { throw missing }
        return String(decoding: drawing, as: UTF8.self)
    }

    /// Runs `dot` and waits for it; false where it is missing or failed.
    private static func draw(from input: Int32, to output: Int32) -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pid: pid_t = 0
        // It reads and writes streams alone, and the current folder may have any name.
        let words = ["env", "-C", "/", "dot", "-Tsvg"].map { word in word.withCString { strdup($0) } }
        defer { for word in words { free(word) } }
        guard posix_spawn(&pid, "/usr/bin/env", &actions, nil, words + [nil], environ) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return false } }
        return status == 0
    }

    static var isThere: Bool { (try? svg("digraph {}")) != nil }

    private static var missing: CommandFailure {
        CommandFailure(
            .failed, "Graphviz could not draw it", hint: "install it (apt-get install graphviz), or use --format dot")
    }
}
