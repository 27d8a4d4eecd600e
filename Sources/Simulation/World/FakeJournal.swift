import Execution
import Model

/// The disk: what is here survives everything.
final class Disk {
    var records: [Record] = []
    /// What the runbooks were in each session, by its number from 1.
    var runbooks: [Int: Runbook] = [:]
}

/// The journal of one executor on the disk; each append is there whole or not at all.
final class FakeJournal: Journal {
    private let disk: Disk
    private let machine: Machine
    private let crash: CrashSwitch
    private let checker: InvariantChecker
    /// Appends until the disk is full; nil: it never is.
    private var roomFor: Int?

    init(disk: Disk, machine: Machine, crash: CrashSwitch, checker: InvariantChecker, roomFor: Int?) {
        self.disk = disk
        self.machine = machine
        self.crash = crash
        self.checker = checker
        self.roomFor = roomFor
    }

    private static let gone = JournalError(message: "the executor is gone")

    func append(_ records: [Record]) throws(JournalError) {
        if crash.passes("before \(records.count) records are stored", machine) { throw Self.gone }
        if let room = roomFor {
            if room <= 0 {
                machine.tell("the disk is full")
                checker.diskIsFull()
                throw JournalError(message: "database or disk is full")
            }
            roomFor = room - 1
        }
        store(records)
        var random = SeededRandom(machine.seed, "sync", number: disk.records.count)
        machine.advance(by: random.skewed(0.0002, 0.01))
        if crash.passes("after \(records.count) records were stored", machine) { throw Self.gone }
    }

    private func store(_ records: [Record]) {
        for record in records { machine.tell("  stored: \(RecordText.line(record))") }
        disk.records += records
        checker.stores(records)
    }

    func words() throws(JournalError) -> [Record] {
        if crash.isThrown { throw Self.gone }
        guard !machine.unheard.isEmpty else { return [] }
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
