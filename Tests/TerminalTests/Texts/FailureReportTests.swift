import Execution
import Steps
import Testing

@testable import Terminal

@Suite("Report of what failed")
struct FailureReportTests {
    private func report(
        _ state: RunState, runbook: Runbook = Sample.zone, masker: Masker = Masker(), tail: [String] = []
    ) -> [String] {
        FailureReport(state: state, runbook: runbook, style: .plain, display: Display(masker: masker))
            .lines(tail: { _ in tail }, goOn: "runbook resume zone.md")
    }

    private let failed: [Event] = [
        .finished(step: "ca", Result(state: .done)), .finished(step: "consul", Result(state: .done)),
        .intended(step: "replica", FakeRun.intent(2)),
        .finished(
            step: "replica", Result(state: .failed, attempt: 2, exit: .status(3), seconds: 4.1, reason: "exit 3")),
        .finished(step: "board", Result(state: .blocked)), .finished(step: "front", Result(state: .blocked)),
        .finished(step: "notes", Result(state: .done)),
    ]

    @Test("says what failed, the last lines of its output, its log, what it blocks, and how to go on")
    func failure() {
        #expect(
            report(Sample.state(failed), tail: ["copying", "connection refused"]) == [
                "✗ failed  replica  Bring up replica",
                "    exit 3 after 4.1 s",
                "    zone.md:30:1",
                "    │ copying",
                "    │ connection refused",
                "    log: runs/7/log",
                "    blocks 2 steps: board, front",
                "",
                "Mend it, then go on from here:",
                "    runbook resume zone.md",
            ])
    }

    @Test("a run that is done has none")
    func done() {
        #expect(report(Sample.state([.finished(step: "ca", Result(state: .done))])) == [])
    }

    @Test("output is sanitized and masked, and only its last lines are shown")
    func output() {
        let masker = Masker()
        masker.add("hunter22")
        let lines = report(
            Sample.state(failed), masker: masker,
            tail: ["first"] + Array(repeating: "x", count: 13) + ["\u{1B}[2Jpass hunt\u{1B}[1mer22", "10 %\r99 %"])
        #expect(!lines.contains("    │ first"))
        #expect(lines.contains("    │ pass ***"))
        #expect(lines.contains("    │ 99 %"))
        #expect(!lines.joined().contains("\u{1B}"))
    }

    @Test("questions, what is uncertain, what was interrupted: each with what to do")
    func others() {
        #expect(
            report(
                Sample.state([
                    .finished(step: "ca", Result(state: .uncertain, reason: "the executor died")),
                    .waiting(step: "notes", question: "Printed?"),
                    .finished(step: "consul", Result(state: .interrupted)),
                ])) == [
                    "≈ uncertain  ca  Bring up ca",
                    "    the executor died",
                    "    zone.md:10:1",
                    "    if it did complete:  runbook accept ca",
                    "    to run it again:     runbook reset ca",
                    "",
                    "? waiting  notes  Bring up notes",
                    "    Printed?",
                    "    answer yes: runbook approve notes",
                    "",
                    "! interrupted  consul",
                    "",
                    "Mend it, then go on from here:",
                    "    runbook resume zone.md",
                ])
    }

    @Test("many failures are told at length for twenty steps and named for the rest")
    func many() {
        let ids = (1...30).map { "s\($0)" }
        let place = Place(file: "z.md", line: 1, column: 1)
        var runbook = Sample.zone
        runbook.steps = ids.map {
            Step(id: $0, place: place, scope: 0, title: "", interpreter: .sh, directory: Template("/"))
        }
        let lines = report(
            Sample.state(ids.map { .finished(step: $0, Result(state: .failed)) }), runbook: runbook)
        #expect(lines.filter { $0.hasPrefix("✗ failed") }.count == 20)
        #expect(lines.contains("and s21, s22, s23, s24, s25, s26, s27, s28, s29, s30"))
    }
}
