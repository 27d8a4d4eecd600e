import Execution
import Steps
import Testing

@testable import Terminal

@Suite("Plan for people")
struct PlanTextTests {
    private func listing(_ items: [Plan.Item], jobs: Int = 2) -> PlanListing {
        var runbook = Sample.zone
        runbook.steps[1].isOnce = true
        runbook.steps[5].confirm = Template("Printed?")
        return PlanListing(
            runbook: runbook, graph: runbook.graph, plan: Plan(items: items), durations: [3, 12, 0.4, 1, 200, 1],
            jobs: jobs)
    }

    private func lines(_ listing: PlanListing, width: Int = 80, rest: Bool = true) -> [String] {
        PlanText(listing, style: .plain, display: Sample.display).lines(width: width, showsRest: rest)
    }

    @Test("a first run: waves, expected times, slack, the critical path")
    func firstRun() {
        let first = listing(Array(repeating: .init(.run, ""), count: 6))
        #expect(
            lines(first) == [
                "The zone: 6 steps in 5 waves, about 3 min 36 s with 2 jobs",
                "",
                "wave 1",
                "  *  ca              3 s                              Bring up ca",
                "     notes           1 s  +3 min 35 s  asks a person  Bring up notes",
                "",
                "wave 2",
                "  *  consul         12 s               once           Bring up consul",
                "",
                "wave 3",
                "  *  replica       0.4 s                              Bring up replica",
                "",
                "wave 4",
                "  *  board           1 s                              Bring up board",
                "",
                "wave 5",
                "  *  front    3 min 20 s                              Bring up front",
                "",
                "critical path (*), 3 min 36 s",
                "  ca → consul → replica → board → front",
            ])
    }

    private let resumed: [Plan.Item] = [
        .init(.keep, "done 2 h ago, gate holds"), .init(.ask, "lapsed: refused; once: only your word repeats it"),
        .init(.run, "failed (exit 3)"), .init(.recheck, "done 2 h ago; asked again after replica"), .init(.skip, "n/a"),
        .init(.leave, "not selected"),
    ]

    @Test("a resume: decisions and reasons, and what there is nothing to do for")
    func resume() {
        #expect(
            lines(listing(resumed)) == [
                "The zone: 2 steps in 2 waves, about 1.4 s with 2 jobs",
                "",
                "wave 1",
                "  run      *  replica  0.4 s  failed (exit 3)                   Bring up replica",
                "",
                "wave 2",
                "  recheck  *  board      1 s  done 2 h ago; asked again after…  Bring up board",
                "",
                "nothing to do",
                "  keep   ca      done 2 h ago, gate holds",
                "  ask    consul  lapsed: refused; once: only your word repeats it",
                "  skip   front   n/a",
                "  leave  notes   not selected",
                "",
                "critical path (*), 1.4 s",
                "  replica → board",
            ])
        #expect(lines(listing(resumed), rest: false).contains("nothing to do: 1 keep, 1 ask, 1 skip, 1 leave"))
    }

    @Test("nothing to do is said")
    func nothing() {
        #expect(lines(listing(Array(repeating: .init(.keep, ""), count: 6)), rest: false) == [
            "The zone: nothing to do", "", "nothing to do: 6 keep",
        ])
    }

    @Test("rows and chain fit at every width", arguments: [20, 30, 50, 79, 200])
    func widths(width: Int) {
        let rows = lines(listing(resumed), width: width).filter { $0.hasPrefix("  ") }
        #expect(rows.count >= 7)
        for row in rows { #expect(TextWidth.of(row) <= width) }
    }
}
