import DAG
import Execution
import Model

// What has to be true at the moment a process is about to exist.
extension InvariantChecker {
    func starts(_ launch: Launch) {
        launches += 1
        guard let scene, !crash.isThrown else { return }
        let index = launch.key.step
        let step = runbook.steps[index]
        if !launch.key.role.isBody { self.scene?.prepared.insert(step.id) }
        switch launch.key.role {
        case .body: startsBody(index, step, launch, scene)
        case .undo: startsUndo(index, step, launch, scene)
        case .when:
            checkNeeds(index, scene, what: "when")
        case .check:
            if case .resolve = scene.plan.items[index].decision { return }
            if case .adopt = scene.plan.items[index].decision { return }
            checkNeeds(index, scene, what: "check")
        case .secret, .gate: break
        }
    }

    private func startsBody(_ index: Int, _ step: Step, _ launch: Launch, _ scene: Scene) {
        let name = "\(step.id) attempt \(launch.key.attempt)"
        checkIntent(step.id, launch.key, name)
        for serial in machine.living {
            guard let process = machine.processes[serial], process.step == step.id, process.isBody else { continue }
            breaks(
                "\(name) starts while \(process.role.word) \(process.attempt) of it lives (pid \(process.identity.pid))"
            )
        }
        checkBody(index, step, scene, name, intended: durable[step: step.id].lastBody?.fingerprint)
        checkSlots(step, scene, name)
        checkRetry(step, scene, launch.key.attempt, name)
        checkForgotten(step, scene, name)
        for process in watchedProcesses() where process.isBody && !process.isService {
            check(
                !step.isInteractive && !isInteractive(process.step),
                "\(name) starts beside \(process.step), and one of them has the terminal")
        }
        let current = CurrentValues(runbook: runbook, state: durable)
        let inputs = launch.environment.filter { variable in
            step.environment.contains { variable.hasPrefix($0.name + "=") }
        }
        check(inputs == current.inputs(index), "\(name) sees \(inputs), stored is \(current.inputs(index) ?? [])")
    }

    /// What holds for every body, a file's among them.
    private func checkBody(_ index: Int, _ step: Step, _ scene: Scene, _ name: String, intended: Fingerprint?) {
        check(isApplicable(step), "\(name) starts though the step does not apply")
        if step.confirm != nil, !scene.approvesAll {
            check(durable[step: step.id].isApproved, "\(name) starts without the answer to its question")
        }
        if step.isOnce { checkOnce(step, name) }
        checkQuestions(index, step, scene, name)
        checkRepetition(index, step, scene, name, intended)
    }

    /// What was asked before the body said that it is to run.
    private func checkQuestions(_ index: Int, _ step: Step, _ scene: Scene, _ name: String) {
        if case .command = step.when, !scene.plan.items[index].decision.takesUp {
            check(scene.applicable.contains(step.id), "\(name) starts, and nobody heard that the step applies")
        }
        // Whether the process of a service lives is not asked aloud.
        guard !step.isService else { return }
        let known = Set(durable[step: step.id].outputs.map(\.name))
        if step.outputs.allSatisfy({ known.contains($0.name) }), !scene.refused.contains(step.id) {
            check(!scene.checked.contains(step.id), "\(name) starts, though the step's check holds")
        }
    }

    private func checkIntent(_ id: String, _ key: ProcessKey, _ name: String) {
        let attempt = durable[step: id].lastAttempt
        check(
            attempt?.number == key.attempt && attempt?.role == key.role,
            "\(name) starts before its intent is stored")
        check(attempt?.handle == nil && serials["\(id)/\(key.attempt)"] == nil, "\(name) starts a second time")
        // A step is ready until the process of its body is known.
        let expected: StepState = key.role == .body ? .ready : .running
        check(durable[step: id].state == expected, "\(name) starts while the step counts as \(durable[step: id].state)")
    }

