import Execution
import Testing

@Suite("A gate being asked")
struct GateTrackerTests {
    private let yes = Answer(holds: true, text: "200")
    private let no = Answer(holds: false, text: "503")

    @Test("is asked at once, then after 50, 100, 200 … ms, up to `every`")
    func pauses() {
        var tracker = GateTracker(gate: Fixture.gate(within: 100, every: 0.3), now: 0)
        #expect(tracker.next == 0)
        var now = 0.0
        var pauses: [Double] = []
        for _ in 0..<5 {
            _ = tracker.sent(at: 0)
            #expect(tracker.next == nil, "no second probe while one is under way")
            _ = tracker.answered(no, at: now)
            let next = tracker.next ?? -1
            pauses.append(((next - now) * 1000).rounded())
            now = next
        }
        #expect(pauses == [50, 100, 200, 300, 300])
    }

    @Test(
        "a thousand, asked once a second, are asked at some thirty moments of it, and none later than a second"
    )
    func beat() {
        var moments: Set<Double> = []
        for number in 0..<1_000 {
            let now = 1_000_000.2 + Double(number) / 1_000
            var tracker = GateTracker(gate: Fixture.gate(within: 1_000, every: 1), now: now)
            for _ in 0..<8 { _ = tracker.answered(no, at: now) }
            let next = tracker.next ?? -1
            #expect(next <= now + 1 && next > now + 1 - GateTracker.beat)
            moments.insert(next)
        }
        #expect(moments.count <= 33)
    }

    @Test("is asked on the beat as often as its pause says when its answers take less than a beat")
    func rhythm() {
        var tracker = GateTracker(gate: Fixture.gate(within: 1_000, every: 1), now: 0)
        for _ in 0..<8 { _ = tracker.answered(no, at: 7.25) }
        for second in 1...5 {
            #expect(tracker.next == 7.25 + Double(second))
            _ = tracker.answered(no, at: 7.25 + Double(second) + 0.02)
        }
    }

    @Test("holds with the first good answer when nothing is said about stability")
    func holds() {
        var tracker = GateTracker(gate: Fixture.gate(), now: 0)
        _ = tracker.sent(at: 0)
        let isChange = tracker.answered(yes, at: 0.01)
        #expect(isChange)
        #expect(tracker.outcome == .held)
        #expect(tracker.next == nil)
    }

    @Test("must hold without a break for `stable`, and is asked right at its end")
    func stable() {
        var tracker = GateTracker(gate: Fixture.gate(within: 60, every: 1, stable: 3), now: 0)
        _ = tracker.answered(yes, at: 0)
        #expect(tracker.outcome == .asking)
        _ = tracker.answered(yes, at: 2)
        _ = tracker.answered(no, at: 2.5)
        _ = tracker.answered(yes, at: 3)
        #expect(tracker.outcome == .asking, "the break started the clock anew")
        _ = tracker.answered(yes, at: 5.5)
        #expect(tracker.next == 6)
        _ = tracker.answered(yes, at: 6)
        #expect(tracker.outcome == .held)
    }

    @Test("is asked again only later, however little is missing of `stable`")
    func almostStable() {
        var tracker = GateTracker(gate: Fixture.gate(within: 60, every: 1, stable: 0.3), now: 1000.1)
        var now = 1000.1
        for _ in 0..<100 where tracker.outcome == .asking {
            _ = tracker.answered(yes, at: now)
            if let next = tracker.next {
                #expect(next > now)
                now = next
            }
        }
        #expect(tracker.outcome == .held)
    }

    @Test("expires at its deadline, and says what it saw last")
    func expires() {
        var tracker = GateTracker(gate: Fixture.gate(within: 2, every: 1), now: 10)
        _ = tracker.answered(no, at: 10)
        _ = tracker.answered(no, at: 11.95)
        #expect(tracker.next == 12, "the last probe is sent at the deadline")
        _ = tracker.answered(no, at: 12)
        #expect(tracker.outcome == .expired)
        #expect(tracker.failure(at: 12) == "tcp 127.0.0.1:80: 503 after 3 probes within 2 s")
    }

