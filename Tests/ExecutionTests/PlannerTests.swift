import Execution
import Model
import Testing

/// The table of docs/manual.md, "What a resume does", row by row.
@Suite("Resume decides")
struct PlannerTests {
    private struct World {
        var alive: Set<Int32> = []
        var found: ProcessIdentity?
        var exits: [String: Exit] = [:]
        var logs: Set<String> = []
        var fingerprints: [Int: Fingerprint] = [:]
        var verdicts: [Int: Planner.Verdict] = [:]
        var bootID = "boot"

        /// As a machine answers.
        func remains(of step: Step, _ state: RunState) -> Remains {
            guard let attempt = state[step: step.id].standingBody else { return .gone }
            if let process = attempt.handle?.process ?? found, alive.contains(process.pid), process.bootID == bootID {
                return .running(Handle(process))
            }
            if let exit = exits[step.id] { return .ended(exit) }
            let isOfThisBoot = state.incarnation(of: attempt) == bootID
            guard attempt.handle == nil, isOfThisBoot, !step.isInteractive else { return .gone }
            return logs.contains(attempt.log) ? .gone : .neverStarted
        }
    }

    private func plan(
        _ steps: [Step], _ events: [Event], _ world: World = World(), selected: [Bool]? = nil, assumeDone: Bool = false
    ) throws -> [Plan.Item] {
        let state = Fixture.state(events)
        var planner = Planner(
            runbook: Fixture.runbook(steps), state: state, verdicts: world.verdicts,
            questions: Planner.Questions(
                remains: { world.remains(of: steps[$0], state) },
                fingerprint: { step throws(ValueError) in world.fingerprints[step] ?? Fixture.script }),
            now: 7203)
        return try planner.plan(
            selected: selected ?? Array(repeating: true, count: steps.count), assumeDone: assumeDone
        ).items
    }

    private let edited = Fingerprint(parts: [Fingerprint.Part(name: "script", value: "bb")])

    @Test("done, same fingerprint, no gate: keep")
    func keep() throws {
        #expect(try plan([Fixture.step("a")], Fixture.done("a")) == [Plan.Item(.keep, "done 2 h ago")])
    }

    @Test("begun again, and the pid was not stored: the process of the attempt before is not taken for this one's")
    func processUnknown() throws {
        let before = Fixture.state(Fixture.done("a"))
        #expect(before[step: "a"].process == nil, "its end is known")
        let started = [Fixture.intended("a"), .started(step: "a", attempt: 1, Fixture.identity)]
        #expect(Fixture.state(started)[step: "a"].process == Fixture.identity)
        #expect(Fixture.state(started + [Fixture.intended("a", attempt: 2)])[step: "a"].process == nil)
    }

