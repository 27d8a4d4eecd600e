import Model
import Testing

@testable import Execution

@Suite("One step: attempts of earlier executors")
struct StepRunSettlingTests {
    typealias Bench = StepRunBench

    @Test("a known exit status decides, as for a body of one's own")
    func knownExit() {
        var bench = Bench(.resolve(attempt: 1, .status(0)))
        #expect(bench.settling(.status(0)) == [.fetchSecrets, .cancelGates, .collect(.body(.uncut))])
        #expect(bench.run.collected(.success([]), bench.facts).last == .finish(.done, exit: .status(0)))
        var failed = Bench(.resolve(attempt: 1, .status(3)))
        #expect(failed.settling(.status(3)).last == .finish(.failed, exit: .status(3), reason: "exit 3"))
    }

    @Test("an attempt that ended well and lost what it handed on is as good as unknown")
    func lostOutputs() {
        var bench = Bench(.resolve(attempt: 1, .status(0)))
        _ = bench.settling(.status(0))
        #expect(bench.run.collected(Bench.missing, bench.facts) == [.release, .runAgain(.run)])
    }

    @Test("without an exit status the check says, then the gates")
    func unknownExit() {
        var bench = Bench(.resolve(attempt: 1, .unknown)) {
            $0.check = Template("true")
            $0.gates = [Fixture.gate()]
        }
        #expect(bench.settling() == [.fetchSecrets, .ask(.check, isParsed: false)])
        var holds = bench
        _ = holds.run.answered(.check, .status(0), complaint: "", holds.facts)
        #expect(holds.run.collected(.success([]), holds.facts) == [.releaseSlot, .askGates(.satisfied)])
        #expect(
            holds.run.gatesHeld(holds.facts) == [.collect(.settled(.satisfied, gateSeconds: 0))])
        #expect(holds.run.collected(Bench.missing, holds.facts) == [.finish(.done, reason: "its check holds")])