    @Test("is not cut short in its first answer by a look that is more hurried than its author, but in all others")
    func hurried() {
        var tracker = GateTracker(gate: Fixture.gate(within: 60), now: 10, within: 3)
        #expect(tracker.end(at: 10) == 15, "a probe may take five seconds")
        #expect(tracker.timeout(at: 12) == 5)
        _ = tracker.sent(at: 12)
        #expect(tracker.end(at: 16) == 17, "and its time begins when it is sent")
        #expect(tracker.failure(at: 17) == "tcp 127.0.0.1:80: no answer within 7 s")
        var slow = tracker
        _ = slow.answered(no, at: 14)
        #expect(slow.outcome == .expired, "what answers late that it does not hold has been asked")
        var quick = tracker
        _ = quick.answered(no, at: 12.1)
        #expect(quick.outcome == .asking)
        #expect(quick.end(at: 12.2) == 13)
        #expect(quick.timeout(at: 12.2) < 1)
        _ = tracker.answered(yes, at: 16)
        #expect(tracker.outcome == .held)
    }

    @Test("that holds, but not long enough, says so")
    func expiresWhileHolding() {
        var tracker = GateTracker(gate: Fixture.gate(within: 2, stable: 5), now: 0)
        _ = tracker.answered(yes, at: 1)
        _ = tracker.answered(yes, at: 2)
        #expect(tracker.outcome == .expired)
        #expect(tracker.failure(at: 2) == "tcp 127.0.0.1:80: held for 1 s of 5 s within 2 s")
    }

    @Test("cuts the time of a probe at its deadline")
    func timeout() {
        let tracker = GateTracker(gate: Fixture.gate(within: 10, timeout: 5), now: 0)
        #expect(tracker.timeout(at: 0) == 5)
        #expect(tracker.timeout(at: 8) == 2)
        #expect(tracker.timeout(at: 20) == 0.05)
    }

    @Test("tells the last answer that was one, not that the deadline cut a probe off")
    func cutOff() {
        var tracker = GateTracker(gate: Fixture.gate(within: 3, timeout: 5), now: 0)
        _ = tracker.sent(at: 0)
        _ = tracker.answered(no, at: 0.4)
        _ = tracker.sent(at: 2.8)
        #expect(abs(tracker.limit - 0.2) < 0.001)
        _ = tracker.answered(Answer(holds: false, text: "no answer in 200 ms"), at: 3)
        #expect(tracker.outcome == .expired)
        #expect(tracker.failure(at: 3) == "tcp 127.0.0.1:80: 503 after 2 probes within 3 s")
        #expect(tracker.last == no)
    }

    @Test("that was never answered says so, with the time that it really had")
    func neverAnswered() {
        var tracker = GateTracker(gate: Fixture.gate(within: 3, timeout: 5), now: 0)
        _ = tracker.sent(at: 0)
        _ = tracker.answered(Answer(holds: false, text: "no answer in 3 s"), at: 3)
        #expect(tracker.failure(at: 3) == "tcp 127.0.0.1:80: no answer in 3 s after 1 probe within 3 s")
    }

    @Test("holds with an answer that comes in the last moment")
    func lastMoment() {
        var tracker = GateTracker(gate: Fixture.gate(within: 3, timeout: 5), now: 0)
        _ = tracker.answered(no, at: 0)
        _ = tracker.sent(at: 2.8)
        _ = tracker.answered(yes, at: 2.999)
        #expect(tracker.outcome == .held)
    }

    @Test("says the patience that it was given, where that is not the gate's own")
    func shortPatience() {
        var tracker = GateTracker(gate: Fixture.gate(within: 60), now: 0, within: 3)
        _ = tracker.answered(no, at: 3)
        #expect(tracker.failure(at: 3) == "tcp 127.0.0.1:80: 503 after 1 probe within 3 s")
    }

