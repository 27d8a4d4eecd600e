import Checkpoints
import Execution
import Foundation
import Testing

@Suite("Runs of a state folder")
struct RunsTests {
    private func session(_ kind: Session.Kind = .run, _ name: String = "zone") -> Session {
        Session(
            kind: kind, runbook: name, title: "The zone", paths: ["/etc/runbooks/zone.md"], params: [],
            commandLine: "run zone.md", jobs: 8, user: "ann", pid: 4711, bootID: "boot", version: "1")
    }

    @Test("runs are numbered from 1, each with a folder of its own")
    func numbers() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        #expect(try store.createRun(name: "a", now: 1) == 1)
        #expect(try store.createRun(name: "b", now: 2) == 2)
        #expect(try sandbox.names(store.folder.runs) == ["1", "2"])
        #expect(try sandbox.mode("runs/2") == 0o700)
        #expect(try store.runs().map(\.name) == ["a", "b"])
    }

    @Test("a folder left over from an earlier database keeps its number")
    func leftOver() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        try FileManager.default.createDirectory(atPath: store.folder.run(1), withIntermediateDirectories: false)
        #expect(try store.createRun(name: "a", now: 1) == 2)
    }

    @Test("a run is unfinished from its first session until one ends done or undone, or it is set aside")
    func unfinished() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 5)
        let journal = try RunJournal(store, run: run, after: 0)
        func summary() throws -> RunSummary { try #require(try store.runs().first) }
        func begin(_ kind: Session.Kind, _ time: Double) throws {
            try journal.append([Record(run: run, time: time, event: .sessionStarted(session(kind)))])
        }
        func end(_ outcome: Outcome, _ time: Double) throws {
            try journal.append([Record(run: run, time: time, event: .sessionFinished(outcome))])
        }
        #expect(try summary().isUnfinished == false)
        #expect(try summary().started == nil)
        try begin(.run, 10)
        #expect(try summary().isUnfinished)
        for outcome in [Outcome.failed, .waiting, .interrupted, .aborted] {
            try end(outcome, 20)
            #expect(try summary().isUnfinished, "\(outcome)")
        }
        try end(.done, 30)
        let done = try summary()
        #expect(!done.isUnfinished)
        #expect(done.title == "The zone" && done.paths == ["/etc/runbooks/zone.md"] && done.name == "zone")
        #expect(done.created == 5 && done.started == 10 && done.finished == 30 && done.outcome == .done)
        try begin(.down, 40)
        let down = try summary()
        #expect(down.isUnfinished && down.kind == .down && down.sessions == 2)
        #expect(down.started == 10 && down.finished == nil && down.outcome == nil)
        try store.abandon([run])
        #expect(try summary().isAbandoned && !summary().isUnfinished)
        try begin(.resume, 50)
        #expect(try summary().isUnfinished)
        try end(.undone, 60)
        #expect(try !summary().isUnfinished)
    }

    @Test("a run that does not exist is told apart from one without events")
    func unknown() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        #expect(try store.load(run).state.steps.isEmpty)
        for call in [
            { _ = try store.load(9) }, { _ = try store.records(9, after: 0) },
            { _ = try RunJournal(store, run: 9, after: 0) },
            { try store.leave(OperatorAction(kind: .reset, user: "", note: ""), run: 9, step: "a", now: 1) },
        ] as [() throws -> Void] {
            let error = failure(call)
            #expect(error?.kind == .unknownRun)
            #expect(error?.message.contains("no run 9") == true)
        }
    }

    @Test("durations are medians over the newest runs of the same runbook in which the step was done")
    func durations() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        #expect(try store.durations(of: "zone").isEmpty)
        func add(_ name: String, _ seconds: [String: (StepState, Double)]) throws {
            let run = try store.createRun(name: name, now: 1)
            let events = seconds.sorted { $0.key < $1.key }.map { step, value in
                Record(
                    run: run, time: 1,
                    event: .finished(
                        step: step, Result(state: value.0, attempt: 1, seconds: value.1, gateSeconds: 0.5)))
            }
            try RunJournal(store, run: run, after: 0).append(
                [Record(run: run, time: 1, event: .sessionStarted(session(.run, name)))] + events)
        }
        try add("zone", ["a": (.done, 100)])
        try add("zone", ["a": (.done, 1), "b": (.done, 7)])
        try add("zone", ["a": (.done, 2), "b": (.failed, 70)])
        try add("other", ["a": (.done, 1000)])
        try add("zone", ["a": (.done, 9), "b": (.satisfied, 0)])
        #expect(try store.durations(of: "zone", newest: 3) == ["a": 2.5, "b": 7.5])
        #expect(try store.durations(of: "zone", newest: 2) == ["a": 6])
        #expect(try store.durations(of: "zone", newest: 4)["a"] == 6)
    }
}