        #expect(
            bench.run.answered(.check, .status(1), complaint: "", bench.facts) == [.releaseSlot, .askGates(.resolve)])
        var lapsed = bench
        #expect(bench.run.gatesHeld(bench.facts) == [.collect(.settled(.resolve, gateSeconds: 0))])
        #expect(
            bench.run.collected(.success([]), bench.facts) == [.takeOver([]), .finish(.done, reason: "its gates hold")])
        #expect(lapsed.run.gatesFailed("503", lapsed.facts) == [.release, .runAgain(.run)])
    }

    @Test("a once step of which nothing says how it ended waits for a person's word")
    func once() {
        var bench = Bench(.resolve(attempt: 1, .unknown)) { $0.isOnce = true }
        let actions = bench.settling()
        #expect(
            actions.suffix(2) == [
                .miss,
                .finish(
                    .uncertain, exit: .unknown,
                    reason: "uncertain: the executor died during attempt 1, and nothing says how it ended"),
            ])
    }

    @Test("what was edited since runs again whatever comes of the attempt")
    func outdated() {
        var bench = Bench(.resolve(attempt: 1, .unknown))
        bench.run.inherits(number: 1, nil)
        #expect(bench.run.becomesOutdated() == true)
        #expect(bench.run.becomesOutdated() == false, "that is known")
        _ = bench.run.settles(.unknown, endedBecause: nil)
        #expect(bench.run.secretsKnown(bench.facts).last == .runAgain(.rerun))
        var own = Bench()
        own.running()
        #expect(own.run.becomesOutdated() == false, "an attempt of this session is for the text of now")
    }

    @Test("an adopted process that ends is settled by its status; a limit it ran into is the reason all the same")
    func adopted() {
        var bench = Bench(.adopt(attempt: 1, Fixture.identity))
        bench.adopted()
        #expect(bench.run.state == .running(.init(since: 100)))
        _ = bench.run.limitReached(Bench.body, "timed out after 5 s")
        #expect(bench.run.ended(Bench.body, .unknown, bench.facts) == [.fetchSecrets])
        #expect(
            bench.run.secretsKnown(bench.facts).last
                == .finish(.failed, exit: .unknown, reason: "timed out after 5 s"))
    }

    @Test(
        "an adopted body that ends while it is interrupted is left to the next session, unless its log is free of secrets"
    )
    func adoptedInterrupted() {
        var bench = Bench(.adopt(attempt: 1, Fixture.identity))
        bench.adopted()
        bench.stopping = .interrupted
        _ = bench.run.interrupted(bench.facts)
        var free = bench
        #expect(
            bench.run.ended(Bench.body, .status(0), bench.facts, isSecretMissing: true)
                == [.finish(.interrupted, reason: "interrupted before it was known what came of it")])
        #expect(bench.run.attempt.number == 0, "its attempt stays open")
        #expect(
            free.run.ended(Bench.body, .status(0), free.facts) == [.cancelGates, .collect(.body(.interrupted(nil)))])
    }

    @Test("an adopted service has its gates asked, and one that is gone has failed")
    func service() {
        var bench = Bench(.adopt(attempt: 1, Fixture.identity)) { $0.isService = true }
        bench.run.inherits(number: 1, nil)
        var gone = bench
        let adoption = StepRun.Adoption(Bench.body, Fixture.identity, .goOn)
        _ = bench.run.adopts(adoption)
        #expect(bench.run.adopted(bench.facts) == [.emitAdopted(Fixture.identity), .askGates(.bringUp)])
        _ = gone.run.adopts(adoption)
        #expect(gone.run.lost(gone.facts) == [.releaseSlot, .examine(.end)])
        #expect(
            gone.run.found(.ended(.status(0)), number: 1, counts: true, gone.facts).last
                == .finish(
                    .failed, exit: .unknown,
                    reason: "the service ended (exit status unknown) before its gates held"))
    }

    @Test("gates that were being asked are asked again, once the log can be freed of secrets")
    func resumesGates() {
        var bench = Bench(.resumeGates(attempt: 1)) { $0.gates = [Fixture.gate()] }
        #expect(bench.run.isLight)
        bench.run.inherits(number: 1, nil)
        #expect(bench.run.resumesGates(.status(0)) == [.fetchSecrets])
        #expect(bench.run.secretsKnown(bench.facts) == [.askGates(.bringUp)])
        #expect(bench.run.gatesHeld(bench.facts) == [.finish(.done, exit: .status(0))])
    }

    @Test("a step that was done is asked whether it still holds")
    func recheck() {
        var bench = Bench(.recheck) { $0.gates = [Fixture.gate()] }
        #expect(bench.run.rechecks(nil, bench.facts) == [.askGates(.recheck)])
        var lapsed = bench
        #expect(bench.run.gatesHeld(bench.facts) == [.stillHolds])
        #expect(lapsed.run.gatesFailed("503", lapsed.facts) == [.lapse("503")])
    }
}

@Suite("One step: interrupts, and being taken down")
struct StepRunStoppingTests {
    typealias Bench = StepRunBench

    private func interrupted(_ bench: inout Bench) -> [StepRun.Action] {
        bench.stopping = .interrupted
        return bench.run.interrupted(bench.facts)
    }

