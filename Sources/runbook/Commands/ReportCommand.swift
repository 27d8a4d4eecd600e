import ArgumentParser
import Checkpoints
import Execution
import Gates
import Glibc
import Model
import Processes
import Reports
import Terminal

/// `runbook report`: the as-built record of a run.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the record of a run: HTML with a timeline, Markdown, JSON, JUnit, or a trace.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case html, markdown, json, junit, otlp
    }

    @Argument(help: ArgumentHelp("Number of a run, or `latest`.", valueName: "run"))
    var words: [String] = []
    @Option(help: "html, markdown, json, junit or otlp.")
    var format = Format.html
    @Option(
        name: [.customShort("o", allowingJoined: true), .customLong("out")],
        help: ArgumentHelp("File to write; standard output unless given.", valueName: "file"), completion: .file())
    var out: String?
    @Option(
        help: ArgumentHelp(
            "With otlp: post the trace to this collector (http://HOST:4318/v1/traces).", valueName: "url"))
    var endpoint: String?
    @OptionGroup var state: StateArguments

    func validate() throws {
        if endpoint != nil, format != .otlp { throw ValidationError("--endpoint goes with --format otlp.") }
    }

    func run() throws {
        let reference = RunReference(words)
        let stateFolder = try OpenStateFolder.reading(state)
        let summary = try stateFolder.run(reference, of: "report")
        let view = try StoredRun(stateFolder: stateFolder, run: summary.run)
        let text = try render(try record(view, stateFolder, summary), view, stateFolder)
        if let endpoint {
            do { try HTTPPost.send(json: text, to: endpoint) } catch {
                throw CommandFailure(.failed, "the trace was not taken: \(error.message)")
            }
            return Console.standard.print("run \(summary.run): trace posted to \(endpoint)")
        }
        guard let out else { return Console.standard.print(text) }
        do { try TextFile.replace(out, text) } catch {
            throw CommandFailure(.failed, "cannot write \(out): \(error.words)")
        }
        Console.standard.print("run \(summary.run): \(out)")
    }

    private func record(_ view: StoredRun, _ stateFolder: OpenStateFolder, _ summary: RunSummary) throws -> RunRecord {
        let masking = LogMasking(view: view)
        let files = try RunFolder(state: stateFolder.folder.path, run: summary.run)
        let before = try stateFolder.store.runs()
            .filter { $0.name == summary.name && $0.run < summary.run && $0.outcome != nil }.max { $0.run < $1.run }
        let earlier = try before.map { before in
            (try stateFolder.store.load(before.run).state, Timeline(try records(stateFolder, before.run)).length)
        }
        let mask = { (text: String) in masking.redactor.mask(Sanitizer.text(text)) }
        let isLive = Lock.holder(of: stateFolder.folder) != nil && view.state.outcome == nil
        let owners = Dictionary(
            view.state.steps.flatMap { step, status in status.attempts.map { ($0.log, step) } },
            uniquingKeysWith: { first, _ in first })
        return RunRecord(
            state: view.state, records: try records(stateFolder, summary.run), runbook: view.runbook, isLive: isLive,
            before: earlier,
            log: { attempt in
                if let step = owners[attempt.log], let reason = masking.reasonToHold(step, view.state[step: step]) {
                    return [reason]
                }
                return files.tail(attempt.log, lines: 40).map(mask)
            }, mask: mask)
    }

    private func records(_ stateFolder: OpenStateFolder, _ run: Int) throws -> [Record] {
        var records: [Record] = []
        var seq = 0
        while true {
            let page = try stateFolder.store.records(run, after: seq)
            guard let last = page.last else { return records }
            records += page.map(\.record)
            seq = last.seq
        }
    }

    private func render(_ record: RunRecord, _ view: StoredRun, _ stateFolder: OpenStateFolder) throws -> String {
        switch format {
        case .markdown: return MarkdownReport.text(record)
        case .json: return RecordJSON.value(record).prettyText
        case .junit: return JUnitReport.text(record)
        case .otlp:
            let identity = Fingerprinter.digest("\(stateFolder.folder.path)\n\(record.run)\n\(record.started)")
            return TraceReport.value(record, identity: identity, digest: Fingerprinter.digest).text
        case .html:
            guard let runbook = view.runbook else {
                return HTMLReport.text(record, svg: nil, mermaid: "The runbooks of this run do not load any more.")
            }
            let model = GraphModel(runbook: runbook, state: view.state).reduced().readable()
            return HTMLReport.text(
                record, svg: try? Graphviz.svg(DOTGraph.text(model)), mermaid: MermaidGraph.text(model))
        }
    }
}
