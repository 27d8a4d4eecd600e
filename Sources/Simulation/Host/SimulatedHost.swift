import Execution
import Model

/// The fake machine: clock, processes, files and the truth behind gates. It outlives every executor on it.
final class SimulatedHost {
    let seed: UInt64
    let trace: Trace
    var faults: FaultProfile
    /// The files as people have them now; processes keep what they were started with.
    var runbook: Runbook
    private(set) var uptime: Double
    private(set) var wallOffset = 1_700_000_000.0
    private(set) var bootID = "boot-1"
    private var boots = 1

    var processes: [Int: Process] = [:]
    /// Serials of living processes, ascending.
    var living: [Int] = []
    var nextSerial = 1
    private var nextPid: Int32 = 100
    var files: [String: [UInt8]] = [:]
    var notes: [ExitNote] = []
    /// By step id.
    var products: [String: Product] = [:]
    /// Step ids whose `when` command says no.
    var inapplicable: Set<String> = []
    var executions: [String: Int] = [:]
    private var happenings = TimeHeap<MachineEvent>()
    /// What bodies left behind that still writes to their logs, by the serial of the body.
    var lateWriters: [Int: ProcessIdentity] = [:]
    /// Logs that something wrote to after the end of its attempt, and the executor that was there to see it.
    var lateLogs: [String: Int] = [:]
    /// Interrupts that the executor at work was sent.
    private var interrupts = 0
    /// Words that people wrote and no executor has heard yet.
    var unheard: [(step: String, word: OperatorAction)] = []

    /// The executor at work: its number and what it has not taken notice of yet.
    private(set) var executor = 0
    var isExecutorAlive = false
    var mailbox: [Occurrence] = []
    var cancelled: Set<ProbeKey> = []
    /// What the machine does about a request whose time has come.
    var whenDue: (_ request: Int) -> Void = { _ in }
    /// What an executor that is dead is told in place of the answers that it still waits for, by request.
    var unanswered: [Int: Occurrence] = [:]
    /// Programs that are not installed.
    var absent: Set<String> = []
    /// What processes of these steps do, where that is not left to chance; by id.
    var programs: [String: Program] = [:]
    /// What the journal of the executor at work does once the disk has worked.
    var whenSynced: () -> Void = {}
    /// An interrupt waits for company.
    var isInterruptLate = false
    /// For how long the executor is about to be stopped.
    private var nap: Double?
    private(set) var isExecutorStopped = false

    init(seed: UInt64, runbook: Runbook, faults: FaultProfile, trace: Trace) {
        self.seed = seed
        self.runbook = runbook
        self.faults = faults
        self.trace = trace
        uptime = 1000
    }

    var now: ClockReading { ClockReading(uptime: uptime, wall: uptime + wallOffset) }
    var nextHappening: Double? { happenings.earliest }

    func tell(_ text: @autoclosure () -> String) { trace.tell(uptime, text()) }

    // MARK: - Time

    func schedule(_ event: MachineEvent, after seconds: Double) {
        happenings.push(event, at: uptime + max(0, seconds))
    }

    /// Lets time pass; everything that was to happen until then happens.
    func advance(to time: Double) {
        while let due = happenings.earliest, due <= time {
            uptime = max(uptime, due)
            if let event = happenings.pop(dueAt: due) { happen(event) }
        }
        uptime = max(uptime, time)
    }

    func advance(by seconds: Double) { advance(to: uptime + seconds) }

    /// Stops the executor, where that is about to happen; gives the seconds for which it was.
    func takeNap() -> Double? {
        guard let seconds = nap else { return nil }
        nap = nil
        tell("the executor is stopped for \(seconds) s")
        isExecutorStopped = true
        advance(by: seconds)
        isExecutorStopped = false
        tell("the executor goes on")
        return seconds
    }

    /// The clock that people read jumps; the other one does not.
    func jumpWall(by seconds: Double) {
        wallOffset += seconds
        tell("the wall clock jumps by \(Int(seconds)) s")
    }

    private func happen(_ event: MachineEvent) {
        switch event {
        case .writes(let serial): writeOutputs(serial)
        case .works(let serial): work(serial)
        case .writesLate(let serial, let executor): writeLate(serial, executor: executor)
        case .ends(let serial): endsByItself(serial)
        case .terminates(let serial): hearsTerm(serial)
        case .kill(let serial, let executor):
            guard executor == self.executor, isExecutorAlive, processes[serial]?.program.isHeld == false else { return }
            end(serial, .signal(9), leavesNote: false)
        case .givesUp(let serial, let executor): if executor == self.executor { giveUp(serial) }
        case .nap(let seconds, let executor):
            if executor == self.executor, isExecutorAlive, !isExecutorStopped { nap = seconds }
        case .answer(let key, let step, let gate, let executor):
            guard executor == self.executor, isExecutorAlive, cancelled.remove(key) == nil else { return }
            // What was under way while the executor was stopped ran into its limit.
            let holds = gateHolds(step, gate) && !isExecutorStopped
            tell("answer \(step) gate \(gate): \(holds)")
            mailbox.append(.probed(key, Answer(holds: holds, text: holds ? "200" : "refused")))
        case .isDue(let request, let executor): if executor == self.executor, isExecutorAlive { whenDue(request) }
        case .interrupt(let executor): deliver(.interrupt, to: executor)
        case .lateInterrupt(let executor): if executor == self.executor, isExecutorAlive { isInterruptLate = true }
        case .typed(let line, let executor): deliver(.typed(line), to: executor)
        case .synced(let executor): if executor == self.executor, isExecutorAlive { whenSynced() }
        case .word(let step, let word):
            tell("somebody says \(word.kind.rawValue) \(step)")
            unheard.append((step, word))
        }
    }

