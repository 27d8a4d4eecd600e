import Checkpoints
import Execution
import Foundation
import Model
import Testing

@Suite("The views for people")
struct ViewTests {
    /// A run in which events follow each other as they may: processes and results belong to intended attempts.
    private struct Story {
        var random: Seeded
        var time = 100.0
        var attempts: [String: Int] = [:]
        /// What was intended just now.
        var intended: String?

        mutating func next() -> Event {
            time += 1
            if let step = intended.take(), random.below(4) == 0, let attempt = attempts[step] {
                attempts[step] = attempt - 1
                return .withdrawn(step: step, attempt: attempt, reason: "")
            }
            let step = random.pick(["a", "b", "c", "d"])
            let attempt = attempts[step, default: 0]
            let exit = random.pick([.status(0), .status(3), .signal(9), .unknown] as [Exit])
            switch random.below(attempt == 0 ? 7 : 14) {
            case 0: return .ready(step: step)
            case 1, 2:
                attempts[step] = attempt + 1
                intended = step
                let role: Role = random.pick([.body, .undo])
                let print = Fingerprint(parts: [])
                return .intended(
                    step: step, Intent(role: role, attempt: attempt + 1, fingerprint: print, log: "/l/\(attempt)"))
            case 3: return .planned(step: step, decision: .run, reason: "new")
            case 4: return .waiting(step: step, question: "Go on?")
            case 5:
                let kind = random.pick([.approve, .accept, .accept, .reset] as [OperatorAction.Kind])
                var word = OperatorAction(kind: kind, user: "ann", note: "")
                if kind == .accept { word.outputs = random.pick([[], [Output(name: "w", value: .plain("\(time)"))]]) }
                return .word(step: step, word)
            case 6: return .lapsed(step: step, reason: "refused")
            case 7:
                return .started(
                    step: step, attempt: attempt, Handle(ProcessIdentity(pid: 7, startTime: 1, bootID: "b")))
            case 8:
                return .adopted(
                    step: step, attempt: attempt, Handle(ProcessIdentity(pid: 7, startTime: 1, bootID: "b")))
            case 9:
                let outputs = [Output(name: "o", value: .plain("\(time)"))]
                return .attemptEnded(
                    step: step, attempt: attempt, exit, reason: "r", outputs: random.pick([[], outputs]))
            case 10: return .gating(step: step, attempt: attempt)
            case 12:
                return .kept(step: step, attempt: attempt, outputs: [Output(name: "k", value: .plain("\(time)"))])
            case 11: return .serviceEnded(step: step, exit)
            default:
                let state = random.pick([.done, .failed, .uncertain, .interrupted, .undone] as [StepState])
                let outputs = [Output(name: "p", value: random.pick([.plain("\(time)"), .sealed([1, 2])]))]
                return .finished(
                    step: step,
                    Result(
                        state: state, attempt: attempt, exit: random.pick([nil, exit]), seconds: time, gateSeconds: 0.5,
                        reason: "r", outputs: state == .done ? random.pick([[], outputs]) : []))
            }
        }
    }

    private func told(_ sandbox: Sandbox) throws -> (run: Int, state: RunState) {
        let store = try Store(reading: try StateFolder(existing: sandbox.state))
        return (1, try store.load(1).state)
    }

