import DAG
import Execution
import Model

// What has to be true of what is stored.
extension InvariantChecker {
    func stores(_ records: [Record]) {
        for record in records {
            counts.records += 1
            checkSecrets(record)
            before(record)
            durable.apply(record)
            after(record)
        }
    }

    /// No secret is ever stored as it is.
    private func checkSecrets(_ record: Record) {
        for text in RecordText.texts(record.event) where text.contains(SimulatedHost.secretMark) {
            breaks("a secret is stored in plain text: \(RecordText.line(record))")
        }
    }

    private func before(_ record: Record) {
        switch record.event {
        case .intended(let id, let intent) where intent.role == .body:
            guard let index = runbook.index[id] else { return }
            due.remove(id)
            if let earlier = durable[step: id].fingerprint, earlier != intent.fingerprint,
                !runbook.steps[index].isOnce
            {
                spreads(from: index)
            }
        default: break
        }
    }

    private func after(_ record: Record) {
        if let step = RecordText.step(record.event) { scene?.ready.remove(step) }
        switch record.event {
        case .started(let id, let attempt, let handle):
            if unrecorded?.step == id, unrecorded?.attempt == attempt { unrecorded = nil }
            let process = serials["\(id)/\(attempt)"].flatMap { machine.processes[$0] }
            check(
                process.map { Handle($0.identity) } == handle,
                "\(id) attempt \(attempt) is stored with a process that is not its own")
        case .attemptEnded(let id, let attempt, let exit, _, let outputs):
            if unrecorded?.step == id { unrecorded = nil }
            if !exit.isSuccess { scene?.failedAt[id] = emitted(record.time) }
            checkExit(id, attempt, exit)
            checkOutputs(id, attempt, outputs)
            scene?.gatingSince[id] = nil
            scene?.gatingBodies.remove(id)
        case .intended(let id, let intent) where intent.role == .body:
            // Ahead of a slot, maybe.
            if intent.state == .ready { scene?.ready.insert(id) }
            guard let path = runbook.index[id].flatMap({ runbook.steps[$0].filePath }), originals[id] == nil else {
                return
            }
            originals[id] = .some(machine.files[path])
        case .ready(let id): scene?.ready.insert(id)
        case .withdrawn(let id, let attempt, _): withdrawn(id, attempt)
        case .waiting(let id, _): checkAskedForReason(id)
        case .gating(let id, let attempt):
            scene?.gatingSince[id] = machine.uptime
            scene?.shortNaps[id] = nil
            if attempt > 0 { scene?.gatingBodies.insert(id) }
            checkHandedOn(id, attempt)
        case .finished(let id, let result): finished(id, result, at: record.time)
        case .word(let id, let word):
            counts.words += 1
            if word.kind == .reset {
                onceStarts[id] = nil
                due.remove(id)
                scene?.excused.insert(id)
            }
            if word.kind == .accept { due.remove(id) }
            if word.kind == .reset || word.file != nil { mayBeWritten(id) }
        case .serviceEnded(let id, _), .lapsed(let id, _): scene?.excused.insert(id)
        default: break
        }
    }

    /// A person has decided about the step's file, or it is down.
    private func mayBeWritten(_ id: String) {
        if let path = runbook.index[id].flatMap({ runbook.steps[$0].filePath }) { untouchable.remove(path) }
    }

    /// Nobody is asked about what is not going to happen.
    private func checkAskedForReason(_ id: String) {
        guard let index = runbook.index[id], runbook.steps[index].check != nil else { return }
        let step = runbook.steps[index]
        check(scene?.heardChecks.contains(id) == true, "a person is asked about \(id) before its check was")
        let known = Set(durable[step: id].outputs.map(\.name))
        guard step.outputs.allSatisfy({ known.contains($0.name) }), scene?.refused.contains(id) != true else { return }
        check(scene?.checked.contains(id) != true, "a person is asked about \(id), whose check holds")
    }

    /// A gate that was asked when the executor was stopped is heard once more before its patience counts as over.
    private func checkNap(_ id: String, _ result: Result) {
        guard result.state == .failed, let scene, let woke = scene.wokeAt,
            let since = scene.gatingSince[id], since < woke, result.reason.contains(" within ")
        else { return }
        // A second more or less is what a busy machine takes.
        let patience = (runbook.index[id].map { runbook.steps[$0].gates } ?? []).map(\.within.inSeconds).max() ?? 0
        guard woke > since + patience + GateScheduler.stall else { return }
        // Short stops are taken for those of a slow machine, and give no more than its patience once again.
        guard scene.shortNaps[id, default: 0] < patience else { return }
        check(scene.askedAt[id] ?? 0 > woke, "\(id) fails for time in which the executor was stopped")
    }

    /// What was to start never began.
    private func withdrawn(_ id: String, _ attempt: Int) {
        check(serials["\(id)/\(attempt)"] == nil, "attempt \(attempt) of \(id) began, and is said not to")
        scene?.ready.insert(id)
    }

    /// The seconds of uptime at which the engine knew: pauses count from there, and gates of others may be asked before
    /// it is on disk.
    private func emitted(_ wall: Double) -> Double { machine.uptime - max(0, machine.now.wall - wall) }