    func checkNeeds(_ index: Int, _ scene: Scene, what: String) {
        for need in runbook.steps[index].needs {
            let other = runbook.steps[need]
            let status = durable[step: other.id]
            let isMet = status.state.isMet || other.isOptional && (status.state == .failed || status.state == .lapsed)
            check(
                isMet, "\(runbook.steps[index].id) \(what) starts while \(other.id), which it needs, is \(status.state)"
            )
            switch scene.plan.items[need].decision {
            case .run, .rerun, .adopt, .resolve, .resumeGates:
                check(
                    scene.finished.contains(other.id),
                    "\(runbook.steps[index].id) \(what) starts before \(other.id) went through this session")
            case .recheck:
                let isQuestionless = other.gates.allSatisfy { isKnown($0, status) }
                check(
                    isQuestionless || scene.finished.contains(other.id) || scene.asked.contains(other.id),
                    "\(runbook.steps[index].id) \(what) starts before \(other.id) was looked at again")
                check(
                    status.state != .done || scene.answers[other.id]?.values.contains(false) != true,
                    "\(runbook.steps[index].id) \(what) starts though \(other.id) was heard not to hold")
            case .keep, .ask, .skip, .leave, .undo, .rest: break
            }
        }
    }

    private func checkSlots(_ step: Step, _ scene: Scene, _ name: String) {
        let running = machine.living.compactMap { machine.processes[$0] }.filter {
            $0.isBody && !$0.isService && $0.watcher?.executor == machine.executor
        }
        check(running.count < scene.jobs, "\(name) starts while \(running.count) bodies run, with --jobs \(scene.jobs)")
        guard let pool = step.pool, let limit = runbook.pools[pool] else { return }
        let gating = scene.gatingBodies.filter { id in
            runbook.index[id].map { runbook.steps[$0].pool == pool } ?? false
        }
        let inPool = gating.union(running.filter { $0.holdsPool == pool }.map(\.step)).subtracting([step.id]).count
        check(inPool < limit, "\(name) starts while \(inPool) are in pool \(pool), which holds \(limit)")
    }

    /// No more attempts than `retries` allows, and none after an exit status that `retry-on` does not name.
    private func checkRetry(_ step: Step, _ scene: Scene, _ number: Int, _ name: String) {
        let tries = scene.tries[step.id] ?? 0
        check(
            tries <= step.retries.count, "\(name) starts after \(tries) failed ones, with retries \(step.retries.count)"
        )
        if tries > 0, let failed = scene.failedAt[step.id] {
            let pause = step.retries.initial.inSeconds / 2
            check(
                machine.uptime >= failed + pause - 0.05,
                "\(name) starts \(machine.uptime - failed) s after the last one, which is less than \(pause) s")
        }
        guard tries > 0, !step.retries.statuses.isEmpty, !step.isService,
            let earlier = serials["\(step.id)/\(number - 1)"].flatMap({ machine.processes[$0] }),
            earlier.watcher?.executor == machine.executor, case .status(let status) = earlier.exit
        else { return }
        check(
            step.retries.statuses.contains(status),
            "\(name) starts after exit \(status), which retry-on \(step.retries.statuses) does not name")
    }

    /// A once step starts again only on a person's word, or after an exit status that `retry-on` names.
    private func checkOnce(_ step: Step, _ name: String) {
        for number in onceStarts[step.id] ?? [] {
            let attempt = durable[step: step.id].attempts.last { $0.number == number && $0.role == .body }
            if case .status(let status) = attempt?.exit, step.retries.statuses.contains(status) { continue }
            breaks("\(name) of a once step starts, though attempt \(number) had started and nobody gave leave")
        }
    }

    /// What is done, is what it was and holds does not run again.
    private func checkRepetition(
        _ index: Int, _ step: Step, _ scene: Scene, _ name: String, _ intended: Fingerprint?
    ) {
        let before = scene.before[step: step.id]
        guard before.state == .done || before.state == .satisfied else { return }
        if scene.excused.contains(step.id) || scene.refused.contains(step.id) { return }
        if let verdict = scene.verdicts[index], !verdict.holds { return }
        if let intended, intended != before.fingerprint { return }
        let now = durable[step: step.id]
        if now.words.count > before.words.count { return }
        if before.process != nil, let identity = before.process?.process, machine.find(identity) == nil { return }
        breaks("\(name) runs again, though it was done, is unchanged and holds")
    }

    private func startsUndo(_ index: Int, _ step: Step, _ launch: Launch, _ scene: Scene) {
        let name = "undo \(launch.key.attempt) of \(step.id)"
        checkIntent(step.id, launch.key, name)
        for serial in machine.living {
            guard let process = machine.processes[serial], process.step == step.id, process.isBody else { continue }
            check(process.isService, "\(name) starts while \(process.role.word) \(process.attempt) of it lives")
        }
        for next in runbook.graph.successors(of: index) where scene.plan.items[next].decision == .undo {
            let other = runbook.steps[next].id
            check(
                durable[step: other].state == .undone,
                "\(name) starts while \(other), which needs it, is \(durable[step: other].state)")
        }
        checkSlots(step, scene, name)
    }

