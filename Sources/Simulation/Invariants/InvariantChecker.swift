import DAG
import Execution
import Model

/// Watches a scenario and says which rule was broken first. It judges by what is on the disk and by what really
/// happens on the fake machine, never by what the engine believes.
final class InvariantChecker {
    /// What is known of the session under way.
    struct Scene {
        var kind: Execution.Session.Kind
        var plan: Plan
        /// What was on the disk when it was planned.
        var before: RunState
        var verdicts: [Int: Planner.Verdict]
        var jobs: Int
        var approvesAll: Bool
        var failFast: Bool
        /// Seconds of uptime at its begin.
        var begun: Double
        /// When each process of an earlier executor was adopted, by serial.
        var adopted: [Int: Double] = [:]
        /// Steps that came to a result in this session.
        var finished: Set<String> = []
        /// When the body of each step last started in this session, when its gates were last heard, and when it came to
        /// a result.
        var bodies: [String: Double] = [:]
        var askedAt: [String: Double] = [:]
        var finishedAt: [String: Double] = [:]
        /// Steps whose `when` was heard to say yes, and whose check was heard to hold since they last began anything.
        var applicable: Set<String> = []
        var checked: Set<String> = []
        /// Steps whose check was heard, whatever it said.
        var heardChecks: Set<String> = []
        /// A step that may not fail has failed: its id.
        var failure: String?
        /// When the last failed attempt of each step was stored.
        var failedAt: [String: Double] = [:]
        /// Steps of which a question was started.
        var prepared: Set<String> = []
        /// Steps of which a gate was heard, and of which one was heard not to hold.
        var asked: Set<String> = []
        var refused: Set<String> = []
        /// The last answer heard to each gate.
        var answers: [String: [Int: Bool]] = [:]
        /// Since when each gate is heard to hold without a break.
        var heldSince: [String: [Int: Double]] = [:]
        /// Bodies started since the step last came to a result, in this session.
        var tries: [String: Int] = [:]
        /// When the first and the last interrupt was heard.
        var interrupted: (first: Double, last: Double, count: Int)?
        /// Steps that may start, and of which nothing more has been stored since.
        var ready: Set<String> = []
        /// Since when the gates of a step are asked.
        var gatingSince: [String: Double] = [:]
        /// Steps whose gates are asked for an attempt of theirs: they keep their places in pools.
        var gatingBodies: Set<String> = []
        /// Some start failed: what was about to start waits for a while.
        var hasFailedStart = false
        /// Steps that were edited, or come after one that was.
        var edited: Set<String> = []
        /// Steps with a good reason to run again.
        var excused: Set<String> = []
        var isInterrupted = false
        var isDiskFull = false
        /// For how long the executor was stopped, and when it last went on.
        var slept = 0.0
        var wokeAt: Double?
        /// Seconds of short stops since the gates of a step are asked.
        var shortNaps: [String: Double] = [:]
    }

    let seed: UInt64
    let machine: SimulatedHost
    private(set) var broken: String?
    /// The fold of everything stored.
    var durable = RunState(run: 1)
    var scene: Scene?
    var crash = CrashSwitch(after: nil)
    var counts = Counts()

    /// Serial of the process of each attempt, by step and attempt.
    var serials: [String: Int] = [:]
    /// A process that exists and whose pid is not stored yet.
    var unrecorded: (step: String, attempt: Int, since: Double)?
    /// Attempts of once steps that came to have a process, since a person last gave leave.
    var onceStarts: [String: [Int]] = [:]
    /// Attempts that an interrupt ended, as `step/attempt`.
    var interruptedAttempts: Set<String> = []
    /// The newest attempt of each step when it last came to a good result: nothing of it or earlier ones is open.
    var outlived: [String: Int] = [:]
    /// Steps that have to run again because they, or what they need, were edited.
    var due: Set<String> = []
    /// The last answer heard to each gate while the session was still being planned.
    var looks: [String: [Int: Bool]] = [:]
    /// Steps whose body started, and that were not taken down since.
    var touched: Set<String> = []
    /// A secret could not be fetched at some time.
    var hasLostSecret = false
    /// A transaction is under way.
    var isStoring = false
    var launches = 0
    var writings = 0
    var puttings = 0
    /// What stood where a step was about to write for the first time since it was last down, by step; nil: nothing.
    var originals: [String: [UInt8]?] = [:]
    /// Paths that somebody changed since a step last wrote them.
    var meddled: Set<String> = []
    /// Files of done steps that somebody changed: nothing is written over them without a word.
    var untouchable: Set<String> = []

    init(seed: UInt64, machine: SimulatedHost) {
        self.seed = seed
        self.machine = machine
    }

    var runbook: Runbook { machine.runbook }
    var replay: String { "simulate --seed \(seed)" }

    /// A rule is broken: the first time counts, and the world stops.
    func breaks(_ rule: String) {
        if broken == nil {
            broken = rule
            machine.tell("!!! \(rule)")
        }
        crash.stop()
    }

    func check(_ holds: Bool, _ rule: @autoclosure () -> String) {
        if !holds, !crash.isThrown { breaks(rule()) }
    }

    // MARK: - What the engine hears

    func hears(_ occurrence: Occurrence) {
        switch occurrence {
        case .interrupt:
            scene?.isInterrupted = true
            let earlier = scene?.interrupted
            scene?.interrupted = (earlier?.first ?? machine.uptime, machine.uptime, (earlier?.count ?? 0) + 1)
        case .probed(let key, let answer): hearsAnswer(key.step, key.gate, answer.holds)
        case .answered(let key, let exit, _):
            if case .gate(let gate) = key.role, !(exit.isSuccess && isSearched(key.step, gate)) {
                hearsAnswer(key.step, gate, exit.isSuccess)
            }
            if case .secret = key.role, !exit.isSuccess { hasLostSecret = true }
            hearsEnd(key, exit)
        case .unstopped(let key, _): if case .secret = key.role { hasLostSecret = true }
        case .typed, .committed, .notCommitted, .started, .notStarted, .ended, .adopted, .lost, .found, .collected,
            .scrubbed, .wrote, .looked, .replaced:
            break
        }
    }

