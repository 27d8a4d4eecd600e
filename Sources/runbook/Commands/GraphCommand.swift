import ArgumentParser
import Checkpoints
import Execution
import Foundation
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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["dot", "-Tsvg"]
        // It reads and writes streams alone, and the current folder may have any name.
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        guard let input = tmpfile() else { throw missing }
        defer { fclose(input) }
        let text = Array(OSText.shown(dot).utf8)
        guard fwrite(text, 1, text.count, input) == text.count, fflush(input) == 0 else { throw missing }
        rewind(input)
        let output = Pipe()
        process.standardInput = FileHandle(fileDescriptor: fileno(input))
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { throw missing }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw missing }
        return String(decoding: data, as: UTF8.self)
    }

    static var isThere: Bool { (try? svg("digraph {}")) != nil }

    private static var missing: CommandFailure {
        CommandFailure(
            .failed, "Graphviz could not draw it", hint: "install it (apt-get install graphviz), or use --format dot")
    }
}
