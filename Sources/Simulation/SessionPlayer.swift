import DAG
import Execution
import Steps

/// Plays one session: puts together what the command line puts together, and runs the real engine on the fake machine.
struct SessionPlayer {
    private let story: Story
    private let machine: Machine
    private let referee: Referee
    private let kind: Execution.Session.Kind
    private let crash: CrashSwitch
    private let number: Int
    private var dice: Dice
    /// Steps that only earlier versions of the runbooks had, and that are to be taken down.
    private var removed: Set<String> = []

    init(story: Story, number: Int, kind: Execution.Session.Kind) {
        self.story = story
        self.number = number
        machine = story.machine
        referee = story.referee
        dice = Dice(story.seed, "session", number: number)
        var points: Int?
        let most = 20 + 12 * machine.runbook.steps.count
        if dice.chance(machine.weather.crashes) { points = dice.chance(50) ? dice.below(most) : dice.below(30) }
        crash = CrashSwitch(after: points)
        self.kind = kind != .down && story.disk.records.isEmpty ? .run : kind
    }

    private struct World {
        var inbox: FakeInbox
        var runner: FakeRunner
        var prober: FakeProber
        var files: FakeFiles
        var journal: FakeJournal
        var values: Values
        var builder: LaunchBuilder
        var state: RunState
    }

    mutating func play() {
        machine.executorStarts()
        referee.crash = crash
        referee.unrecorded = nil
        referee.scene = nil
        referee.looks = [:]
        machine.tell("--- session \(number): \(kind.rawValue)")
        let written = machine.runbook
        removed = kind == .down ? addRemoved() : []
        defer { machine.runbook = written }
        let world = makeWorld(written)
        if let (plan, verdicts) = decide(world) { run(plan, verdicts, world) }
        if crash.isThrown, referee.broken == nil { died() }
        machine.executorEnds()
    }

    /// What came up and was taken out of the runbooks since is taken down by the text it came up with.
    private func addRemoved() -> Set<String> {
        var state = RunState(run: 1)
        for record in story.disk.records { state.apply(record) }
        let found = RemovedSteps.find(in: state, runbook: machine.runbook)
        let removed = found.compactMap { step in story.disk.runbooks[step.session].map { (id: step.id, from: $0) } }
        referee.check(removed.count == found.count, "the text of a step that came up is not stored")
        machine.runbook = machine.runbook.adding(removed)
        return Set(removed.map(\.id))
    }

    private mutating func makeWorld(_ written: Runbook) -> World {
        let inbox = FakeInbox(machine: machine, crash: crash, referee: referee)
        let files = FakeFiles(machine: machine, crash: crash, referee: referee)
        var room: Int?
        if dice.chance(machine.weather.diskFull) { room = dice.below(40) }
        var state = RunState(run: 1)
        for record in story.disk.records { state.apply(record) }
        story.disk.runbooks[state.sessions.count + 1] = written
        let values = Values(box: FakeBox())
        for step in machine.runbook.steps { values.set(state[step: step.id], of: step.id) }
        let host = Host(environment: ["PATH=/bin", "HOME=/root"], run: 1, stateID: "sim", work: "/made")
        return World(
            inbox: inbox, runner: FakeRunner(machine: machine, crash: crash, referee: referee),
            prober: FakeProber(machine: machine, crash: crash, referee: referee), files: files,
            journal: FakeJournal(
                disk: story.disk, machine: machine, crash: crash, referee: referee, roomFor: room),
            values: values,
            builder: LaunchBuilder(runbook: machine.runbook, host: host, values: values, files: files), state: state)
    }

    private func desk(_ world: World) -> GateDesk {
        GateDesk(
            runbook: machine.runbook, prober: world.prober, runner: world.runner, builder: world.builder,
            values: world.values)
    }

    // MARK: - Deciding

    private func decide(_ world: World) -> (Plan, [Int: Planner.Verdict])? {
        let everything = Array(repeating: true, count: machine.runbook.steps.count)
        do {
            if kind == .down {
                return (
                    try DownPlanner.plan(
                        runbook: machine.runbook, state: world.state, selected: everything, assumeDone: false,
                        removed: removed), [:]
                )
            }
            let verifier = Verifier(
                runbook: machine.runbook, inbox: world.inbox, runner: world.runner, desk: desk(world),
                builder: world.builder, files: world.files)
            let findings = verifier.verify(world.state)
            guard !crash.isThrown, !findings.isInterrupted else { return nil }
            var planner = Planner(
                runbook: machine.runbook, state: world.state, verdicts: findings.verdicts,
                questions: questions(world), bootID: machine.bootID, now: machine.now.wall)
            return (try planner.plan(selected: everything, assumeDone: false), findings.verdicts)
        } catch {
            referee.breaks("no plan: \(error.message)")
            return nil
        }
    }