    /// What the gate's command prints is searched before there is an answer.
    private func isSearched(_ index: Int, _ gate: Int) -> Bool {
        if case .command(_, stdout: .some) = runbook.steps[index].gates[gate].question { true } else { false }
    }

    /// The gate has its answer without being asked: a process is looked at by the engine itself, and what the log of
    /// this life of the step has shown stays so.
    func isKnown(_ gate: Gate, _ status: StepStatus) -> Bool {
        switch gate.question {
        case .process: true
        case .log(let pattern): status.lastBody?.shown.contains(pattern) == true
        default: false
        }
    }

    private func hearsAnswer(_ index: Int, _ gate: Int, _ holds: Bool) {
        let id = runbook.steps[index].id
        guard scene != nil else {
            looks[id, default: [:]][gate] = holds
            return
        }
        scene?.askedAt[id] = machine.uptime
        scene?.asked.insert(id)
        scene?.answers[id, default: [:]][gate] = holds
        if holds {
            let since = scene?.heldSince[id]?[gate] ?? machine.uptime
            scene?.heldSince[id, default: [:]][gate] = since
        } else {
            scene?.refused.insert(id)
            scene?.heldSince[id]?[gate] = nil
        }
    }

    private func hearsEnd(_ key: ProcessKey, _ exit: Exit) {
        let id = runbook.steps[key.step].id
        if key.role == .when, exit.isSuccess { scene?.applicable.insert(id) }
        if key.role == .check {
            scene?.heardChecks.insert(id)
            if exit.isSuccess { scene?.checked.insert(id) } else { scene?.checked.remove(id) }
        }
    }

    func diskIsFull() {
        scene?.isDiskFull = true
        counts.fullDisks += 1
    }

    /// The executor was stopped, and goes on.
    func slept(_ seconds: Double) {
        scene?.slept += seconds
        scene?.wokeAt = machine.uptime
        guard seconds < GateTracker.longGap, let scene else { return }
        for id in scene.gatingSince.keys { self.scene?.shortNaps[id, default: 0] += seconds }
    }

    // MARK: - Sessions

    func begins(_ scene: Scene) {
        self.scene = scene
        counts.sessions += 1
        noteEdits(scene)
        checkKept(scene)
    }

    /// The steps that a session has to run again because of edits, by the table of resume.
    private func noteEdits(_ scene: Scene) {
        guard scene.kind != .down, let order = runbook.graph.topologicalOrder() else { return }
        var isEdited = [Bool](repeating: false, count: runbook.steps.count)
        let current = CurrentValues(runbook: runbook, state: scene.before)
        for index in order {
            let step = runbook.steps[index]
            guard !step.isOnce, isApplicable(step) else { continue }
            let status = scene.before[step: step.id]
            var edited = due.contains(step.id) || step.needs.contains { isEdited[$0] }
            // What an attempt under way was made for counts before what an older result stands for; not where taking it
            // down began since.
            let open = status.lastAttempt.flatMap {
                $0.role != .body || $0.isFinished || $0.isVoid ? nil : $0.fingerprint
            }
            // An edit of a step that did not apply lately counts from when it runs.
            if status.state != .skipped, let earlier = open ?? status.fingerprint,
                let now = current.fingerprint(index), earlier != now
            {
                edited = true
            }
            isEdited[index] = edited
            if edited { self.scene?.edited.insert(step.id) }
            if edited, mayCount(status) {
                due.insert(step.id)
                self.scene?.excused.insert(step.id)
            }
        }
    }

    /// It has a result, or an attempt that may still come to one.
    private func mayCount(_ status: StepStatus) -> Bool {
        status.fingerprint != nil
            || status.lastBody.map { !$0.isVoid && (!$0.isFinished || $0.hasSucceeded) } ?? false
    }

    func isApplicable(_ step: Step) -> Bool {
        if case .decided(false, _) = step.when { false } else { true }
    }

    /// Everything that has a result of its own and comes after a step, where once steps let nothing through.
    func spreads(from index: Int) {
        var stack = [index]
        var seen: Set<Int> = [index]
        while let current = stack.popLast() {
            for next in runbook.graph.successors(of: current) where seen.insert(next).inserted {
                let step = runbook.steps[next]
                guard !step.isOnce, isApplicable(step) else { continue }
                stack.append(next)
                scene?.edited.insert(step.id)
                guard mayCount(durable[step: step.id]) else { continue }
                due.insert(step.id)
                scene?.excused.insert(step.id)
            }
        }
    }
}

/// How much a scenario, or many, went through.
package struct Counts: Sendable {
    package var scenarios = 0
    package var sessions = 0
    package var crashes = 0
    package var fullDisks = 0
    package var reboots = 0
    package var interrupts = 0
    package var processes = 0
    package var bodies = 0
    package var adoptions = 0
    package var records = 0
    package var edits = 0
    package var words = 0
    package var downs = 0

    package init() {}

    package static func += (left: inout Counts, right: Counts) {
        left.scenarios += right.scenarios
        left.sessions += right.sessions
        left.crashes += right.crashes
        left.fullDisks += right.fullDisks
        left.reboots += right.reboots
        left.interrupts += right.interrupts
        left.processes += right.processes
        left.bodies += right.bodies
        left.adoptions += right.adoptions
        left.records += right.records
        left.edits += right.edits
        left.words += right.words
        left.downs += right.downs
    }
}
