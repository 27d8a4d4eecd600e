import Model
import Testing

@testable import Execution

@Suite("One step: questions, people and older processes")
struct StepRunPreparingTests {
    typealias Bench = StepRunBench

    private func asking(_ role: Role, _ change: (inout Step) -> Void = { _ in }) -> Bench {
        var bench = Bench(.run, change)
        if role == .check { bench.run.course = .bringUp(.check) }
        _ = bench.run.asks(role)
        return bench
    }

    @Test(
        "what `when` answers",
        arguments: [
            (Exit.status(0), "", [StepRun.Action.enter(.inputs)]),
            (.status(1), "no such zone", [.skip]),
            (.status(127), "", [.skip]),
            (
                .status(127), "foo: not found",
                [
                    .finish(
                        .failed, exit: .status(127),
                        reason: "when: the command could not be run (exit 127): foo: not found")
                ]
            ),
            (.status(2), "", [.skip]),
            (.status(2), "syntax error", [.ask(.when, isParsed: true)]),
            (
                .signal(9), "",
                [.finish(.failed, exit: .signal(9), reason: "when: the command could not be run (signal 9)")]
            ),
        ])
    func when(exit: Exit, complaint: String, actions: [StepRun.Action]) {
        var bench = asking(.when)
        #expect(bench.run.answered(.when, exit, complaint: complaint, bench.facts) == actions)
    }

    @Test("exit status 2 with a complaint is a no where a shell can read the question, and a failure where it cannot")
    func doubt() {
        var bench = asking(.when)
        _ = bench.run.answered(.when, .status(2), complaint: "hm", bench.facts)
        var other = bench
        #expect(bench.run.answered(.when, .status(0), complaint: "", bench.facts) == [.skip])
        #expect(bench.run.course == .skip("not applicable: when (exit 2)", .wanted))
        #expect(
            other.run.answered(.when, .status(2), complaint: "hm", other.facts)
                == [.finish(.failed, exit: .status(2), reason: "when: the command could not be run (exit 2): hm")])
    }

    @Test("an answer to a question that is not put means nothing")
    func stale() {
        var bench = asking(.when)
        #expect(bench.run.answered(.check, .status(0), complaint: "", bench.facts) == [])
        var idle = Bench()
        #expect(idle.run.answered(.when, .status(0), complaint: "", idle.facts) == [])
    }

    @Test("a check that holds is followed by the gates, once what the step hands on is there")
    func check() {
        var bench = asking(.check)
        #expect(bench.run.answered(.check, .status(0), complaint: "", bench.facts) == [.collect(.check)])
        var other = bench
        #expect(bench.run.collected(.success([]), bench.facts) == [.releaseSlot, .askGates(.satisfied)])
        #expect(bench.run.gatesHeld(bench.facts) == [.finish(.satisfied, reason: "its check holds")])
        #expect(other.run.collected(Bench.missing, other.facts) == [.enter(.confirm)])
    }

    @Test("a check that does not hold lets the step go on, and so do gates that do not hold after it")
    func checkFails() {
        var bench = asking(.check)
        #expect(bench.run.answered(.check, .status(1), complaint: "", bench.facts) == [.enter(.confirm)])
        var gates = asking(.check)
        _ = gates.run.answered(.check, .status(0), complaint: "", gates.facts)
        _ = gates.run.collected(.success([]), gates.facts)
        #expect(gates.run.gatesFailed("503", gates.facts) == [.release, .giveBack, .announce])
        #expect(gates.run.goOn() == [.enter(.confirm)])
    }

    @Test("a question without an answer in time, or that cannot be put, fails the step")
    func late() {
        var bench = asking(.when)
        #expect(bench.run.limitReached(Bench.when, "when: no answer within 1 min") == [.kill(Bench.when)])
        #expect(
            bench.run.answered(.when, .signal(9), complaint: "", bench.facts)
                == [.finish(.failed, reason: "when: no answer within 1 min")])
        var unput = asking(.when)
        let error = LaunchError(message: "sh: not found", isTemporary: false)
        #expect(
            unput.run.notAsked(.when, error, unput.facts, othersRun: true) == [
                .finish(.failed, reason: "sh: not found")
            ])
    }

    @Test("a question waits in the queue again when what its step needs went away before it was put")
    func needGone() {
        var bench = asking(.when)
        #expect(bench.run.holdsQuestion(bench.facts, isMet: true) == nil)
        #expect(bench.run.holdsQuestion(bench.facts, isMet: false) == [.release, .giveBack])
    }

    @Test("secrets are fetched one after the other, and then it goes on")
    func secrets() {
        var bench = Bench()
        bench.run.course = .bringUp(.secrets)
        #expect(bench.run.asks(.secret(0)) == [.ask(.secret(0), isParsed: false)])
        #expect(
            bench.run.answered(.secret(0), .status(0), complaint: "", bench.facts)
                == [.takeSecret(position: 0, .status(0), Capture())])
        #expect(bench.run.secretTaken() == [.fetchSecrets])
        #expect(bench.run.secretsKnown(bench.facts) == [.enter(.halt)])
    }

    @Test("a secret that is not to be had fails a step that needs it, not one that only frees its logs of it")
    func secretMissing() {
        var bench = Bench()
        bench.run.course = .bringUp(.secrets)
        #expect(bench.run.secretMissing("vault: sealed", bench.facts) == [.finish(.failed, reason: "vault: sealed")])
        var skipped = Bench()
        skipped.run.course = .skip("not applicable", .wanted)
        #expect(
            skipped.run.secretMissing("vault: sealed", skipped.facts) == [.finish(.skipped, reason: "not applicable")])
        var settled = Bench { $0.check = Template("true") }
        _ = settled.run.settles(.unknown, endedBecause: nil)
        #expect(settled.run.secretMissing("vault: sealed", settled.facts) == [.ask(.check, isParsed: false)])
        #expect(settled.run.forgoesSecrets)
    }

    @Test("a person is waited for without a slot; a yes puts it back into the queue, a no fails it")
    func people() {
        var bench = Bench()
        bench.run.course = .bringUp(.confirm)
        #expect(bench.run.waits("Shift traffic?") == [.release, .emitWaiting("Shift traffic?")])
        #expect(!bench.run.isActive)
        var other = bench
        #expect(bench.run.approved() == [.giveBack])
        #expect(bench.run.goOn() == [.enter(.confirm)])
        #expect(other.run.refused("answered with no by ada") == [.finish(.failed, reason: "answered with no by ada")])
    }

    @Test("an older process is ended before the step goes on where it was")
    func clearing() {
        var bench = Bench()
        bench.run.course = .bringUp(.halt)
        let old = ProcessKey(step: 0, role: .body, attempt: 3)
        #expect(bench.run.examines(.leftover(.body)) == [.examine(.leftover(.body))])
        let adoption = StepRun.Adoption(old, Fixture.identity, .clear)
        #expect(
            bench.run.found(.running(Fixture.identity), number: 3, counts: true, bench.facts) == [.adopt(adoption)])
        #expect(bench.run.adopted(bench.facts) == [.stop(old)])
        #expect(bench.run.runningKeys(0) == [old])
        #expect(bench.run.ended(old, .signal(15), bench.facts) == [.enter(.halt)])
    }
}