    @Test("done, same fingerprint, gates hold: keep, and say that the gate holds")
    func keepHeld() throws {
        var world = World()
        world.verdicts[0] = Planner.Verdict(holds: true, text: "gate holds")
        #expect(
            try plan([Fixture.step("a")], Fixture.done("a"), world) == [Plan.Item(.keep, "done 2 h ago, gate holds")])
    }

    @Test("done, a gate no longer holds: run again; what depends on it is asked again afterwards")
    func lapsed() throws {
        var world = World()
        world.verdicts[0] = Planner.Verdict(holds: false, text: "http 127.0.0.1:8500: refused")
        world.verdicts[1] = Planner.Verdict(holds: false, text: "tcp: refused")
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0]), Fixture.step("c", needs: [1])]
        let items = try plan(steps, Fixture.done("a") + Fixture.done("b") + Fixture.done("c"), world)
        #expect(items[0] == Plan.Item(.run, "lapsed: http 127.0.0.1:8500: refused"))
        #expect(items[1].decision == .recheck)
        #expect(items[2].decision == .recheck)
    }

    @Test("done, a gate no longer holds, once: ask")
    func lapsedOnce() throws {
        var world = World()
        world.verdicts[0] = Planner.Verdict(holds: false, text: "refused")
        let items = try plan([Fixture.step("a") { $0.isOnce = true }], Fixture.done("a"), world)
        #expect(items[0].decision == .ask)
    }

    @Test("a service below a lapsed step whose own process is gone runs again, gate or no gate")
    func lapsedServiceBelow() throws {
        var world = World()
        world.verdicts[0] = Planner.Verdict(holds: false, text: "refused")
        world.verdicts[1] = Planner.Verdict(.gone, text: "its process is gone")
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0]) { $0.isService = true }]
        let items = try plan(steps, Fixture.done("a") + Fixture.done("b"), world)
        #expect(items[1] == Plan.Item(.run, "lapsed: its process is gone"))
    }

    @Test("done, fingerprint changed: run again, and everything downstream")
    func editedStep() throws {
        var world = World()
        world.fingerprints[0] = edited
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0]), Fixture.step("c", needs: [1])]
        let items = try plan(steps, Fixture.done("a") + Fixture.done("b") + Fixture.done("c"), world)
        #expect(items[0] == Plan.Item(.rerun, "edited: script"))
        #expect(items[1] == Plan.Item(.rerun, "upstream a runs again"))
        #expect(items[2] == Plan.Item(.rerun, "upstream b runs again"))
    }

    @Test("done, fingerprint changed, once: keep and say so; what is downstream is kept too")
    func editedOnce() throws {
        var world = World()
        world.fingerprints[0] = edited
        let steps = [Fixture.step("a") { $0.isOnce = true }, Fixture.step("b", needs: [0])]
        let items = try plan(steps, Fixture.done("a") + Fixture.done("b"), world)
        #expect(items[0].decision == .keep)
        #expect(items[0].reason.hasPrefix("edited: script; once: kept"))
        #expect(items[1].decision == .keep)
    }

    @Test("an accepted edit counts as what was done")
    func accepted() throws {
        var world = World()
        world.fingerprints[0] = edited
        let word = OperatorAction(kind: .accept, user: "me", note: "", fingerprint: edited)
        let items = try plan([Fixture.step("a")], Fixture.done("a") + [.word(step: "a", word)], world)
        #expect(items[0].decision == .keep)
    }

    @Test("a changed param is told with both values")
    func editedParam() {
        let before = Fingerprint(parts: [Fingerprint.Part(name: "param dc", value: "dc1")])
        let after = Fingerprint(parts: [Fingerprint.Part(name: "param dc", value: "dc2")])
        #expect(after.changes(since: before) == ["param dc dc1→dc2"])
    }

    private let cut: [Event] = [Fixture.intended("a"), .started(step: "a", attempt: 1, Fixture.identity)]

    @Test("running when the executor died, process lives: adopt")
    func adopt() throws {
        var world = World()
        world.alive = [4711]
        let items = try plan([Fixture.step("a")], cut, world)
        #expect(items == [Plan.Item(.adopt(attempt: 1, Fixture.identity), "adopted pid 4711")])
    }

    @Test("a process whose pid was not recorded is found by its token")
    func found() throws {
        var world = World()
        world.found = Fixture.process
        world.alive = [4711]
        let items = try plan([Fixture.step("a")], [Fixture.intended("a")], world)
        #expect(items[0].decision == .adopt(attempt: 1, Fixture.identity))
    }

    @Test("process gone, exit status left behind: take it")
    func exitKnown() throws {
        var world = World()
        world.exits["a"] = .status(0)
        let items = try plan([Fixture.step("a")], cut, world)
        #expect(items[0].decision == .resolve(attempt: 1, .status(0)))
    }

    @Test("process gone, nothing known: check and gates decide")
    func exitUnknown() throws {
        var world = World()
        world.logs = ["/log/a.1"]
        let items = try plan([Fixture.step("a")], cut, world)
        #expect(items == [Plan.Item(.resolve(attempt: 1, .unknown), "uncertain: the executor died during attempt 1")])
    }

    @Test("an attempt without a log never started, even of a once step; unless the machine was booted since")
    func neverStarted() throws {
        let once = Fixture.step("a") { $0.isOnce = true }
        #expect(try plan([once], [Fixture.intended("a")])[0].decision == .run)
        var world = World()
        world.bootID = "another"
        #expect(try plan([once], [Fixture.intended("a")], world)[0].decision == .resolve(attempt: 1, .unknown))
    }

    @Test("failed, interrupted, blocked, pending: run")
    func again() throws {
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0]), Fixture.step("c")]
        let events = Fixture.failed("a") + [.finished(step: "b", Result(state: .blocked, reason: "a failed"))]
        let items = try plan(steps, events)
        #expect(items == [Plan.Item(.run, "failed (exit 3)"), Plan.Item(.run, "was blocked"), Plan.Item(.run, "")])
    }

    @Test("failed once: only a person's word repeats it, unless its exit status may be tried again")
    func failedOnce() throws {
        let once = Fixture.step("a") { $0.isOnce = true }
        #expect(try plan([once], Fixture.failed("a"))[0].decision == .ask)
        let retried = Fixture.step("a") {
            $0.isOnce = true
            $0.retries.statuses = [75]
        }
        #expect(try plan([retried], Fixture.failed("a", exit: .status(75)))[0].decision == .run)
        let reset = Fixture.failed("a") + [.word(step: "a", OperatorAction(kind: .reset, user: "me", note: ""))]
        #expect(try plan([once], reset)[0].decision == .run)
    }

    @Test("a body that succeeded is not repeated because its gates were cut short")
    func resumeGates() throws {
        let events =
            cut + [
                .attemptEnded(step: "a", attempt: 1, .status(0), reason: "", outputs: []),
                .gating(step: "a", attempt: 1),
            ]
        let step = Fixture.step("a") { $0.gates = [Fixture.gate()] }
        #expect(try plan([step], events)[0].decision == .resumeGates(attempt: 1))
    }

    @Test("a body that succeeded is not repeated because its gates failed: once, they are asked again, each time anew")
    func regateAfterCut() throws {
        let gated =
            cut + [
                .attemptEnded(step: "a", attempt: 1, .status(0), reason: "", outputs: []),
                .gating(step: "a", attempt: 1),
                .finished(step: "a", Result(state: .failed, attempt: 1, exit: .status(0), reason: "refused")),
            ]
        let once = Fixture.step("a") {
            $0.isOnce = true
            $0.gates = [Fixture.gate()]
        }
        #expect(try plan([once], gated)[0].decision == .resumeGates(attempt: 1))
        let again = gated + [.gating(step: "a", attempt: 1)]
        #expect(try plan([once], again)[0].decision == .resumeGates(attempt: 1))
        let blocked = again + [.finished(step: "a", Result(state: .blocked, reason: "b failed"))]
        #expect(try plan([once], blocked)[0].decision == .resumeGates(attempt: 1))
    }

    @Test("once, failed with exit 0 because outputs were missing: nothing but a word repeats it")
    func onceWithoutOutputs() throws {
        let once = Fixture.step("a") { $0.isOnce = true }
        #expect(try plan([once], Fixture.failed("a", exit: .status(0)))[0].decision == .ask)
    }

    @Test("once, uncertain, and taking it down failed: still nothing but a word repeats it")
    func onceUncertainNotDown() throws {
        let once = Fixture.step("a") { $0.isOnce = true }
        let events = [
            Fixture.intended("a"),
            .finished(step: "a", Result(state: .uncertain, attempt: 1, exit: .unknown, reason: "uncertain")),
            .finished(step: "a", Result(state: .failed, reason: "undo: no more processes")),
        ]
        #expect(try plan([once], events)[0].decision == .ask)
    }

    @Test("once, accepted as complete, and taking it down failed or was cut short: only a word repeats it")
    func onceAcceptedNotDown() throws {
        let once = Fixture.step("a") { $0.isOnce = true }
        let accepted = [
            Fixture.intended("a"),
            .finished(step: "a", Result(state: .uncertain, attempt: 1, exit: .unknown, reason: "uncertain")),
            .word(step: "a", OperatorAction(kind: .accept, user: "me", note: "", fingerprint: Fixture.script)),
        ]
        for state in [StepState.failed, .interrupted] {
            let down = accepted + [.finished(step: "a", Result(state: state, reason: "undo: no more processes"))]
            #expect(try plan([once], down)[0].decision == .ask)
            let reset = down + [.word(step: "a", OperatorAction(kind: .reset, user: "me", note: ""))]
            #expect(try plan([once], reset)[0].decision == .run)
        }
    }

    @Test("a service with once whose process is gone is not started again without a word")
    func onceService() throws {
        var world = World()
        world.logs = ["/log/a.1"]
        let service = Fixture.step("a") {
            $0.isOnce = true
            $0.isService = true
        }
        #expect(try plan([service], cut, world)[0].decision == .ask)
        #expect(try plan([service], cut + [.gating(step: "a", attempt: 1)], world)[0].decision == .ask)
    }

    @Test("what was blocked while its attempt was open is still found out about")
    func openUnderBlocked() throws {
        var world = World()
        world.logs = ["/log/a.1"]
        let events = cut + [.finished(step: "a", Result(state: .blocked, reason: "b failed"))]
        let once = Fixture.step("a") { $0.isOnce = true }
        #expect(try plan([once], events, world)[0].decision == .resolve(attempt: 1, .unknown))
    }

    @Test("whether an attempt ever started is told by the boot of its own session, not of a later one")
    func bootOfItsSession() throws {
        let session = Session(
            kind: .resume, runbook: "test", title: "Test", paths: [], params: [], commandLine: "", jobs: 8, user: "me",
            pid: 1, bootID: "another", version: "1")
        var world = World()
        world.bootID = "another"
        let once = Fixture.step("a") { $0.isOnce = true }
        let events = [Fixture.intended("a"), .sessionStarted(session)]
        #expect(try plan([once], events, world)[0].decision == .resolve(attempt: 1, .unknown))
    }

    @Test("an edit that was planned and not carried out before the executor died is still to be carried out")
    func dueEdit() throws {
        let planned = Event.planned(step: "b", decision: .rerun, reason: "upstream a runs again")
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0])]
        let done = Fixture.done("a") + Fixture.done("b")
        #expect(try plan(steps, done + [planned])[1] == Plan.Item(.rerun, "upstream a runs again"))
        #expect(try plan(steps, done + [planned] + Fixture.done("b"))[1].decision == .keep)
    }

    @Test("what is done and newly needs a step that only failed runs again for no edit from before that need")
    func dueWithoutResult() throws {
        var world = World()
        world.fingerprints[0] = edited
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0]), Fixture.step("c", needs: [1])]
        let events = Fixture.done("a") + Fixture.failed("b") + Fixture.done("c")
        let first = try plan(steps, events, world)
        #expect(first[1] == Plan.Item(.run, "failed (exit 3)"), "no edit of what it needs makes it more than failed")
        #expect(first[2] == Plan.Item(.rerun, "upstream b runs again"), "what is downstream of an edit runs again")
        let second = try plan(steps, events)
        #expect(second.map(\.decision) == [.keep, .run, .recheck])
    }

    @Test("an edit upstream concerns a step whose body succeeded and whose gates were cut short")
    func dueWithSuccess() throws {
        var world = World()
        world.fingerprints[0] = edited
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0])]
        let success = Event.attemptEnded(step: "b", attempt: 1, .status(0), reason: "", outputs: [])
        let cut = Result(state: .interrupted, attempt: 1, exit: .status(0), reason: "interrupted")
        let events: [Event] =
            Fixture.done("a") + [
                Fixture.intended("b"), .started(step: "b", attempt: 1, Fixture.identity), success,
                .gating(step: "b", attempt: 1), .finished(step: "b", cut),
            ]
        #expect(try plan(steps, events)[1].decision == .resumeGates(attempt: 1))
        #expect(try plan(steps, events, world)[1] == Plan.Item(.rerun, "upstream a runs again"))
    }

    @Test("a process that lives is waited for although the step was edited; then the step runs again")
    func adoptEdited() throws {
        var world = World()
        world.alive = [4711]
        world.fingerprints[0] = edited
        let item = try plan([Fixture.step("a")], cut, world)[0]
        #expect(item.decision == .adopt(attempt: 1, Fixture.identity))
        #expect(item.again == "edited: script")
    }

    @Test("a step whose undo was cut short is not taken for done")
    func halfUndone() throws {
        let undo = Event.intended(
            step: "a", Intent(role: .undo, attempt: 2, fingerprint: Fixture.script, log: "/log/a.undo.2"))
        let events = Fixture.done("a") + [undo]
        #expect(try plan([Fixture.step("a")], events)[0] == Plan.Item(.run, "was being taken down"))
        #expect(try plan([Fixture.step("a") { $0.isOnce = true }], events)[0].decision == .ask)
    }

    @Test("a file that somebody changed is asked about although taking it down was begun")
    func halfUndoneAndChanged() throws {
        let undo = Event.intended(
            step: "a", Intent(role: .undo, attempt: 2, fingerprint: Fixture.script, log: "/log/a.undo.2"))
        var world = World()
        world.verdicts[0] = Planner.Verdict(.changed, text: "/etc/a was changed since it was written")
        let item = try plan([Fixture.step("a")], Fixture.done("a") + [undo], world)[0]
        #expect(item.decision == .ask)
        #expect(item.reason.contains("keep it (accept), or write it anew (reset)"))
        #expect(Fixture.state(Fixture.done("a") + [undo])[step: "a"].isBeingTakenDown)
        #expect(!Fixture.state(Fixture.done("a"))[step: "a"].isBeingTakenDown)
    }

    @Test("lapsed, and its gates hold again: asked once more, not run")
    func holdsAgain() throws {
        var world = World()
        world.verdicts[0] = Planner.Verdict(holds: true, text: "gate holds")
        let events = Fixture.done("a") + [.lapsed(step: "a", reason: "refused")]
        #expect(try plan([Fixture.step("a")], events, world)[0].decision == .recheck)
    }

    @Test("a selection that leaves out an unmet need is refused, unless it is taken for done")
    func selection() throws {
        let steps = [Fixture.step("a"), Fixture.step("b", needs: [0])]
        #expect(throws: PlanningError.self) { try plan(steps, [], selected: [false, true]) }
        let items = try plan(steps, [], selected: [false, true], assumeDone: true)
        #expect(items.map(\.decision) == [.leave, .run])
        #expect(try plan(steps, Fixture.done("a"), selected: [false, true]).map(\.decision) == [.leave, .run])
    }

    @Test("a step that does not apply is skipped")
    func skipped() throws {
        let step = Fixture.step("a") { $0.when = .decided(false, text: "scheduler: nomad") }
        #expect(try plan([step], []) == [Plan.Item(.skip, "not applicable: scheduler: nomad")])
    }
}