    private func questions(_ world: World) -> Planner.Questions {
        let fingerprinter = Fingerprinter(runbook: machine.runbook, values: world.values)
        return Planner.Questions(
            isAlive: { world.runner.isAlive($0) },
            find: { world.runner.find(token: world.builder.token(step: $0, role: .body, attempt: $1)) },
            exit: { step, attempt in
                world.files.exits().last { $0.step == step && $0.attempt == attempt }.map { .status($0.status) }
            },
            logExists: { world.files.exists($0) },
            fingerprint: { (index: Int) throws(ValueError) -> Fingerprint? in try fingerprinter.fingerprint(index) })
    }

    // MARK: - Running

    private mutating func run(_ plan: Plan, _ verdicts: [Int: Planner.Verdict], _ world: World) {
        let runbook = machine.runbook
        var options = Engine.Options(session: session())
        options.jobs = 1 + dice.below(dice.chance(50) ? 3 : 8)
        options.failFast = dice.chance(10)
        options.approvesAll = dice.chance(20)
        options.canAsk = dice.chance(30) && machine.weather.people > 0
        options.tick = dice.chance(10) ? 0.2 : nil
        options.seed = dice.next()
        scheduleTrouble(canAsk: options.canAsk)
        referee.begins(
            Referee.Scene(
                kind: kind, plan: plan, before: world.state, verdicts: verdicts, jobs: options.jobs,
                approvesAll: options.approvesAll, failFast: options.failFast, begun: machine.uptime))
        let witness = Witness(referee: referee)
        let graph = kind == .down ? runbook.graph.reversed() : runbook.graph
        let engine = Engine(
            runbook: runbook, graph: graph, plan: plan, state: world.state,
            priorities: Weights(runbook: runbook, history: [:]).critical.remaining, options: options,
            world: Engine.World(
                inbox: world.inbox, runner: world.runner, prober: world.prober, files: world.files,
                journal: world.journal, observers: [witness]),
            values: world.values, builder: world.builder, desk: desk(world))
        do {
            let outcome = try engine.run()
            guard !crash.isThrown else { return }
            witness.compare(engine.state)
            referee.ends(outcome, failFast: options.failFast)
        } catch {
            guard !crash.isThrown else { return }
            machine.tell("the session ends: \(error.message)")
            referee.checkProcesses()
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
        if dice.chance(machine.weather.interrupts) {
            referee.counts.interrupts += 1
            let first = dice.skewed(0, 20)
            var lateness = Dice(story.seed, "late", number: number)
            machine.schedule(
                lateness.chance(30) ? .lateInterrupt(executor: executor) : .interrupt(executor: executor), after: first)
            if dice.chance(30) { machine.schedule(.interrupt(executor: executor), after: first + dice.skewed(0, 12)) }
        }
        var naps = Dice(story.seed, "naps", number: number)
        if naps.chance(machine.weather.naps) {
            for _ in 0...naps.below(3) {
                machine.schedule(.nap(naps.skewed(0.1, 90), executor: executor), after: naps.skewed(0, 20))
            }
        }
        guard canAsk else { return }
        for step in machine.runbook.steps where step.confirm != nil {
            let time = dice.skewed(0, 20)
            if dice.chance(40) {
                machine.schedule(.word(step: step.id, Word(kind: .approve, user: "bob", note: "")), after: time)
            } else if dice.chance(50) {
                machine.schedule(.typed(dice.chance(80) ? "y" : "n", executor: executor), after: time)
            }
        }
        machine.schedule(.interrupt(executor: executor), after: 600)
    }

    /// The executor is dead; what becomes of the rest.
    private mutating func died() {
        referee.counts.crashes += 1
        if dice.chance(machine.weather.killsBoth) { machine.killBodies(sparesServices: dice.chance(50)) }
        if dice.chance(machine.weather.reboots) {
            machine.reboot()
            referee.counts.reboots += 1
        }
    }
}
