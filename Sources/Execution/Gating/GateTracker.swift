package import Model

/// One gate being asked: when to probe next, whether it has held long enough, and when patience ends. Pure.
///
/// Times are seconds of `ClockReading.uptime`. The first probe is due at once; after the n-th answer the next one is
/// due after 50 ms × 2ⁿ⁻¹, but no later than `every`, so that a service that is quick to come up is noticed quickly.
/// Long pauses end on a beat that all gates share, so that many of them are asked together.
package struct GateTracker: Sendable {
    package enum Outcome: Hashable, Sendable {
        case asking, held, expired
    }

    package let gate: Gate
    /// Unique per tracker and question sent, so that late answers are told apart.
    package private(set) var serial = 0
    package private(set) var probes = 0
    package private(set) var last: Answer?
    package private(set) var outcome = Outcome.asking
    /// When the next probe is due; nil while one is under way or nothing more is to be asked.
    package private(set) var next: Double?
    /// When patience ends; see `end` for a gate that has not answered yet.
    package private(set) var deadline: Double
    /// Seconds of patience from the beginning.
    private let patience: Double
    /// Seconds that the probe under way may take, and the moment when they are up, where the deadline cut it short.
    package private(set) var limit = 0.0
    private var cutAt: Double?
    private var firstSent: Double?
    private let stable: Double
    private let every: Double
    private var holdsSince: Double?
    /// Seconds that short gaps have added to its patience.
    private var indulgence = 0.0
    /// The probe under way ran through a gap, which may be all that was wrong with it.
    private var isLate = false

    /// - Parameters:
    ///   - within: patience in seconds from `now`; the gate's own unless given.
    ///   - stable: seconds it must hold; the gate's own unless given.
    package init(gate: Gate, now: Double, within: Double? = nil, stable: Double? = nil) {
        self.gate = gate
        patience = within ?? gate.within.inSeconds
        deadline = now + patience
        self.stable = stable ?? gate.stable.inSeconds
        every = max(0.01, gate.every.inSeconds)
        next = now
    }

    /// Limit of the probe that is sent now: the gate's own, cut at the deadline, at least 50 ms. The first one is not
    /// cut by a patience that is shorter than the gate's own: where a hundred gates are asked at once on a busy
    /// machine, that one has had no time to answer says nothing of what it asks.
    package func timeout(at now: Double) -> Double {
        max(0.05, isUnheard ? firstTimeout : min(gate.timeout.inSeconds, deadline - now))
    }

    /// Asked by somebody who is more hurried than the gate's author, and not answered yet.
    private var isUnheard: Bool { probes == 0 && patience < gate.within.inSeconds }
    private var firstTimeout: Double { min(gate.timeout.inSeconds, gate.within.inSeconds) }

    /// When an answer is no longer waited for: at the deadline, but not before the first probe has had its time.
    package func end(at now: Double) -> Double {
        isUnheard ? max(deadline, (firstSent ?? now) + firstTimeout) : deadline
    }

    /// A probe was sent; its answer must carry the serial returned here.
    package mutating func sent(at now: Double) -> Int {
        firstSent = firstSent ?? now
        serial += 1
        next = nil
        limit = timeout(at: now)
        cutAt = limit < gate.timeout.inSeconds ? now + limit : nil
        return serial
    }

    /// The probe could not be sent yet.
    package mutating func postpone(until time: Double) {
        next = time
    }

    /// Takes an answer in. That a probe which the deadline cut short did not come to one says nothing, as long as there
    /// is an answer from before.
    ///
    /// - Returns: true when it differs from the one before.
    package mutating func answered(_ answer: Answer, at now: Double) -> Bool {
        probes += 1
        if isLate {
            isLate = false
            if !answer.holds {
                next = now
                return false
            }
        }
        if !answer.holds, last != nil, let cutAt, now >= cutAt - 0.01 {
            outcome = .expired
            next = nil
            return false
        }
        let isChange = !answer.saysSame(as: last)
        last = answer
        var due = due(after: min(every, 0.05 * Double(1 << min(probes - 1, 16))), at: now)
        if answer.holds {
            let since = holdsSince ?? now
            holdsSince = since
            if now - since >= stable {
                outcome = .held
                next = nil
                return isChange
            }
            // Some answers come at once: a pause that rounding made nothing of would be asked through without end.
            due = max(now + 0.001, min(due, since + stable))
        } else {
            holdsSince = nil
        }
        if now >= deadline {
            outcome = .expired
            next = nil
        } else {
            next = min(due, deadline)
        }
        return isChange
    }

    /// Pauses of so many seconds or more end on the beat.
    package static let leastOnBeat = 0.5
    /// Seconds; a power of two, so that every beat is a number.
    package static let beat = 1.0 / 32

    /// The last beat within a long pause, the end of a short one: a thousand gates that are asked once a second wake
    /// this program up some thirty times a second, not a thousand times.
    private func due(after pause: Double, at now: Double) -> Double {
        let end = now + pause
        return pause < Self.leastOnBeat ? end : end - end.truncatingRemainder(dividingBy: Self.beat)
    }

    /// What becomes of the asking after time in which nobody could ask, or take an answer.
    package enum Resumption: Hashable, Sendable {
        /// It goes on as if nothing had been.
        case unchanged
        /// There is more time; a probe that is under way stays so.
        case extended
        /// A probe that is under way does not count any more; the next one is due now.
        case anew
    }

    /// Lateness up to this, in seconds, may be that of a machine with more to do than it can.
    package static let longGap = 10.0

    /// Nobody could ask for so many seconds, or take an answer: patience did not run meanwhile, whether it held without
    /// a break is not known, and there is time for one more answer whatever was left.
    ///
    /// After long enough what was under way is asked anew. Where the machine is just slow, that would end in asking
    /// without end: the answer is waited for, and only believed if it holds; and such gaps together give no more than
    /// the gate's patience once again.
    package mutating func goOn(after lost: Double, at now: Double) -> Resumption {
        guard outcome == .asking else { return .unchanged }
        let isLong = lost >= Self.longGap
        let granted = isLong ? lost : min(lost, patience - indulgence)
        guard granted > 0 else { return .unchanged }
        if !isLong { indulgence += granted }
        deadline = max(deadline + granted, now + stable + min(gate.timeout.inSeconds, patience))
        cutAt = nil
        holdsSince = nil
        if !isLong, next == nil {
            isLate = true
            return .extended
        }
        isLate = false
        serial += 1
        next = now
        return .anew
    }

    /// Ends the asking when the deadline has passed.
    package mutating func expire(at now: Double) {
        guard outcome == .asking, now >= deadline else { return }
        outcome = .expired
        next = nil
    }

    /// Why it did not hold in time, for people.
    package func failure(at now: Double) -> String {
        guard let last else {
            return "\(gate.label): no answer within \(SpanText.short(end(at: now) - deadline + patience))"
        }
        let patience = SpanText.short(patience)
        let count = probes == 1 ? "1 probe" : "\(probes) probes"
        if let since = holdsSince {
            let held = SpanText.short(now - since)
            return "\(gate.label): held for \(held) of \(SpanText.short(stable)) within \(patience)"
        }
        return "\(gate.label): \(last.text) after \(count) within \(patience)"
    }
}