    @Test("that printed something else along with the same answer has not changed it")
    func printed() {
        var tracker = GateTracker(gate: Fixture.gate(), now: 0)
        let changes = ["a", "b", "b"].enumerated().map {
            tracker.answered(Answer(holds: false, text: "exit 1", output: $1), at: Double($0))
        }
        #expect(changes == [true, false, false])
        #expect(tracker.last?.output == "b")
    }

    @Test("tells a changed answer from the same one again")
    func changes() {
        var tracker = GateTracker(gate: Fixture.gate(), now: 0)
        let answers = [no, no, Answer(holds: false, text: "refused")]
        let changes = answers.enumerated().map { tracker.answered($1, at: Double($0)) }
        #expect(changes == [true, false, true])
    }

    @Test("after time in which nobody could ask, patience is what it was, and there is one more answer")
    func goesOn() {
        var tracker = GateTracker(gate: Fixture.gate(within: 10, every: 1), now: 0)
        _ = tracker.answered(no, at: 2)
        let lost = tracker.sent(at: 2)
        #expect(tracker.goOn(after: 60, at: 62) == .anew)
        #expect(tracker.deadline == 70)
        #expect(tracker.next == 62, "it is asked anew")
        #expect(tracker.sent(at: 62) != lost, "what was under way does not count any more")
        // Nothing was left of its patience: the answer that follows is the last one.
        var late = GateTracker(gate: Fixture.gate(within: 10, every: 1), now: 0)
        _ = late.answered(no, at: 9.9)
        _ = late.goOn(after: 60, at: 70)
        late.expire(at: 70)
        #expect(late.outcome == .asking)
        #expect(late.timeout(at: 70) > 1)
        _ = late.answered(yes, at: 70.1)
        #expect(late.outcome == .held)
    }

    @Test("time in which nobody could ask proves no stability")
    func stabilityStandsStill() {
        var tracker = GateTracker(gate: Fixture.gate(within: 60, every: 1, stable: 3), now: 0)
        _ = tracker.answered(yes, at: 0)
        _ = tracker.goOn(after: 100, at: 101)
        _ = tracker.answered(yes, at: 101)
        _ = tracker.answered(yes, at: 103)
        #expect(tracker.outcome == .asking, "it begins anew")
        _ = tracker.answered(yes, at: 104)
        #expect(tracker.outcome == .held)
    }

    @Test("after a short gap the answer under way is waited for, and counts if it holds")
    func shortGap() {
        var tracker = GateTracker(gate: Fixture.gate(within: 10, every: 1), now: 0)
        let serial = tracker.sent(at: 0)
        #expect(tracker.goOn(after: 2, at: 3) == .extended)
        #expect(tracker.serial == serial && tracker.next == nil, "it is still under way")
        _ = tracker.answered(no, at: 3)
        #expect(tracker.outcome == .asking && tracker.next == 3, "that it does not hold may be the gap's doing")
        _ = tracker.sent(at: 3)
        _ = tracker.answered(yes, at: 4)
        #expect(tracker.outcome == .held)
    }

    @Test("a machine that is always late does not ask for ever: short gaps give patience once again, not more")
    func alwaysLate() {
        var tracker = GateTracker(gate: Fixture.gate(within: 10, every: 1), now: 0)
        var now = 0.0
        while tracker.outcome == .asking, now < 1_000 {
            _ = tracker.sent(at: now)
            now += 2
            _ = tracker.goOn(after: 1.9, at: now)
            _ = tracker.answered(no, at: now)
        }
        #expect(tracker.outcome == .expired)
        #expect((20.0...40).contains(now))
        // One that holds is noticed all the same.
        tracker = GateTracker(gate: Fixture.gate(within: 10, every: 1), now: 0)
        _ = tracker.sent(at: 0)
        _ = tracker.goOn(after: 1.9, at: 2)
        _ = tracker.answered(yes, at: 2)
        #expect(tracker.outcome == .held)
    }
}
