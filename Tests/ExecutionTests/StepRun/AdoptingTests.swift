import Model
import Testing

@testable import Execution

@Suite("One step: what earlier attempts left")
struct StepRunAdoptingTests {
    typealias Bench = StepRunBench
    private let other = Handle(machine: "local", incarnation: "boot", opaque: "4712 101")

    private func examining(_ search: StepRun.Search, _ change: (inout Step) -> Void = { _ in }) -> Bench {
        var bench = Bench(.run, change)
        bench.run.course = .bringUp(.halt)
        _ = bench.run.examines(search)
        return bench
    }

    @Test("nothing is left to end", arguments: [Remains.gone, .neverStarted, .ended(.status(1))])
    func nothing(remains: Remains) {
        var bench = examining(.leftover(.undo))
        #expect(bench.run.found(remains, number: 2, counts: true, bench.facts) == [.nothingLeft(.undo)])
    }

    @Test("what was found and is gone before it is watched is as good as ended")
    func lost() {
        var bench = examining(.leftover(.body))
        _ = bench.run.found(.running(other), number: 1, counts: true, bench.facts)
        #expect(bench.run.lost(bench.facts) == [.nothingLeft(.body)])
    }

    @Test("a service that is watched is ended without being watched a second time")
    func watched() {
        var bench = examining(.leftover(.body)) { $0.isService = true }
        bench.run.service = .up
        #expect(bench.run.found(.running(other), number: 1, counts: true, bench.facts) == [.stop(Bench.body)])
        #expect(bench.run.service == .unwatched)
    }

