import Model
import Testing

@testable import Execution

@Suite("One step: its body")
struct StepRunBodyTests {
    typealias Bench = StepRunBench

    @Test("what comes before a body is gone through in order, each stage once")
    func stages() {
        var bench = Bench()
        #expect(bench.run.goOn() == [.enter(.when)])
        for stage in [StepRun.Stage.inputs, .secrets, .halt, .check, .confirm, .clear] {
            #expect(bench.run.passed() == [.enter(stage)])
        }
        #expect(bench.run.passed() == [.prepareBody])
        #expect(!bench.run.isActive)
    }

    @Test("an intent, a process, and its limit")
    func starts() {
        var bench = Bench()
        bench.intending()
        #expect(bench.run.state == .intending)
        #expect(bench.run.heldBack(bench.facts, isMet: true) == nil)
        bench.run.starts()
        #expect(bench.run.runningKeys(0) == [Bench.body])
        #expect(bench.run.started(Fixture.identity, bench.facts) == [Bench.started, .limit(Bench.body)])
        #expect(bench.run.state == .running(.init(since: 100)))
        #expect(bench.run.runningKeys(0) == [Bench.body])
    }

    @Test("a body that ends well is done once what it handed on is read")
    func succeeds() {
        var bench = Bench()
        bench.running()
        bench.now = 107
        #expect(bench.run.ended(Bench.body, .status(0), bench.facts) == [.cancelGates, .collect(.body(.uncut))])
        #expect(bench.run.attempt.seconds == 7)
        let actions = bench.run.collected(.success([Bench.token]), bench.facts)
        #expect(
            actions == [
                .releaseSlot, .takeOver([Bench.token]),
                .finish(.done, exit: .status(0), gateSeconds: 0, reason: "", outputs: [Bench.token]),
            ])
    }

    @Test("a body without what it declares has failed")
    func withoutOutputs() {
        var bench = Bench()
        bench.running()
        _ = bench.run.ended(Bench.body, .status(0), bench.facts)
        #expect(
            bench.run.collected(Bench.missing, bench.facts) == [
                .stop(Bench.body), .finish(.failed, exit: .status(0), reason: "`token` is missing"),
            ])
    }

    @Test("with gates, its end is recorded with what it hands on, and they are asked")
    func gates() {
        var bench = Bench { $0.gates = [Fixture.gate()] }
        bench.running()
        _ = bench.run.ended(Bench.body, .status(0), bench.facts)
        #expect(
            bench.run.collected(.success([Bench.token]), bench.facts) == [
                .releaseSlot, .takeOver([Bench.token]),
                .emitEnded(attempt: 1, .status(0), reason: "", outputs: [Bench.token]), .askGates(.bringUp),
            ])
        bench.now = 103
        #expect(
            bench.run.gatesHeld(bench.facts) == [
                .finish(.done, exit: .status(0), gateSeconds: 3, reason: "", outputs: [])
            ])
    }

    @Test("a failed body is tried again as often as retries allow, and says so in the end")
    func retries() {
        var bench = Bench { $0.retries.count = 1 }
        bench.running()
        #expect(
            bench.run.ended(Bench.body, .status(3), bench.facts) == [
                .cancelGates, .stop(Bench.body), .pause(.status(3), because: "exit 3"), .release, .keepOutputs,
            ])
        #expect(bench.run.state == .pausing)
        #expect(bench.run.retryDue(2) == [], "a timer of another attempt")
        #expect(bench.run.retryDue(1) == [.giveBack])
        #expect(bench.run.goOn() == [.prepareBody], "what came before it is not asked again")
        bench.running(2)
        let key = ProcessKey(step: 0, role: .body, attempt: 2)
        #expect(
            bench.run.ended(key, .status(4), bench.facts) == [
                .cancelGates, .stop(key), .finish(.failed, exit: .status(4), reason: "exit 4, after 2 attempts"),
            ])
    }

    @Test("a once step is repeated for the statuses of retry-on alone")
    func once() {
        for (status, isRepeated) in [(Int32(75), true), (1, false)] {
            var bench = Bench {
                $0.isOnce = true
                $0.retries.count = 3
                $0.retries.statuses = [75]
            }
            bench.running()
            let actions = bench.run.ended(Bench.body, .status(status), bench.facts)
            #expect(actions.contains(.pause(.status(status), because: "exit \(status)")) == isRepeated)
        }
    }

    @Test("a limit ends the process, and is the reason of the failure, whatever its status")
    func limit() {
        var bench = Bench()
        bench.running()
        #expect(bench.run.limitReached(Bench.body, "timed out after 5 s") == [.stop(Bench.body)])
        #expect(
            bench.run.ended(Bench.body, .status(0), bench.facts) == [
                .cancelGates, .stop(Bench.body), .finish(.failed, exit: .status(0), reason: "timed out after 5 s"),
            ])
    }

    @Test("the limit of an attempt before means nothing to the next one")
    func oldLimit() {
        var bench = Bench()
        bench.running(2)
        #expect(bench.run.limitReached(Bench.body, "timed out after 5 s") == [])
        #expect(bench.run.ended(Bench.body, .status(0), bench.facts) == [])
    }

    @Test("what is about to start is held back by an interrupt, a failure with --fail-fast, or a need that went away")
    func heldBack() {
        var bench = Bench()
        bench.intending()
        bench.stopping = .failFast
        #expect(
            bench.run.heldBack(bench.facts, isMet: true)
                == [.finish(.interrupted, reason: "not started: another step failed")])
        bench.stopping = .interrupted
        #expect(
            bench.run.heldBack(bench.facts, isMet: true)
                == [.finish(.interrupted, reason: "interrupted before it started")])
        bench.stopping = .no
        #expect(
            bench.run.heldBack(bench.facts, isMet: false) == [.emitWithdrawn(attempt: 1), .release, .giveBack])
        #expect(bench.run.goOn() == [.enter(.when)], "what may start is found out anew")
    }

    @Test("a file that was to be written keeps its intent when it is put back into the queue")
    func heldBackFile() {
        var bench = Bench { $0.kind = .file(FileSpec(path: Template("/x"), content: Template("y"))) }
        bench.intending()
        #expect(bench.run.heldBack(bench.facts, isMet: false) == [.release, .giveBack])
    }

    @Test("an intent ahead waits for a slot, and is withdrawn where it gets none")
    func ahead() {
        var bench = Bench()
        bench.intending(isAhead: true)
        #expect(bench.run.isAheadOfSlot && bench.run.isActive)
        bench.run.isAhead()
        #expect(bench.run.state == .ahead)
        bench.run.takesSlot()
        #expect(bench.run.state == .intending && !bench.run.isAheadOfSlot)
        bench.run.isAhead()
        #expect(bench.run.withdrawn() == [.emitWithdrawn(attempt: 1), .release, .giveBack])
        #expect(bench.run.attempt.number == 0)
    }

    @Test("want of processes is waited out while others run, ten times at most")
    func wantOfProcesses() {
        let error = LaunchError(message: "no more processes", isTemporary: true)
        var bench = Bench()
        bench.intending()
        bench.run.starts()
        #expect(bench.run.notStarted(error, bench.facts, othersRun: true) == [.release, .putOff])
        #expect(bench.run.retryDue(1) == [.giveBack])
        bench.run.starts()
        #expect(
            bench.run.notStarted(error, bench.facts, othersRun: false)
                == [.finish(.failed, reason: "no more processes")])
        bench.run.launchesPutOff = 10
        #expect(
            bench.run.notStarted(error, bench.facts, othersRun: true)
                == [.finish(.failed, reason: "no more processes")])
    }

    @Test("a once step whose process was there for a moment is uncertain")
    func begun() {
        let error = LaunchError(message: "cannot watch it", isTemporary: true, hasBegun: true)
        var bench = Bench { $0.isOnce = true }
        bench.intending()
        bench.run.starts()
        #expect(
            bench.run.notStarted(error, bench.facts, othersRun: true)
                == [.miss, .finish(.uncertain, exit: .unknown, reason: "uncertain: cannot watch it")])
    }

    @Test("nobody knows how its own process ended: check and gates say")
    func unknown() {
        var bench = Bench()
        bench.running()
        #expect(bench.run.ended(Bench.body, .unknown, bench.facts) == [.cancelGates, .fetchSecrets])
        #expect(bench.run.isSettling)
        #expect(
            bench.run.secretsKnown(bench.facts) == [.releaseSlot, .release, .runAgain(.run)],
            "without either it runs again")
    }
}