    @Test("steps and outputs say what the fold of the events says", arguments: 0..<40 as Range<UInt64>)
    func steps(seed: UInt64) throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let other = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        var story = Story(random: Seeded(seed))
        for _ in 0..<60 { try journal.append([Record(run: run, time: story.time, event: story.next())]) }
        try RunJournal(store, run: other, after: 0).append([
            Record(run: other, time: 1, event: .lapsed(step: "a", reason: ""))
        ])
        let known = try store.load(run).state.order
        for step in known where story.random.below(3) == 0 {
            let kind = story.random.pick([.approve, .accept, .reset] as [OperatorAction.Kind])
            try store.leave(OperatorAction(kind: kind, user: "bob", note: ""), run: run, step: step, now: story.time)
        }
        let state = try store.load(run).state
        let expected = known.sorted().map { step -> String in
            let status = state[step: step]
            let ended = status.exit.map(text) ?? "|"
            return "\(step)|\(status.state)|\(status.attempts.count)|\(ended)"
        }
        let rows = try sql(sandbox, "SELECT step, state, attempts, exit, signal FROM steps WHERE run = 1 ORDER BY step")
        #expect(rows.split(separator: "\n").map(String.init) == expected)
        let outputs = known.sorted().flatMap { step in
            state[step: step].outputs.map { output -> String in
                if case .plain(let value) = output.value { return "\(step)|\(output.name)|\(value)|0" }
                return "\(step)|\(output.name)||1"
            }
        }
        #expect(
            try sql(sandbox, "SELECT step, name, value, secret FROM current_outputs WHERE run = 1 ORDER BY step, name")
                .split(separator: "\n").map(String.init) == outputs)
    }

    private func text(_ exit: Exit) -> String {
        switch exit {
        case .status(let status): "\(status)|"
        case .signal(let signal): "|\(signal)"
        case .unknown: "-1|"
        }
    }

    @Test("attempts say when each one was intended, started and ended, and how", arguments: 0..<20 as Range<UInt64>)
    func attempts(seed: UInt64) throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        var random = Seeded(seed)
        var records: [Record] = []
        var time = 0.0
        func add(_ event: Event) {
            time += 1
            records.append(Record(run: run, time: time, event: event))
        }
        // Numbers start again after a reset: 1, 2, 1, 2.
        for number in [1, 2, 1, 2] {
            for step in ["a", "b"] {
                let identity = Handle(ProcessIdentity(pid: 100 + Int32(time), startTime: 1, bootID: "b"))
                let role: Role = random.pick([.body, .undo])
                let exit = random.pick([.status(0), .status(7), .signal(15), .unknown] as [Exit])
                let print = Fingerprint(parts: [])
                add(.intended(step: step, Intent(role: role, attempt: number, fingerprint: print, log: "/l/\(time)")))
                if random.below(4) > 0 { add(.started(step: step, attempt: number, identity)) }
                if random.below(3) == 0 { add(.adopted(step: step, attempt: number, identity)) }
                if random.below(2) == 0 {
                    add(.attemptEnded(step: step, attempt: number, exit, reason: "r", outputs: []))
                }
                if random.below(2) == 0 {
                    add(.finished(step: step, Result(state: .failed, attempt: number, exit: nil)))
                }
            }
        }
        try RunJournal(store, run: run, after: 0).append(records)
        let state = try store.load(run).state
        let expected = ["a", "b"].flatMap { step in
            state[step: step].attempts.map { attempt in
                let times = [attempt.intendedAt, attempt.startedAt, attempt.endedAt].map {
                    $0.map { "\(Int($0))" } ?? ""
                }
                let ended = attempt.exit.map(text) ?? "|"
                return
                    "\(step)|\(attempt.number)|\(attempt.role)|\(times.joined(separator: "|"))|\(ended)|\(attempt.log)"
            }
        }
        let rows = try sql(
            sandbox,
            """
            SELECT step, attempt, role, cast(intended AS INTEGER), cast(started AS INTEGER), cast(ended AS INTEGER),
                exit, signal, log
            FROM attempts WHERE run = 1 ORDER BY step, intended
            """)
        #expect(rows.split(separator: "\n").map(String.init) == expected)
    }

    @Test("sessions tell who worked on a run, and how each turn ended")
    func sessions() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        func session(_ kind: Session.Kind, _ user: String) -> Event {
            .sessionStarted(
                Session(
                    kind: kind, runbook: "zone", title: "", paths: [], params: [], commandLine: "\(kind) zone.md",
                    jobs: 8, user: user, pid: 1, bootID: "", version: "1"))
        }
        let events = [
            session(.run, "ann"), .ready(step: "a"), session(.resume, "bob"), .sessionFinished(.failed),
            session(.resume, "ann"),
        ]
        try RunJournal(store, run: run, after: 0).append(
            events.enumerated().map { Record(run: run, time: Double($0.offset), event: $0.element) })
        let rows = try sql(
            sandbox,
            "SELECT session, kind, user, command, cast(finished AS INTEGER), outcome FROM sessions ORDER BY session")
        #expect(rows == "1|run|ann|run zone.md||\n2|resume|bob|resume zone.md|3|failed\n3|resume|ann|resume zone.md||")
    }

    @Test("gate history tells each change of an answer, in order")
    func gates() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        try RunJournal(store, run: run, after: 0).append([
            Record(
                run: run, time: 1,
                event: .probed(
                    step: "a", gate: "http", Answer(holds: false, text: "503", output: "permission denied"), probes: 1)
            ),
            Record(
                run: run, time: 2,
                event: .probed(step: "a", gate: "http", Answer(holds: true, text: "200"), probes: 9)),
        ])
        #expect(
            try sql(sandbox, "SELECT step, gate, holds, answer, probes, output FROM gate_history ORDER BY time")
                == "a|http|0|503|1|permission denied\na|http|1|200|9|")
    }
}
