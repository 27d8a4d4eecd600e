import DAG
import Execution
import Model

/// Plays one session: puts together what the command line puts together, and runs the real engine on the fake machine.
struct SessionPlayer {
    private let scenario: Scenario
    private let machine: SimulatedHost
    private let checker: InvariantChecker
    private let kind: Execution.Session.Kind
    private let crash: CrashSwitch
    private let number: Int
    private var random: SeededRandom
    /// Steps that only earlier versions of the runbooks had, and that are to be taken down.
    private var removed: Set<String> = []

    init(scenario: Scenario, number: Int, kind: Execution.Session.Kind) {
        self.scenario = scenario
        self.number = number
        machine = scenario.machine
        checker = scenario.checker
        random = SeededRandom(scenario.seed, "session", number: number)
        var points: Int?
        let most = 20 + 12 * machine.runbook.steps.count
        if random.chance(machine.faults.crashes) { points = random.chance(50) ? random.below(most) : random.below(30) }
        crash = CrashSwitch(after: points)
        self.kind = kind != .down && scenario.disk.records.isEmpty ? .run : kind
    }

    private struct World {
        var assembly: SessionAssembly
        var journal: FakeJournal
        var state: RunState
    }

    mutating func play() {
        machine.executorStarts()
        checker.crash = crash
        checker.unrecorded = nil
        checker.scene = nil
        checker.looks = [:]
        checker.isStoring = false
        machine.tell("--- session \(number): \(kind.rawValue)")
        let written = machine.runbook
        removed = kind == .down ? addRemoved() : []
        defer { machine.runbook = written }
        let world = makeWorld(written)
        if let (plan, verdicts) = decide(world) { run(plan, verdicts, world) }
        if crash.isThrown, checker.broken == nil { died(world) }
        machine.executorEnds()
    }

    /// What came up and was taken out of the runbooks since is taken down by the text it came up with.
    private func addRemoved() -> Set<String> {
        var state = RunState(run: 1)
        for record in scenario.disk.records { state.apply(record) }
        let found = RemovedSteps.find(in: state, runbook: machine.runbook)
        let removed = found.compactMap { step in scenario.disk.runbooks[step.session].map { (id: step.id, from: $0) } }
        checker.check(removed.count == found.count, "the text of a step that came up is not stored")
        machine.runbook = machine.runbook.adding(removed)
        return Set(removed.map(\.id))
    }

    private mutating func makeWorld(_ written: Runbook) -> World {
        let inbox = FakeInbox(machine: machine, crash: crash, checker: checker)
        let files = FakeFiles(machine: machine, crash: crash, checker: checker)
        var room: Int?
        if random.chance(machine.faults.diskFull) { room = random.below(40) }
        var state = RunState(run: 1)
        for record in scenario.disk.records { state.apply(record) }
        scenario.disk.runbooks[state.sessions.count + 1] = written
        let values = Values(box: FakeBox())
        for step in machine.runbook.steps { values.set(state[step: step.id], of: step.id) }
        let host = Host(environment: ["PATH=/bin", "HOME=/root"], run: 1, stateID: "sim", work: "/made")
        return World(
            assembly: SessionAssembly(
                runbook: machine.runbook, kind: kind, inbox: inbox,
                machine: SimulatedMachine(host: machine, crash: crash, checker: checker),
                prober: FakeProber(machine: machine, crash: crash, checker: checker), files: files, values: values,
                builder: LaunchBuilder(runbook: machine.runbook, host: host, values: values, files: files)),
            journal: FakeJournal(
                disk: scenario.disk, machine: machine, crash: crash, checker: checker, roomFor: room),
            state: state)
    }

    // MARK: - Deciding

