import DAG
import Execution
import Model

/// One seed's scenario: a runbook, a rough world, sessions that crash and resume, people who edit and answer; in the
/// end the world is calm, and everything must come up as if nothing had happened.
final class Scenario {
    let seed: UInt64
    let machine: SimulatedHost
    let disk = Disk()
    let checker: InvariantChecker
    let storm: FaultProfile
    var sessionNumber = 0
    private var editNumber = 0

    init(seed: UInt64, trace: Trace) {
        self.seed = seed
        var maker = RunbookMaker(seed: seed)
        storm = FaultProfile.drawn(seed)
        machine = SimulatedHost(seed: seed, runbook: maker.make(), faults: storm, trace: trace)
        checker = InvariantChecker(seed: seed, machine: machine)
        var random = SeededRandom(seed, "inapplicable")
        for step in machine.runbook.steps where random.chance(30) { machine.inapplicable.insert(step.id) }
        var files = SeededRandom(seed, "files")
        for path in machine.runbook.steps.compactMap(\.filePath) where files.chance(40) {
            machine.files[path] = Array("before".utf8)
        }
    }

    var isBroken: Bool { checker.broken != nil }

    func tell() {
        var random = SeededRandom(seed, "scenario")
        describe()
        for _ in 0..<(1 + random.below(5)) {
            runSession(.resume)
            guard !isBroken else { return }
            meanwhile()
            if random.chance(12) { takeDown(&random) }
            guard !isBroken else { return }
        }
        calmDown()
        guard !isBroken, random.chance(40) else { return }
        machine.faults = storm
        takeDown(&random)
        guard !isBroken else { return }
        machine.faults = .calm
        machine.endHeld()
        comeDown()
    }

