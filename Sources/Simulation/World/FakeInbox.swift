import Execution

/// The engine's clock and mailbox on the fake machine.
final class FakeInbox: Inbox {
    /// Waits after which a session does not count as going to end.
    static let limit = 60_000

    private let machine: SimulatedHost
    private let crash: CrashSwitch
    private let checker: InvariantChecker
    private var waits = 0

    init(machine: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker) {
        self.machine = machine
        self.crash = crash
        self.checker = checker
    }

    /// A dead executor's clock runs off, so that all its patience ends at once.
    var now: ClockReading {
        guard crash.isThrown else { return machine.now }
        return ClockReading(uptime: 1e9 + Double(crash.waits) * 1e7, wall: 1e10)
    }

    func wait(until deadline: Double?) -> [Occurrence] {
        guard !crash.passes("while it waits", machine) else { return frozen() }
        waits += 1
        checker.waits(isIdle: deadline ?? .infinity > machine.uptime + 0.004 && !checker.isStoring)
        if waits > Self.limit { checker.breaks("the session does not come to its end") }
        while machine.mailbox.isEmpty {
            let next = machine.nextHappening
            if let deadline, next ?? .infinity > deadline {
                machine.advance(to: deadline)
                if crash.isThrown { return frozen() }
                break
            }
            if next == nil, machine.isInterruptLate { break }
            guard let next else {
                checker.breaks("the engine waits for something that never happens")
                return frozen()
            }
            machine.advance(to: next)
            if crash.isThrown { return frozen() }
        }
        if let seconds = machine.takeNap() { checker.slept(seconds) }
        var occurrences = machine.mailbox
        machine.mailbox.removeAll()
        if machine.isInterruptLate {
            machine.isInterruptLate = false
            machine.tell("interrupt")
            occurrences.append(.interrupt)
        }
        checker.waited()
        for occurrence in occurrences { checker.hears(occurrence) }
        return occurrences
    }

    /// Brings a dead executor's loop to its end: everything it may wait for comes, and nothing it does counts.
    private func frozen() -> [Occurrence] {
        crash.waits += 1
        precondition(crash.waits < 10_000, "a dead executor does not stop: \(checker.replay)")
        let watched = machine.living.compactMap { machine.processes[$0]?.watcher }
        let ends = watched.filter { $0.executor == machine.executor }.map { Occurrence.ended($0.key, .unknown) }
        let answers = machine.unanswered.sorted { $0.key < $1.key }.map(\.value)
        defer {
            machine.mailbox.removeAll()
            machine.unanswered.removeAll()
        }
        return machine.mailbox + answers + [
            .notCommitted(0, JournalError(message: "the executor is gone")), .interrupt,
        ] + ends
    }
}