    private func finished(_ id: String, _ result: Result, at time: Double) {
        checkNap(id, result)
        scene?.finished.insert(id)
        scene?.finishedAt[id] = emitted(time)
        scene?.checked.remove(id)
        scene?.tries[id] = nil
        scene?.gatingSince[id] = nil
        scene?.gatingBodies.remove(id)
        if result.state == .undone { mayBeWritten(id) }
        if unrecorded?.step == id { unrecorded = nil }
        if let exit = result.exit, result.attempt > 0 { checkExit(id, result.attempt, exit) }
        checkOutputs(id, result.attempt, result.outputs)
        guard let index = runbook.index[id] else { return }
        let step = runbook.steps[index]
        if result.state.isMet { outlived[id] = durable[step: id].lastAttempt?.number }
        switch result.state {
        case .done, .satisfied:
            checkGood(index, step, result)
            if result.state == .satisfied || result.attempt == 0 { due.remove(id) }
        case .skipped: due.remove(id)
        case .uncertain where result.attempt == 0: checkAsked(id)
        case .uncertain: checkLeftBehind(id, result.attempt, "\(id) is stored as uncertain")
        case .failed where !step.isOptional && scene?.kind != .down && scene?.edited.contains(id) != true:
            scene?.failure = id
        case .interrupted where result.attempt > 0: interruptedAttempts.insert("\(id)/\(result.attempt)")
        case .undone:
            due.remove(id)
            onceStarts[id] = nil
            touched.remove(id)
            checkUndone(index, step)
            checkPutBack(step)
            for process in machine.living.compactMap({ machine.processes[$0] }) where process.step == id {
                check(!process.isBody, "\(id) is stored as undone while its \(process.role.word) lives")
            }
        default: break
        }
    }

    /// What needs it was taken down first.
    private func checkUndone(_ index: Int, _ step: Step) {
        for next in runbook.graph.successors(of: index) where scene?.plan.items[next].decision == .undo {
            let other = runbook.steps[next].id
            check(
                durable[step: other].state == .undone,
                "\(step.id) is stored as undone while \(other), which needs it, is \(durable[step: other].state)")
        }
    }

    /// Where it wrote a file stands what stood there before, or what somebody put there since.
    private func checkPutBack(_ step: Step) {
        guard let path = step.filePath, step.undo == nil, let original = originals.removeValue(forKey: step.id) else {
            return
        }
        let isKept = meddled.remove(path) != nil
        check(
            isKept || machine.files[path] == original,
            "\(step.id) is stored as undone, and its file is not what was there before")
    }

    private func checkGood(_ index: Int, _ step: Step, _ result: Result) {
        let id = step.id
        let known = Set(durable[step: id].outputs.map(\.name))
        for output in step.outputs {
            check(known.contains(output.name), "\(id) is stored as \(result.state) without its output `\(output.name)`")
        }
        check(durable[step: id].fingerprint != nil, "\(id) is stored as \(result.state) without a fingerprint")
        for (gate, spec) in step.gates.enumerated() {
            if isKnown(spec, durable[step: id]) { continue }
            check(
                scene?.answers[id]?[gate] == true,
                "\(id) is stored as \(result.state) though its gate \(spec.label) was not heard to hold")
            checkStable(step, gate, spec)
        }
        for process in machine.living.compactMap({ machine.processes[$0] }) where process.step == id {
            check(
                !process.isBody || process.isService, "\(id) is stored as \(result.state) while its body still runs")
        }
    }

    /// A gate that has to hold for a while has held for that long, where the step came up in this session.
    private func checkStable(_ step: Step, _ gate: Int, _ spec: Gate) {
        guard let scene, durable[step: step.id].lastBody?.session == durable.sessions.count,
            !scene.asked.isEmpty, spec.stable > .zero
        else { return }
        let held = machine.uptime - (scene.heldSince[step.id]?[gate] ?? machine.uptime)
        check(
            held >= spec.stable.inSeconds - 0.02,
            "\(step.id) is stored as done after its gate \(spec.label) held for \(held) of \(spec.stable.inSeconds) s")
    }

    /// That a body succeeded is stored with what it handed on, before its gates are asked.
    private func checkHandedOn(_ id: String, _ attempt: Int) {
        guard attempt > 0, let step = runbook.index[id].map({ runbook.steps[$0] }), !step.isService else { return }
        let known = Set(durable[step: id].outputs.map(\.name))
        for output in step.outputs {
            check(
                known.contains(output.name),
                "the gates of \(id) are asked, and its output `\(output.name)` is not stored")
        }
    }

    /// What is stored as outputs is what the body handed on.
    private func checkOutputs(_ id: String, _ attempt: Int, _ outputs: [Output]) {
        guard !outputs.isEmpty, let index = runbook.index[id],
            let process = serials["\(id)/\(attempt)"].flatMap({ machine.processes[$0] })
        else { return }
        let isFresh = runbook.steps[index].tags.contains("fresh")
        for output in outputs {
            guard let spec = runbook.steps[index].outputs.first(where: { $0.name == output.name }) else { continue }
            let wanted = SimulatedHost.outputValue(spec, of: process, isFresh: isFresh)
            let stored: String
            switch output.value {
            case .plain(let text): stored = text
            case .sealed(let bytes): stored = FakeBox.opened(bytes)
            }
            check(stored == wanted, "output \(output.name) of \(id) is stored as \(stored), and was \(wanted)")
        }
    }

    /// A stored exit status is the true one.
    private func checkExit(_ id: String, _ attempt: Int, _ exit: Exit) {
        guard let index = runbook.index[id], exit != .unknown else { return }
        if case .file = runbook.steps[index].kind { return }
        guard let process = serials["\(id)/\(attempt)"].flatMap({ machine.processes[$0] }) else {
            return breaks("\(id) attempt \(attempt) is stored with \(exit), and never had a process")
        }
        check(
            process.exit == exit,
            "\(id) attempt \(attempt) is stored with \(exit), and in truth "
                + (process.exit.map { "it was \($0)" } ?? "still runs"))
    }
}

extension Step {
    /// Where the step writes a file; nil for other steps.
    var filePath: String? {
        guard case .file(let file) = kind else { return nil }
        return file.path.display
    }
}