    private func describe() {
        machine.tell("pools \(machine.runbook.pools.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
        for (index, step) in machine.runbook.steps.enumerated() {
            machine.tell(
                "step \(step.id) needs \(step.needs.map { machine.runbook.steps[$0].id }.joined(separator: ",")) "
                    + "\(index): \(step.isService ? "service " : "")\(step.isOnce ? "once " : "")"
                    + "\(step.isOptional ? "optional " : "")\(step.confirm != nil ? "confirm " : "")"
                    + "\(step.check != nil ? "check " : "")\(step.when != nil ? "when " : "")"
                    + "\(step.isInteractive ? "interactive " : "")\(step.pool.map { "pool \($0) " } ?? "")"
                    + "outputs \(step.outputs.map(\.name)) gates \(step.gates.map(\.label)) "
                    + "retries \(step.retries.count) \(step.retries.statuses)")
        }
    }

    // MARK: - Sessions

    func runSession(_ kind: Execution.Session.Kind) {
        sessionNumber += 1
        var player = SessionPlayer(scenario: self, number: sessionNumber, kind: kind)
        player.play()
    }

    /// Some rounds of `down`, each of which may be cut short.
    private func takeDown(_ random: inout SeededRandom) {
        for _ in 0...random.below(2) {
            checker.counts.downs += 1
            runSession(.down)
            guard !isBroken else { return }
            meanwhile(isDown: true)
        }
    }

    private func comeDown() {
        for round in 0..<6 {
            runSession(.down)
            guard !isBroken, checker.durable.outcome != .undone else { return }
            if round == 5 { checker.breaks("in a calm world `down` does not come to its end") }
        }
    }

    // MARK: - Between sessions

    /// What happens while no executor is at work.
    private func meanwhile(isDown: Bool = false) {
        var random = SeededRandom(seed, "meanwhile", number: sessionNumber)
        let faults = machine.faults
        machine.advance(by: random.skewed(0.01, 30))
        if random.chance(faults.reboots), random.chance(50) {
            machine.reboot()
            checker.counts.reboots += 1
        }
        if random.chance(5) { machine.jumpWall(by: random.seconds(-5000, 5000)) }
        if random.chance(faults.lapses) {
            for step in machine.runbook.steps where random.chance(25) { machine.lapse(step.id) }
        }
        if random.chance(20) {
            for step in machine.runbook.steps where random.chance(30) { flip(step.id) }
        }
        strangers()
        meddle()
        guard !isDown else { return }
        if random.chance(faults.edits) { edit() }
        if random.chance(faults.people) { people(&random) }
    }

    /// Somebody changes or removes a file that a step wrote.
    private func meddle() {
        var random = SeededRandom(seed, "meddle", number: sessionNumber)
        guard random.chance(10) else { return }
        for step in machine.runbook.steps where random.chance(30) {
            guard let path = step.filePath, checker.originals[step.id] != nil else { continue }
            machine.tell("somebody changes \(path)")
            machine.files[path] = random.chance(30) ? nil : Array("by hand \(sessionNumber)".utf8)
            checker.meddled.insert(path)
            let state = checker.durable[step: step.id].state
            let isChanged = machine.files[path] != nil && (state == .done || state == .lapsed)
            if isChanged { checker.untouchable.insert(path) } else { checker.untouchable.remove(path) }
        }
    }

    /// Pids of processes that have ended are given out again.
    private func strangers() {
        var random = SeededRandom(seed, "strangers", number: sessionNumber)
        guard random.chance(15) else { return }
        for step in machine.runbook.steps where random.chance(40) {
            guard let identity = checker.durable[step: step.id].lastAttempt?.handle?.process else { continue }
            let start = machine.uptime - random.skewed(0.05, 20)
            guard machine.wasFree(identity.pid, at: start) else { continue }
            machine.addStranger(pid: identity.pid, startTime: start)
        }
    }

    private func flip(_ id: String) {
        if machine.inapplicable.remove(id) == nil { machine.inapplicable.insert(id) }
    }

    private func edit() {
        editNumber += 1
        checker.counts.edits += 1
        var editor = Editor(seed: seed, version: editNumber)
        let (runbook, changes) = editor.edit(machine.runbook)
        machine.runbook = runbook
        machine.tell("edited: \(changes.joined(separator: ", "))")
    }

    /// People give their word while no executor runs.
    private func people(_ random: inout SeededRandom) {
        let current = CurrentValues(runbook: machine.runbook, state: checker.durable)
        for (index, step) in machine.runbook.steps.enumerated() {
            let status = checker.durable[step: step.id]
            switch status.state {
            case .waiting: if random.chance(40) { say(step.id, .approve) }
            case .uncertain, .failed, .lapsed:
                if random.chance(25) {
                    say(step.id, .reset)
                } else if let path = step.filePath, status.state == .lapsed, let bytes = machine.files[path],
                    random.chance(50)
                {
                    let text = String(decoding: bytes, as: UTF8.self)
                    let mark = FileMark(content: "sha256:" + Fingerprinter.digest(text), mode: 0o644)
                    say(step.id, .accept, current.fingerprint(index), file: mark)
                } else if status.state == .uncertain, step.outputs.isEmpty, random.chance(25) {
                    say(step.id, .accept, current.fingerprint(index))
                }
            case .done:
                if random.chance(4) { say(step.id, .reset) }
                if step.isOnce, random.chance(10) { say(step.id, .accept, current.fingerprint(index)) }
            default: if random.chance(3) { say(step.id, .reset) }
            }
        }
    }

    func say(_ step: String, _ kind: OperatorAction.Kind, _ fingerprint: Fingerprint? = nil, file: FileMark? = nil) {
        let word = OperatorAction(kind: kind, user: "ann", note: "", fingerprint: fingerprint, file: file)
        let record = Record(run: 1, time: machine.now.wall, event: .word(step: step, word))
        machine.tell("somebody says \(kind.rawValue) \(step)")
        disk.records.append(record)
        checker.scene = nil
        checker.stores([record])
    }

    // MARK: - The end

    /// No more trouble: people answer what is open, and everything comes up.
    private func calmDown() {
        machine.calmDown()
        machine.advance(by: 1)
        for round in 0..<8 {
            runSession(.resume)
            guard !isBroken else { return }
            if checker.durable.outcome == .done { break }
            if round == 7, checker.isShortOfOutputs { return }
            if round == 7 { return checker.breaks("in a calm world the run does not come to its end") }
            answerEverything()
            machine.advance(by: 5)
        }
        checker.checkEnd()
    }

    private func answerEverything() {
        for step in machine.runbook.steps {
            let status = checker.durable[step: step.id]
            switch status.state {
            case .waiting: say(step.id, .approve)
            case .uncertain, .failed, .lapsed, .interrupted:
                if step.isOnce || step.filePath != nil { say(step.id, .reset) }
            default: break
            }
        }
    }
}
