import ArgumentParser
import Checkpoints
import Execution
import Reports
import Steps
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
        try reference.nothingElse(in: "status")
        let workplace = try Workplace.reading(state)
        let summary = try workplace.run(reference.number)
        let view = try Retrospect(workplace: workplace, run: summary.run)
        let isLive = Lock.holder(of: workplace.folder) != nil && view.state.outcome == nil
        let masker = LogMasking(view: view).masker
        let console = Console.standard
        if json {
            let value = StatusJSON.value(view.state, runbook: view.runbook, isLive: isLive, mask: masker.mask)
            return console.print(value.prettyText)
        }
        console.print(lines(view, isLive: isLive, console: console, mask: masker.mask))
    }

    private func lines(_ view: Retrospect, isLive: Bool, console: Console, mask: (String) -> String) -> [String] {
        let style = console.outTraits.style
        var table = Table([
            .init("state"), .init("step"), .init("took", right: true), .init("gates", right: true),
            .init("attempts", right: true), .init("reason / gate"),
        ])
        var ids = view.runbook?.steps.map(\.id) ?? []
        let known = Set(ids)
        ids += view.state.order.filter { !known.contains($0) }
        for id in ids {
            let status = view.state[step: id]
            let mark = StateMark(status.state, style: style)
            let gate = status.gates.compactMap { gate in gate.last.map { "\(gate.label): \($0.text)" } }.last
            let text = status.reason.isEmpty ? gate ?? "" : status.reason
            table.add([
                .init("\(mark.symbol) \(mark.word)", mark.tone), .init(id),
                .init(status.seconds > 0 ? SpanText.short(status.seconds) : ""),
                .init(status.gateSeconds > 0 ? SpanText.short(status.gateSeconds) : ""),
                .init(status.attempts.isEmpty ? "" : "\(status.attempts.count)"),
                .init(mask(Sanitizer.line(text)), .faint),
            ])
        }
        let word = RunWord.of(view.state.outcome, isLive: isLive)
        let head = "run \(view.state.run) of \(view.state.sessions.last?.runbook ?? "?"): \(word)"
        return [style.paint(head, .strong), ""] + table.lines(width: console.width, style: style)
    }
}