    private func deliver(_ occurrence: Occurrence, to executor: Int) {
        guard executor == self.executor, isExecutorAlive else { return }
        tell("\(occurrence)")
        if case .interrupt = occurrence { interrupts += 1 }
        mailbox.append(occurrence)
    }

    /// Where the executor died meanwhile, or was told twice to end, nobody is there to see it.
    private func writeLate(_ serial: Int, executor: Int) {
        lateWriters[serial] = nil
        guard let process = processes[serial], let path = process.logPath, executor == self.executor,
            isExecutorAlive, interrupts < 2
        else { return }
        tell("\(process.step) \(process.role.word) \(process.attempt) writes on")
        files[path, default: []] += leak(process)
        lateLogs[path] = executor
    }

    // MARK: - Executors and boots

    func executorStarts() {
        executor += 1
        isExecutorAlive = true
        isInterruptLate = false
        interrupts = 0
        nap = nil
        mailbox.removeAll()
        cancelled.removeAll()
        unanswered.removeAll()
    }

    /// What an executor watched goes on without it.
    func executorEnds() {
        isExecutorAlive = false
        mailbox.removeAll()
        for serial in living { processes[serial]?.watcher = nil }
    }

    /// The executor died, and everything that ran with it: `kill -9` to them all. Services may be spared.
    func killBodies(sparesServices: Bool) {
        for serial in living
        where !(sparesServices && processes[serial]?.isService == true) && processes[serial]?.isStranger == false {
            end(serial, .signal(9), leavesNote: false)
        }
    }

    /// Power off and on: no process is left; files that nobody synced may be lost.
    func reboot() {
        var random = SeededRandom(seed, "reboot", number: boots)
        let bodies = living.compactMap { processes[$0] }.filter { $0.isBody }
        for serial in living { end(serial, .signal(9), leavesNote: false) }
        happenings = TimeHeap()
        lateWriters.removeAll()
        boots += 1
        bootID = "boot-\(boots)"
        wallOffset += uptime + 60
        uptime = 20 + random.seconds(0, 30)
        let losesMuch = random.chance(50)
        for path in files.keys.sorted() where !path.hasPrefix("/made/") {
            if losesMuch ? random.chance(80) : random.chance(10) { files[path] = nil }
        }
        if random.chance(50) { notes.removeLast(random.below(notes.count + 1)) }
        for step in products.keys.sorted() where random.chance(10) { products[step] = nil }
        tell("reboot: \(bootID)")
        if random.chance(50), let body = random.pick(bodies) {
            // Chance has it that on this boot somebody else's process got the same pid at the same moment.
            uptime = max(uptime, body.identity.startTime + random.seconds(1, 30))
            addStranger(pid: body.identity.pid, startTime: body.identity.startTime)
        }
    }

    /// No process of this boot had that pid then, or shortly before.
    func wasFree(_ pid: Int32, at time: Double) -> Bool {
        !processes.values.contains {
            $0.identity.pid == pid && $0.identity.bootID == bootID
                && time < max($0.identity.startTime + 0.05, $0.endedAt ?? .infinity)
        }
    }

    /// A process that is nobody's business, and has a pid that may be recorded.
    func addStranger(pid: Int32, startTime: Double) {
        guard !living.contains(where: { processes[$0]?.identity.pid == pid }) else { return }
        let identity = ProcessIdentity(pid: pid, startTime: startTime, bootID: bootID)
        tell("a stranger has pid \(pid)")
        processes[nextSerial] = Process(
            serial: nextSerial, identity: identity, step: Process.stranger, role: .when, attempt: 0, token: "",
            script: "", inputs: [], logPath: nil, outputsPath: nil, isService: false, holdsPool: nil,
            isListenedTo: false, leaks: false,
            program: Program(), leavesNote: false, watcher: nil)
        living.append(nextSerial)
        nextSerial += 1
    }

    /// From here on nothing goes wrong by itself any more.
    func calmDown() {
        faults = .calm
        for serial in living where processes[serial]?.isService == true { processes[serial]?.program.seconds = nil }
        endHeld()
    }

    /// Somebody who may sees to it that every process can be ended from here on.
    func endHeld() {
        for serial in living { processes[serial]?.program.isHeld = false }
    }

    func newPid() -> Int32 {
        repeat {
            nextPid = nextPid >= 180 ? 101 : nextPid + 1
        } while living.contains { processes[$0]?.identity.pid == nextPid }
        return nextPid
    }
}