    @Test("a body is ended in order, and counts as interrupted unless it ends well")
    func body() {
        var bench = Bench()
        bench.running()
        #expect(interrupted(&bench) == [.cancelGates, .stop(Bench.body)])
        var well = bench
        #expect(
            bench.run.ended(Bench.body, .signal(15), bench.facts) == [
                .cancelGates, .finish(.interrupted, exit: .signal(15), reason: "interrupted"),
            ])
        _ = well.run.ended(Bench.body, .status(0), well.facts)
        #expect(well.run.collected(.success([]), well.facts).last == .finish(.done, exit: .status(0)))
    }

    @Test("a body that ended well has that kept, and its gates are left to the next session")
    func bodyWithGates() {
        var bench = Bench { $0.gates = [Fixture.gate()] }
        bench.running()
        _ = interrupted(&bench)
        _ = bench.run.ended(Bench.body, .status(0), bench.facts)
        #expect(
            bench.run.collected(.success([]), bench.facts).suffix(2) == [
                .emitGating(attempt: 1),
                .finish(.interrupted, exit: .status(0), reason: "interrupted before its gates were asked"),
            ])
    }

    @Test("questions are killed, pauses end, gates are not asked any more")
    func elsewhere() {
        var asking = Bench()
        _ = asking.run.asks(.when)
        #expect(interrupted(&asking) == [.kill(Bench.when)])
        #expect(
            asking.run.answered(.when, .signal(9), complaint: "", asking.facts)
                == [.finish(.interrupted, reason: "interrupted")])
        var pausing = Bench { $0.retries.count = 1 }
        pausing.running()
        _ = pausing.run.ended(Bench.body, .status(3), pausing.facts)
        #expect(
            interrupted(&pausing)
                == [.finish(.interrupted, exit: .status(3), reason: "interrupted before another attempt")])
        var gating = Bench { $0.gates = [Fixture.gate()] }
        gating.gating()
        #expect(
            interrupted(&gating) == [
                .cancelGates,
                .finish(.interrupted, exit: .status(0), reason: "interrupted while its gates were asked"),
            ])
        var rechecking = Bench(.recheck)
        _ = rechecking.run.rechecks(nil, rechecking.facts)
        #expect(interrupted(&rechecking) == [.cancelGates])
        #expect(!rechecking.run.isActive)
    }

    @Test("what has nothing under way is left alone", arguments: [StepRun.State.idle, .waiting, .intending, .ahead])
    func nothing(state: StepRun.State) {
        var bench = Bench()
        bench.run.state = state
        #expect(interrupted(&bench) == [])
        #expect(bench.run.state == state)
    }

    @Test("what will not end is said to live on, with why it was to end")
    func unstopped() {
        var bench = Bench()
        bench.running()
        _ = bench.run.limitReached(Bench.body, "timed out after 5 s")
        #expect(
            bench.run.unstopped(Bench.body, "could not be ended (pid 7)", bench.facts)
                == [.finish(.failed, reason: "timed out after 5 s; body could not be ended (pid 7)")])
        var other = Bench()
        #expect(other.run.unstopped(Bench.body, "could not be ended", other.facts) == [], "nothing of it runs")
    }

    @Test("down ends what was left, fetches secrets, looks for an undo that still runs, then undoes")
    func down() {
        var bench = Bench(.undo) { $0.undo = Undo(place: Fixture.place, interpreter: .bash, prelude: "", body: "rm x") }
        #expect(bench.run.goOn() == [.enterUndo(.leftover)])
        #expect(bench.run.leftoverCleared() == [.fetchSecrets])
        #expect(bench.run.secretsKnown(bench.facts) == [.undo(.earlier)])
        bench.run.intendsUndo(2)
        bench.run.starts()
        #expect(bench.run.started(Fixture.identity, bench.facts) == [Bench.started, .limit(Bench.undo)])
        #expect(bench.run.ended(Bench.undo, .status(0), bench.facts) == [.stopLeftover])
        #expect(bench.run.undone(bench.facts) == [.finish(.undone, exit: .status(0))])
    }

    @Test("an undo that fails says so, and one that is put back into the queue goes on where it was")
    func downFails() {
        var bench = Bench(.undo) { $0.undo = Undo(place: Fixture.place, interpreter: .bash, prelude: "", body: "rm x") }
        _ = bench.run.leftoverCleared()
        _ = bench.run.secretsKnown(bench.facts)
        bench.run.intendsUndo(2)
        var held = bench
        #expect(held.run.heldBack(held.facts, isMet: false) == [.release, .giveBack])
        #expect(held.run.goOn() == [.enterUndo(.block)])
        #expect(held.run.decision == .undo)
        bench.run.starts()
        _ = bench.run.started(Fixture.identity, bench.facts)
        #expect(
            bench.run.ended(Bench.undo, .status(1), bench.facts)
                == [.finish(.failed, exit: .status(1), reason: "undo: exit 1")])
    }

    @Test("--fail-fast does not hold an undo back")
    func downFailFast() {
        var bench = Bench(.undo)
        bench.run.intendsUndo(2)
        bench.stopping = .failFast
        #expect(bench.run.heldBack(bench.facts, isMet: true) == nil)
    }
}