    /// The machine is asked for a process, or to write a file.
    func requests(_ key: ProcessKey) {
        guard let scene, !crash.isThrown, key.role.isBody else { return }
        let id = runbook.steps[key.step].id
        let name = "\(id) \(key.role.word) \(key.attempt)"
        check(!scene.isInterrupted, "\(name) starts after an interrupt")
        if key.role == .body { checkNeeds(key.step, scene, what: "attempt") }
        if key.role == .body, scene.failFast, let failure = scene.failure, !scene.prepared.contains(id) {
            breaks("\(name) starts after \(failure) failed, with --fail-fast")
        }
    }

    /// A process exists now.
    func started(_ process: Process) {
        counts.processes += 1
        guard process.isBody else { return }
        counts.bodies += 1
        scene?.bodies[process.step] = machine.uptime
        scene?.checked.remove(process.step)
        if process.role == .body { touched.insert(process.step) }
        scene?.tries[process.step, default: 0] += 1
        serials["\(process.step)/\(process.attempt)"] = process.serial
        unrecorded = (process.step, process.attempt, machine.uptime)
        if process.role == .body, runbook.index[process.step].map({ runbook.steps[$0].isOnce }) == true {
            onceStarts[process.step, default: []].append(process.attempt)
        }
    }

    func failsStart(_ role: Role, of step: String) {
        scene?.hasFailedStart = true
        switch role {
        case .secret: hasLostSecret = true
        // A gate that cannot be asked does not hold.
        case .gate: scene?.refused.insert(step)
        default: break
        }
    }

    /// It was there for a moment: for a once step that counts.
    func diesAtOnce(_ process: Process) {
        failsStart(process.role, of: process.step)
        serials["\(process.step)/\(process.attempt)"] = process.serial
        if runbook.index[process.step].map({ runbook.steps[$0].isOnce }) == true {
            onceStarts[process.step, default: []].append(process.attempt)
        }
    }

    func adopts(_ process: Process, as key: ProcessKey) {
        counts.adoptions += 1
        scene?.adopted[process.serial] = machine.uptime
        scene?.prepared.insert(process.step)
        check(
            runbook.steps[key.step].id == process.step && key.attempt == process.attempt && key.role == process.role,
            "pid \(process.identity.pid), \(process.role.word) \(process.attempt) of \(process.step), "
                + "is adopted as \(key.role.word) \(key.attempt) of \(runbook.steps[key.step].id)")
    }

    // MARK: - Files

    private func stepWriting(_ request: FileRequest) -> Int? {
        runbook.steps.firstIndex {
            if case .file(let file) = $0.kind { file.path.display == request.path } else { false }
        }
    }

    func writes(_ request: FileRequest) {
        writings += 1
        guard let scene, !crash.isThrown, let index = stepWriting(request) else { return }
        let step = runbook.steps[index]
        let name = "\(step.id) (file)"
        let attempt = durable[step: step.id].lastAttempt
        check(
            durable[step: step.id].state == .running && attempt?.role == .body && attempt?.isFinished == false,
            "\(name) is written before its intent is stored")
        check(
            !untouchable.contains(request.path) || machine.files[request.path] == Array(request.content.utf8),
            "\(name) is written over what somebody made of it, without a word")
        checkBody(index, step, scene, name, intended: attempt?.fingerprint)
    }

    /// What a step wrote over is back.
    func putBack(_ path: String) {
        for step in runbook.steps where step.filePath == path { machine.products[step.id] = nil }
    }

    func wrote(_ request: FileRequest) {
        meddled.remove(request.path)
        guard let index = stepWriting(request) else { return }
        scene?.bodies[runbook.steps[index].id] = machine.uptime
        touched.insert(runbook.steps[index].id)
        machine.products[runbook.steps[index].id] = Product(
            script: "", inputs: [request.content], since: machine.uptime, service: nil)
    }
}

extension Decision {
    /// An attempt of an earlier session is gone on with, so that what comes before a body was asked then.
    fileprivate var takesUp: Bool {
        switch self {
        case .adopt, .resolve, .resumeGates: true
        default: false
        }
    }
}

extension Role {
    fileprivate var isBody: Bool { self == .body || self == .undo }
}
