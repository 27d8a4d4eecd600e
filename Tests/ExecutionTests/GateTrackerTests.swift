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
            _ = tracker.sent()
            #expect(tracker.next == nil, "no second probe while one is under way")
            _ = tracker.answered(no, at: now)
            let next = tracker.next ?? -1
            pauses.append(((next - now) * 1000).rounded())
            now = next
        }
        #expect(pauses == [50, 100, 200, 300, 300])
    }

    @Test("holds with the first good answer when nothing is said about stability")
    func holds() {
        var tracker = GateTracker(gate: Fixture.gate(), now: 0)
        _ = tracker.sent()
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

    @Test("tells a changed answer from the same one again")
    func changes() {
        var tracker = GateTracker(gate: Fixture.gate(), now: 0)
        let answers = [no, no, Answer(holds: false, text: "refused")]
        let changes = answers.enumerated().map { tracker.answered($1, at: Double($0)) }
        #expect(changes == [true, false, true])
    }
}
