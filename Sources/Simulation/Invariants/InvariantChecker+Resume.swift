import DAG
import Execution
import Model

// What the table of resume promises, judged by what the gates answered and by what bodies left behind.
extension InvariantChecker {
    /// A step that is kept was looked at, and holds as far as anybody heard.
    func checkKept(_ scene: Scene) {
        guard scene.kind != .down else { return }
        for (index, step) in runbook.steps.enumerated() where scene.plan.items[index].decision == .keep {
            let state = scene.before[step: step.id].state
            for (gate, spec) in step.gates.enumerated() {
                if isKnown(spec, scene.before[step: step.id]) { continue }
                check(
                    looks[step.id]?[gate] == true,
                    "\(step.id), \(state), is kept, and its gate \(spec.label) was not heard to hold")
            }
            if state == .done, let path = step.filePath, meddled.contains(path) {
                check(
                    machine.files[path] != nil && !untouchable.contains(path),
                    "\(step.id) is kept, and somebody removed or changed what it wrote")
            }
            guard step.isService, state == .done, let ended = serviceProcess(step, scene.before)?.endedAt else {
                continue
            }
            // Looking at gates takes three seconds at most.
            check(ended > machine.uptime - 4, "\(step.id) is kept, though its process had ended when it was looked at")
        }
    }

    private func serviceProcess(_ step: Step, _ state: RunState) -> Process? {
        let status = state[step: step.id]
        guard status.process != nil, let attempt = status.lastBody else { return nil }
        return serials["\(step.id)/\(attempt.number)"].flatMap { machine.processes[$0] }
    }

    /// Where what a step needs ran in this session, its gates were asked after that.
    func checkAskedAgain(_ step: Step, _ scene: Scene) {
        let isQuestionless = step.gates.allSatisfy { isKnown($0, scene.before[step: step.id]) }
        guard !isQuestionless, scene.finishedAt[step.id] == nil, scene.before[step: step.id].state.isMet,
            durable[step: step.id].state.isMet
        else { return }
        for need in step.needs {
            let other = runbook.steps[need].id
            guard let ran = scene.bodies[other], let finished = scene.finishedAt[other], finished >= ran else {
                continue
            }
            check(
                scene.askedAt[step.id] ?? -1 >= finished,
                "the session is over, \(other) ran, and \(step.id), which needs it, was not asked again")
        }
    }

    /// A step that starts again, and was not edited, has nothing behind it that could have been counted.
    func checkForgotten(_ step: Step, _ scene: Scene, _ name: String) {
        let attempts = durable[step: step.id].attempts
        guard !scene.edited.contains(step.id), !scene.excused.contains(step.id),
            let earlier = attempts.dropLast().last(where: { $0.role == .body }),
            attempts.last?.fingerprint == earlier.fingerprint,
            !attempts.contains(where: { $0.role == .undo && $0.number > earlier.number })
        else { return }
        checkLeftBehind(step.id, earlier.number, "\(name) starts")
        checkSuccess(earlier, "\(name) starts")
    }

    /// A body that ended well, and whose gates nobody has given up, is not passed over.
    private func checkSuccess(_ attempt: Attempt, _ what: String) {
        let isOpen = !attempt.isFinished && !attempt.isVoid && attempt.reason.isEmpty
        check(!isOpen || attempt.exit != .status(0), "\(what), though attempt \(attempt.number) is stored with exit 0")
    }

    /// A once step is not asked about where everything is known.
    func checkAsked(_ id: String) {
        let attempts = durable[step: id].attempts
        guard let body = attempts.last, body.role == .body else { return }
        checkSuccess(body, "\(id) is stored as uncertain")
    }

    /// An attempt whose body left its exit status behind is not taken for one whose end nobody knows; but for one that
    /// was interrupted, or failed, and lived on when the session was over: it is run again whichever way it ended then.
    func checkLeftBehind(_ id: String, _ number: Int, _ what: String) {
        guard let index = runbook.index[id], runbook.steps[index].outputs.isEmpty, !runbook.steps[index].isService,
            let attempt = durable[step: id].attempts.last(where: { $0.number == number }), attempt.role == .body,
            !attempt.isVoid, attempt.exit == nil && !attempt.isFinished || attempt.exit == .unknown,
            !interruptedAttempts.contains("\(id)/\(number)")
        else { return }
        let note = machine.notes.last { $0.step == id && $0.attempt == number }
        check(note == nil, "\(what), though attempt \(number) left exit \(note?.status ?? 0) behind")
    }

    /// A service that counts as up is up, but for a moment.
    func checkServices(_ scene: Scene) {
        guard scene.kind != .down else { return }
        for (index, step) in runbook.steps.enumerated() where step.isService {
            guard durable[step: step.id].state == .done else { continue }
            switch scene.plan.items[index].decision {
            case .keep: break
            default: if !scene.finished.contains(step.id) { continue }
            }
            guard let ended = serviceProcess(step, durable)?.endedAt else { continue }
            let span = machine.uptime - max(ended, scene.begun)
            let awake = machine.uptime - (scene.wokeAt ?? -.infinity)
            check(min(span, awake) < 1, "\(step.id) counts as done, though its process ended \(span) s ago")
        }
    }

    /// What a file of outputs holds is stored before the file goes.
    func removes(_ path: String) {
        guard !crash.isThrown else { return }
        for step in runbook.steps where !step.outputs.isEmpty {
            let status = durable[step: step.id]
            for attempt in status.attempts where "/run/outputs/\(step.id).\(attempt.number)" == path {
                let isOver =
                    !attempt.isOpen || status.attempts.contains { $0.number > attempt.number && $0.role == .body }
                check(
                    isOver || attempt.number <= outlived[step.id] ?? 0,
                    "\(path) is removed before what came of the attempt is stored")
                if status.state.isMet || status.state == .undone || attempt.isUndone { continue }
                // What did not count is kept none the less.
                let known = Set((attempt.kept + status.outputs).map(\.name))
                let isSealed = machine.files[path + ".sealed"] != nil
                for name in OutputText.read(machine.files[path] ?? []).values.keys.sorted() {
                    check(known.contains(name) || isSealed, "\(path) is removed, and what it held as \(name) is gone")
                }
            }
        }
    }
}