    private func decide(_ world: World) -> (Plan, [Int: Planner.Verdict])? {
        let everything = Array(repeating: true, count: machine.runbook.steps.count)
        do {
            if kind == .down {
                let plan = try world.assembly.planDown(
                    world.state, selected: everything, assumeDone: false, removed: removed)
                return (plan, [:])
            }
            let findings = world.assembly.verify(world.state)
            guard !crash.isThrown, !findings.isInterrupted else { return nil }
            let plan = try world.assembly.plan(
                world.state, findings, selected: everything, assumeDone: false,
                now: machine.now.wall)
            return (plan, findings.verdicts)
        } catch {
            checker.breaks("no plan: \(error.message)")
            return nil
        }
    }

    // MARK: - Running

    private mutating func run(_ plan: Plan, _ verdicts: [Int: Planner.Verdict], _ world: World) {
        let runbook = machine.runbook
        var options = Engine.Options(session: session())
        options.jobs = 1 + random.below(random.chance(50) ? 3 : 8)
        options.failFast = random.chance(10)
        options.approvesAll = random.chance(20)
        options.canAsk = random.chance(30) && machine.faults.people > 0
        options.tick = random.chance(10) ? 0.2 : nil
        options.seed = random.next()
        scheduleTrouble(canAsk: options.canAsk)
        checker.begins(
            InvariantChecker.Scene(
                kind: kind, plan: plan, before: world.state, verdicts: verdicts, jobs: options.jobs,
                approvesAll: options.approvesAll, failFast: options.failFast, begun: machine.uptime))
        let foldChecker = FoldChecker(checker: checker)
        let engine = world.assembly.engine(
            plan, state: world.state, weights: Weights(runbook: runbook, history: [:]), options: options,
            journal: world.journal, observers: [foldChecker])
        do {
            let outcome = try engine.run()
            guard !crash.isThrown else { return }
            foldChecker.compare(engine.state)
            checker.ends(outcome, failFast: options.failFast)
        } catch {
            guard !crash.isThrown else { return }
            machine.tell("the session ends: \(error.message)")
            checker.checkProcesses()
        }
    }

    private func session() -> Execution.Session {
        Execution.Session(
            kind: kind, runbook: "sim", title: "Simulation", paths: ["sim.md"], params: [], commandLine: "sim",
            jobs: 8, user: "ann", pid: 1, bootID: machine.bootID, version: "0")
    }

    /// Interrupts and people's words, at times of their own.
    private mutating func scheduleTrouble(canAsk: Bool) {
        let executor = machine.executor
        if random.chance(machine.faults.interrupts) {
            checker.counts.interrupts += 1
            let first = random.skewed(0, 20)
            var lateness = SeededRandom(scenario.seed, "late", number: number)
            machine.schedule(
                lateness.chance(30) ? .lateInterrupt(executor: executor) : .interrupt(executor: executor), after: first)
            if random.chance(30) {
                machine.schedule(.interrupt(executor: executor), after: first + random.skewed(0, 12))
            }
        }
        var naps = SeededRandom(scenario.seed, "naps", number: number)
        if naps.chance(machine.faults.naps) {
            for _ in 0...naps.below(3) {
                machine.schedule(.nap(naps.skewed(0.1, 90), executor: executor), after: naps.skewed(0, 20))
            }
        }
        guard canAsk else { return }
        for step in machine.runbook.steps where step.confirm != nil {
            let time = random.skewed(0, 20)
            if random.chance(40) {
                machine.schedule(
                    .word(step: step.id, OperatorAction(kind: .approve, user: "bob", note: "")), after: time)
            } else if random.chance(50) {
                machine.schedule(.typed(random.chance(80) ? "y" : "n", executor: executor), after: time)
            }
        }
        machine.schedule(.interrupt(executor: executor), after: 600)
    }

    /// The executor is dead; what becomes of the rest.
    private mutating func died(_ world: World) {
        checker.counts.crashes += 1
        world.journal.isLeft(stored: random.chance(50))
        if random.chance(machine.faults.killsBoth) { machine.killBodies(sparesServices: random.chance(50)) }
        if random.chance(machine.faults.reboots) {
            machine.reboot()
            checker.counts.reboots += 1
        }
    }
}
