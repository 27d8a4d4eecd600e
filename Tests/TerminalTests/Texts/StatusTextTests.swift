import Execution
import Testing

@testable import Terminal

@Suite("Status for people")
struct StatusTextTests {
    private let state = Sample.state([
        .sessionStarted(FakeRun.session()),
        .finished(step: "ca", Result(state: .done, seconds: 3)),
        .intended(step: "consul", FakeRun.intent()), .started(step: "consul", attempt: 1, FakeRun.identity()),
        .gating(step: "consul", attempt: 1),
        .probed(step: "consul", gate: "http :8500", Answer(holds: false, text: "503"), probes: 12),
        .intended(step: "replica", FakeRun.intent(1)), .intended(step: "replica", FakeRun.intent(2)),
        .finished(step: "replica", Result(state: .failed, attempt: 2, seconds: 0.4, reason: "exit 3")),
        .waiting(step: "notes", question: "Printed?"),
        .finished(step: "old", Result(state: .satisfied, gateSeconds: 0.2, reason: "its check holds")),
    ])

    private func lines(width: Int, isLive: Bool = true) -> [String] {
        StatusText(state, runbook: Sample.zone, style: .plain, display: Sample.display)
            .lines(width: width, now: 1032, isLive: isLive, date: { "T+\(Int($0) - 1000)" })
    }

    @Test("each step with state, times, attempts and what was said; then sums and open questions")
    func wide() {
        #expect(
            lines(width: 90) == [
                "run 7 of zone: running · started T+0 · 32 s",
                "",
                "state        step      time   gate  tries  said                 title",
                "✓ done       ca         3 s                                     Bring up ca",
                "◇ gating     consul    29 s                503 after 12 probes  Bring up consul",
                "✗ failed     replica  0.4 s             2  exit 3               Bring up replica",
                "· pending    board                                              Bring up board",
                "· pending    front                                              Bring up front",
                "? waiting    notes                         Printed?             Bring up notes",
                "= satisfied  old             0.2 s         its check holds",
                "",
                "7 steps: 1 done, 1 satisfied, 1 gating, 1 waiting, 1 failed, 2 pending",
                "→ Printed?  (runbook approve notes)",
            ])
    }

    @Test("a run whose executor died is unfinished and has no end")
    func dead() {
        #expect(lines(width: 90, isLive: false)[0] == "run 7 of zone: unfinished · started T+0")
    }

    @Test("the table fits into narrow terminals", arguments: [20, 40, 60])
    func narrow(width: Int) {
        for line in lines(width: width)[2...9] { #expect(TextWidth.of(line) <= width) }
        #expect(lines(width: width)[3].hasPrefix("✓ done"))
        // What was said of a step is worth more than how long it took.
        if width >= 40 { #expect(lines(width: width)[5].contains("exit 3")) }
    }
}

@Suite("Runs for people")
struct RunsTextTests {
    private func run(
        _ number: Int, _ outcome: Outcome?, live: Bool = false, abandoned: Bool = false, finished: Double? = 1061
    ) -> RunListing {
        RunListing(
            run: number, runbook: "zone", title: "", kind: .run, outcome: outcome, isLive: live, isAbandoned: abandoned,
            started: 1000, finished: finished, sessions: number)
    }

    @Test("each run with its state, start and time")
    func table() {
        let runs = [
            run(4, nil, live: true, finished: nil), run(3, nil, finished: nil), run(2, .failed, abandoned: true),
            run(1, .done),
        ]
        let date = { (wall: Double) in "T+\(Int(wall) - 1000)" }
        #expect(
            RunsText.lines(runs, width: 80, style: .plain, display: Sample.display, date: date) == [
                "run  state                runbook  started       took  last  sessions",
                "  4  ▸ running            zone     T+0                 run          4",
                "  3  ≈ unfinished         zone     T+0                 run          3",
                "  2  ✗ failed, set aside  zone     T+0      1 min 1 s  run          2",
                "  1  ✓ done               zone     T+0      1 min 1 s  run          1",
            ])
    }

    @Test("an empty folder says so")
    func empty() {
        #expect(RunsText.lines([], width: 80, style: .plain, display: Sample.display) == ["no runs yet"])
    }
}
