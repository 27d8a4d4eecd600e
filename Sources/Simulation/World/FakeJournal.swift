import Execution
import Model

/// The disk: what is here survives everything.
final class Disk {
    var records: [Record] = []
    /// What the runbooks were in each session, by its number from 1.
    var runbooks: [Int: Runbook] = [:]
}

/// The journal of one executor on the disk; each append is there whole or not at all, and takes its time.
final class FakeJournal: JournalWriter {
    private let disk: Disk
    private let machine: SimulatedHost
    private let crash: CrashSwitch
    private let checker: InvariantChecker
    /// Appends until the disk is full; nil: it never is.
    private var roomFor: Int?
    /// What is being stored.
    private var underWay: (ticket: Ticket, records: [Record])?
    private var error: JournalError?

    init(disk: Disk, machine: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker, roomFor: Int?) {
        self.disk = disk
        self.machine = machine
        self.crash = crash
        self.checker = checker
        self.roomFor = roomFor
    }

    private static let gone = JournalError(message: "the executor is gone")

    func append(_ records: [Record], as ticket: Ticket) {
        checker.check(underWay == nil, "two transactions are under way")
        if crash.passes("before \(records.count) records are handed over", machine) {
            machine.mailbox.append(.notCommitted(ticket, Self.gone))
            return
        }
        underWay = (ticket, records)
        checker.isStoring = true
        var random = SeededRandom(machine.seed, "sync", number: disk.records.count)
        let isSlow = random.chance(machine.faults.slowSyncs)
        machine.whenSynced = { [unowned self] in synced() }
        machine.schedule(
            .synced(executor: machine.executor), after: isSlow ? random.skewed(0.01, 0.3) : random.skewed(0.0002, 0.01))
    }

    /// The disk has done its work, or could not.
    private func synced() {
        guard let (ticket, records) = underWay, !crash.isThrown else { return }
        if crash.passes("before \(records.count) records are stored", machine) { return }
        underWay = nil
        checker.isStoring = false
        if let room = roomFor {
            if room <= 0 {
                machine.tell("the disk is full")
                checker.diskIsFull()
                let full = JournalError(message: "database or disk is full")
                error = full
                machine.mailbox.append(.notCommitted(ticket, full))
                return
            }
            roomFor = room - 1
        }
        store(records)
        if crash.passes("after \(records.count) records were stored", machine) { return }
        machine.mailbox.append(.committed(ticket))
    }

    func wait(for ticket: Ticket) throws(JournalError) {
        while underWay?.ticket == ticket, !crash.isThrown, let next = machine.nextHappening {
            machine.advance(to: next)
        }
        if crash.isThrown { throw Self.gone }
        if let error { throw error }
    }

    /// What a dead executor had handed over may be on the disk all the same.
    func isLeft(stored isStored: Bool) {
        guard let (_, records) = underWay else { return }
        underWay = nil
        checker.isStoring = false
        if isStored { store(records) }
    }

    private func store(_ records: [Record]) {
        for record in records { machine.tell("  stored: \(RecordText.line(record))") }
        disk.records += records
        checker.stores(records)
    }

    func words() throws(JournalError) -> [Record] {
        if crash.isThrown { throw Self.gone }
        guard !machine.unheard.isEmpty else { return [] }
        checker.check(underWay == nil, "words are heard while something else is stored")
        if crash.passes("before words are heard", machine) { throw Self.gone }
        let heard = machine.unheard.map {
            Record(run: 1, time: machine.now.wall, event: .word(step: $0.step, $0.word))
        }
        machine.unheard.removeAll()
        store(heard)
        if crash.passes("after words were heard", machine) { throw Self.gone }
        return heard
    }
}