@Suite("One step: a service")
struct StepRunServiceTests {
    typealias Bench = StepRunBench

    @Test("its gates are asked while it runs; once they hold it is up, and watched")
    func comesUp() {
        var bench = Bench { $0.isService = true }
        bench.intending()
        bench.run.starts()
        #expect(
            bench.run.started(Fixture.identity, bench.facts) == [Bench.started, .releaseSlot, .askGates(.bringUp)])
        bench.now = 104
        let body = StepRun.Body(since: 100)
        #expect(bench.run.gatesHeld(bench.facts) == [.collect(.service(body, since: 100))])
        #expect(
            bench.run.collected(.success([]), bench.facts) == [
                .takeOver([]), .finish(.done, exit: nil, gateSeconds: 4, reason: "", outputs: []),
            ])
        bench.run.finished()
        #expect(bench.run.service == .up && !bench.run.isActive)
        #expect(bench.run.ended(Bench.body, .signal(9), bench.facts) == [.serviceLapsed(.signal(9))])
        #expect(bench.run.service == .unwatched)
    }

    @Test("it ends before its gates hold: that is a failure, whatever its status")
    func endsEarly() {
        var bench = Bench { $0.isService = true }
        bench.running()
        #expect(
            bench.run.ended(Bench.body, .status(1), bench.facts) == [
                .cancelGates, .stop(Bench.body),
                .finish(.failed, exit: .status(1), reason: "the service ended (exit 1) before its gates held"),
            ])
    }

    @Test("gates that do not hold in time end it, and its end is the end of the attempt")
    func gatesFail() {
        var bench = Bench { $0.isService = true }
        bench.running()
        #expect(bench.run.gatesFailed("http: 503", bench.facts) == [.stop(Bench.body)])
        #expect(bench.run.gatesHeld(bench.facts) == [], "nothing is asked of it any more")
        #expect(
            bench.run.ended(Bench.body, .signal(15), bench.facts) == [
                .cancelGates, .stop(Bench.body), .finish(.failed, exit: .signal(15), reason: "http: 503"),
            ])
    }

    @Test("outputs may take as long as a gate may, and are looked for again meanwhile")
    func outputsLate() {
        var bench = Bench {
            $0.isService = true
            $0.gates = [Fixture.gate(within: 10)]
        }
        bench.running()
        bench.now = 102
        _ = bench.run.gatesHeld(bench.facts)
        #expect(bench.run.collected(Bench.missing, bench.facts) == [.lookAgain(after: 0.2)])
        #expect(bench.run.looksAgain(2) == [])
        #expect(bench.run.looksAgain(1) == [.collect(.service(.init(since: 100), since: 100))])
        bench.now = 110
        #expect(bench.run.collected(Bench.missing, bench.facts) == [.stop(Bench.body)])
        #expect(
            bench.run.ended(Bench.body, .signal(15), bench.facts).last
                == .finish(.failed, exit: .signal(15), reason: "`token` is missing"))
    }
}