    @Test("an interrupt meanwhile leaves the step to the next session")
    func interrupted() {
        var bench = examining(.leftover(.body))
        bench.stopping = .interrupted
        #expect(
            bench.run.found(.running(other), number: 1, counts: true, bench.facts)
                == [.finish(.interrupted, reason: "interrupted before it started")])
        var starting = Bench()
        starting.intending()
        starting.run.starts()
        starting.stopping = .interrupted
        #expect(starting.run.interrupted(starting.facts) == [.cancelGates, .stop(Bench.body)])
        #expect(starting.run.started(other, starting.facts).first == .emitStarted(other))
        #expect(
            starting.run.ended(Bench.body, .signal(15), starting.facts).last
                == .finish(.interrupted, exit: .signal(15), reason: "interrupted"))
    }

    @Test("whether a service lives is known before its check is asked")
    func seen() {
        var bench = examining(.service) { $0.isService = true }
        #expect(bench.run.found(.running(other), number: 1, counts: true, bench.facts) == [.enter(.check)])
        #expect(bench.run.service == .seen)
    }

    @Test("a kept service is watched, or has lapsed")
    func keeps() {
        var bench = Bench(.keep) { $0.isService = true }
        #expect(bench.run.keeps(Bench.body, other) == [.adopt(.init(Bench.body, other, .keep))])
        var gone = bench
        #expect(bench.run.adopted(bench.facts) == [.complete])
        #expect(bench.run.service == .up && !bench.run.isActive)
        #expect(gone.run.lost(gone.facts) == [.serviceLapsed(.unknown)])
    }

    @Test("a service is watched before it is asked whether it still holds")
    func rechecks() {
        var bench = Bench(.recheck) {
            $0.isService = true
            $0.gates = [Fixture.gate()]
        }
        #expect(
            bench.run.rechecks((Bench.body, other), bench.facts) == [.adopt(.init(Bench.body, other, .recheck))])
        var gone = bench
        #expect(bench.run.adopted(bench.facts) == [.askGates(.recheck)])
        #expect(gone.run.lost(gone.facts) == [.askGates(.recheck)], "the process gate says the rest")
        #expect(gone.run.service == .unwatched)
    }

    @Test("an undo that an earlier executor began is waited for; one that ended well counts; else it is done anew")
    func undo() {
        var bench = Bench(.undo) { $0.undo = Undo(place: Fixture.place, interpreter: .bash, prelude: "", body: "x") }
        _ = bench.run.leftoverCleared()
        #expect(bench.run.secretsKnown(bench.facts) == [.undo(.earlier)])
        #expect(bench.run.takesUpUndo(2) == [.examine(.undo)])
        var running = bench
        #expect(
            running.run.found(.running(other), number: 2, counts: true, running.facts)
                == [.adopt(.init(Bench.undo, other, .goOn))])
        var voided = bench
        #expect(voided.run.found(.ended(.status(0)), number: 2, counts: false, voided.facts) == [.undo(.block)])
        #expect(bench.run.found(.ended(.status(0)), number: 2, counts: true, bench.facts) == [.stopLeftover])
    }

    // MARK: - Into the background

    private func leaving(_ change: (inout Bench) -> Void) -> Bench {
        var bench = Bench {
            $0.isService = true
            $0.gates = [Fixture.gate()]
        }
        bench.running()
        change(&bench)
        return bench
    }

    @Test("a service whose process ended well while its gates are asked may have put itself into the background")
    func background() {
        var bench = leaving { _ in }
        #expect(bench.run.ended(Bench.body, .status(0), bench.facts) == [.examine(.successor)])
        var gone = bench
        #expect(
            bench.run.found(.running(other), number: 1, counts: true, bench.facts)
                == [.adopt(.init(Bench.body, other, .replace))])
        #expect(bench.run.adopted(bench.facts) == [.emitAdopted(other)])
        _ = bench.run.gatesHeld(bench.facts)
        _ = bench.run.collected(.success([]), bench.facts)
        #expect(bench.run.service == .up)
        #expect(
            gone.run.found(.gone, number: 1, counts: true, gone.facts).last
                == .finish(
                    .failed, exit: .status(0), reason: "the service ended (exit 0) before its gates held"))
    }

    @Test("one that was up lapses only where nothing took its place")
    func upInBackground() {
        var bench = leaving { bench in
            _ = bench.run.gatesHeld(bench.facts)
            _ = bench.run.collected(.success([]), bench.facts)
            bench.run.finished()
        }
        #expect(bench.run.ended(Bench.body, .unknown, bench.facts) == [.examine(.successor)])
        #expect(bench.run.isActive, "the session does not end before that is known")
        var gone = bench
        _ = bench.run.found(.running(other), number: 1, counts: true, bench.facts)
        #expect(bench.run.adopted(bench.facts) == [.emitAdopted(other)])
        #expect(bench.run.service == .up)
        #expect(gone.run.found(.gone, number: 1, counts: true, gone.facts) == [.serviceLapsed(.unknown)])
    }

    // MARK: - Logs

    @Test("an end waits until logs are free of secrets, and heeds an interrupt that came meanwhile")
    func cleaning() {
        var bench = Bench()
        bench.running()
        let actions = bench.run.ended(Bench.body, .status(3), bench.facts)
        let ends = actions.filter { StepRun.wantsCleanLogs($0) }
        #expect(ends == [.finish(.failed, exit: .status(3), reason: "exit 3")])
        bench.run.cleans(then: ends)
        #expect(bench.run.isActive)
        var quiet = bench
        #expect(quiet.run.cleaned() == ends)
        bench.stopping = .interrupted
        #expect(bench.run.interrupted(bench.facts) == [])
        #expect(bench.run.cleaned() == ends + [.heedInterrupt])
    }

    @Test("a service that ends before it is recorded that it came up lapses after that")
    func endsWhileCleaning() {
        var bench = leaving { _ in }
        _ = bench.run.gatesHeld(bench.facts)
        let ends = bench.run.collected(.success([]), bench.facts).filter { StepRun.wantsCleanLogs($0) }
        bench.run.cleans(then: ends)
        let lapse = bench.run.ended(Bench.body, .signal(11), bench.facts)
        #expect(lapse == [.serviceLapsed(.signal(11))])
        bench.run.cleans(then: lapse)
        #expect(bench.run.cleaned() == ends + lapse)
        #expect(bench.run.cleaned() == [])
    }
}
