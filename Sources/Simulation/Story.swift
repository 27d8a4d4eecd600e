import DAG
import Execution
import Steps

/// One seed's story: a runbook, a rough world, sessions that crash and resume, people who edit and answer; in the end
/// the world is calm, and everything must come up as if nothing had happened.
final class Story {
    let seed: UInt64
    let machine: Machine
    let disk = Disk()
    let referee: Referee
    let storm: Weather
    var sessionNumber = 0
    private var editNumber = 0

    init(seed: UInt64, trace: Trace) {
        self.seed = seed
        var maker = RunbookMaker(seed: seed)
        storm = Weather.drawn(seed)
        machine = Machine(seed: seed, runbook: maker.make(), weather: storm, trace: trace)
        referee = Referee(seed: seed, machine: machine)
        var dice = Dice(seed, "inapplicable")
        for step in machine.runbook.steps where dice.chance(30) { machine.inapplicable.insert(step.id) }
        var files = Dice(seed, "files")
        for path in machine.runbook.steps.compactMap(\.filePath) where files.chance(40) {
            machine.files[path] = Array("before".utf8)
        }
    }

    var isBroken: Bool { referee.broken != nil }

    func tell() {
        var dice = Dice(seed, "story")
        describe()
        for _ in 0..<(1 + dice.below(5)) {
            runSession(.resume)
            guard !isBroken else { return }
            meanwhile()
            if dice.chance(12) { takeDown(&dice) }
            guard !isBroken else { return }
        }
        calmDown()
        guard !isBroken, dice.chance(40) else { return }
        machine.weather = storm
        takeDown(&dice)
        guard !isBroken else { return }
        machine.weather = .calm
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
        var player = SessionPlayer(story: self, number: sessionNumber, kind: kind)
        player.play()
    }

    /// Some rounds of `down`, each of which may be cut short.
    private func takeDown(_ dice: inout Dice) {
        for _ in 0...dice.below(2) {
            referee.counts.downs += 1
            runSession(.down)
            guard !isBroken else { return }
            meanwhile(isDown: true)
        }
    }

    private func comeDown() {
        for round in 0..<6 {
            runSession(.down)
            guard !isBroken, referee.durable.outcome != .undone else { return }
            if round == 5 { referee.breaks("in a calm world `down` does not come to its end") }
        }
    }

    // MARK: - Between sessions

    /// What happens while no executor is at work.
    private func meanwhile(isDown: Bool = false) {
        var dice = Dice(seed, "meanwhile", number: sessionNumber)
        let weather = machine.weather
        machine.advance(by: dice.skewed(0.01, 30))
        if dice.chance(weather.reboots), dice.chance(50) {
            machine.reboot()
            referee.counts.reboots += 1
        }
        if dice.chance(5) { machine.jumpWall(by: dice.seconds(-5000, 5000)) }
        if dice.chance(weather.lapses) {
            for step in machine.runbook.steps where dice.chance(25) { machine.lapse(step.id) }
        }
        if dice.chance(20) {
            for step in machine.runbook.steps where dice.chance(30) { flip(step.id) }
        }
        strangers()
        meddle()
        guard !isDown else { return }
        if dice.chance(weather.edits) { edit() }
        if dice.chance(weather.people) { people(&dice) }
    }

    /// Somebody changes or removes a file that a step wrote.
    private func meddle() {
        var dice = Dice(seed, "meddle", number: sessionNumber)
        guard dice.chance(10) else { return }
        for step in machine.runbook.steps where dice.chance(30) {
            guard let path = step.filePath, referee.originals[step.id] != nil else { continue }
            machine.tell("somebody changes \(path)")
            machine.files[path] = dice.chance(30) ? nil : Array("by hand \(sessionNumber)".utf8)
            referee.meddled.insert(path)
            let state = referee.durable[step: step.id].state
            let isChanged = machine.files[path] != nil && (state == .done || state == .lapsed)
            if isChanged { referee.untouchable.insert(path) } else { referee.untouchable.remove(path) }
        }
    }

    /// Pids of processes that have ended are given out again.
    private func strangers() {
        var dice = Dice(seed, "strangers", number: sessionNumber)
        guard dice.chance(15) else { return }
        for step in machine.runbook.steps where dice.chance(40) {
            guard let identity = referee.durable[step: step.id].lastAttempt?.identity else { continue }
            let start = machine.uptime - dice.skewed(0.05, 20)
            guard machine.wasFree(identity.pid, at: start) else { continue }
            machine.addStranger(pid: identity.pid, startTime: start)
        }
    }

    private func flip(_ id: String) {
        if machine.inapplicable.remove(id) == nil { machine.inapplicable.insert(id) }
    }

    private func edit() {
        editNumber += 1
        referee.counts.edits += 1
        var editor = Editor(seed: seed, version: editNumber)
        let (runbook, changes) = editor.edit(machine.runbook)
        machine.runbook = runbook
        machine.tell("edited: \(changes.joined(separator: ", "))")
    }

    /// People give their word while no executor runs.
    private func people(_ dice: inout Dice) {
        let current = CurrentValues(runbook: machine.runbook, state: referee.durable)
        for (index, step) in machine.runbook.steps.enumerated() {
            let status = referee.durable[step: step.id]
            switch status.state {
            case .waiting: if dice.chance(40) { say(step.id, .approve) }
            case .uncertain, .failed, .lapsed:
                if dice.chance(25) {
                    say(step.id, .reset)
                } else if let path = step.filePath, status.state == .lapsed, let bytes = machine.files[path],
                    dice.chance(50)
                {
                    let text = String(decoding: bytes, as: UTF8.self)
                    let mark = FileMark(content: "sha256:" + Fingerprinter.digest(text), mode: 0o644)
                    say(step.id, .accept, current.fingerprint(index), file: mark)
                } else if status.state == .uncertain, step.outputs.isEmpty, dice.chance(25) {
                    say(step.id, .accept, current.fingerprint(index))
                }
            case .done:
                if dice.chance(4) { say(step.id, .reset) }
                if step.isOnce, dice.chance(10) { say(step.id, .accept, current.fingerprint(index)) }
            default: if dice.chance(3) { say(step.id, .reset) }
            }
        }
    }

    func say(_ step: String, _ kind: Word.Kind, _ fingerprint: Fingerprint? = nil, file: FileMark? = nil) {
        let word = Word(kind: kind, user: "ann", note: "", fingerprint: fingerprint, file: file)
        let record = Record(run: 1, time: machine.now.wall, event: .word(step: step, word))
        machine.tell("somebody says \(kind.rawValue) \(step)")
        disk.records.append(record)
        referee.scene = nil
        referee.stores([record])
    }

    // MARK: - The end

    /// No more trouble: people answer what is open, and everything comes up.
    private func calmDown() {
        machine.calmDown()
        machine.advance(by: 1)
        for round in 0..<8 {
            runSession(.resume)
            guard !isBroken else { return }
            if referee.durable.outcome == .done { break }
            if round == 7, referee.isShortOfOutputs { return }
            if round == 7 { return referee.breaks("in a calm world the run does not come to its end") }
            answerEverything()
            machine.advance(by: 5)
        }
        referee.checkEnd()
    }

    private func answerEverything() {
        for step in machine.runbook.steps {
            let status = referee.durable[step: step.id]
            switch status.state {
            case .waiting: say(step.id, .approve)
            case .uncertain, .failed, .lapsed, .interrupted:
                if step.isOnce || step.filePath != nil { say(step.id, .reset) }
            default: break
            }
        }
    }
}
