import DAG
import Model

extension Engine {
    /// Longest a `when`, `check` or secret command may take, in seconds.
    func questionLimit(_ index: Int, _ role: Role) -> Double {
        let step = runbook.steps[index]
        switch role {
        case .when: return step.whenTimeout.inSeconds
        case .check: return step.checkTimeout.inSeconds
        case .secret(let position): return runbook.scopes[step.scope].secrets[position].timeout.inSeconds
        case .body, .undo, .gate: return 60
        }
    }

    /// Goes through what comes before a body until something has to be waited for.
    func proceed(_ index: Int) {
        let step = runbook.steps[index]
        if decisions[index] == .undo { return proceedUndo(index) }
        while work[index].stage < .body {
            if isWaitedFor(index, step) { return }
            work[index].stage = work[index].stage.next
        }
        startBody(index)
    }

    /// Enters the current stage; false when it has nothing to wait for.
    private func isWaitedFor(_ index: Int, _ step: Step) -> Bool {
        switch work[index].stage {
        case .when:
            guard case .command(let command) = step.when else { return false }
            if let reason = missingForCondition(index, command.display) {
                finish(index, .failed, reason: reason)
                return true
            }
            ask(index, .when, command.display)
            return true
        case .inputs:
            guard let reason = missingInput(index) else { return false }
            finish(index, .failed, reason: reason)
            return true
        case .confirm:
            guard let confirm = step.confirm, !status(index).isApproved else { return false }
            if options.approvesAll {
                approve(index, note: "--yes")
                return false
            }
            return waitForPerson(index, question: text(confirm))
        case .check:
            guard let check = step.check else { return false }
            ask(index, .check, check.display)
            return true
        case .halt:
            // Whatever still works on the step, or against it, ends before anybody looks how things are.
            if let process = leftover(index, .undo), clear(index, process) { return true }
            guard !step.isService, let process = leftover(index, .body) else { return false }
            return clear(index, process)
        case .clear:
            guard step.isService, let process = leftover(index, .body) else { return false }
            return clear(index, process)
        case .secrets:
            return fetchSecret(index)
        case .body:
            return false
        }
    }

    func text(_ template: Template) -> String {
        (try? values.resolve(template)) ?? template.display
    }

    /// Starts a command that asks something about the step, once all that led to it is stored.
    ///
    /// - Parameter isParsed: only whether a shell could run it.
    func ask(_ index: Int, _ role: Role, _ command: String, isParsed: Bool = false) {
        work[index].phase = .asking(role)
        if !isParsed { work[index].doubted = nil }
        do {
            let launch = try builder.question(index, role: role, command: command, isParsed: isParsed)
            outbox.afterwards(.question(launch))
        } catch {
            unasked(index, error.message)
        }
    }

    func perform(question launch: Launch) {
        let index = launch.key.step
        if stopping == .interrupted || stopping == .killed {
            return putAside(index, reason: "interrupted before it started")
        }
        guard work[index].isResolving || schedule.isMet(index) else { return requeue(index) }
        do {
            _ = try world.runner.start(launch)
            limit(launch.key, to: questionLimit(index, launch.key.role))
        } catch {
            if !work[index].isResolving, postpone(index, error) { return }
            unasked(index, error.message)
        }
    }

    /// The question could not be put.
    func unasked(_ index: Int, _ reason: String) {
        if work[index].skipReason != nil {
            work[index].isWithoutSecrets = true
            return skip(index)
        }
        guard work[index].isResolving else { return finish(index, .failed, reason: reason) }
        if work[index].phase == .asking(.check) { return settleByGates(index) }
        work[index].isWithoutSecrets = true
        goOnSettling(index)
    }

    /// An older process of the step that still lives: it is ended before another one starts.
    func leftover(_ index: Int, _ role: Role) -> (key: ProcessKey, identity: ProcessIdentity)? {
        guard let attempt = status(index).attempts.last(where: { $0.role == role }),
            let identity = attempt.identity ?? unrecorded(index, attempt)
        else { return nil }
        let key = ProcessKey(step: index, role: role, attempt: attempt.number)
        if world.runner.isAlive(identity) { return (key, identity) }
        // What a body that ended well left running was meant to go on; a service's is the service.
        let lease = builder.lease(on: key)
        guard lease != nil || attempt.exit?.isSuccess != true else { return nil }
        return world.runner.successor(of: identity, token: lease).map { (key, $0) }
    }

    /// The process of an attempt whose executor died before its pid was stored.
    private func unrecorded(_ index: Int, _ attempt: Attempt) -> ProcessIdentity? {
        guard attempt.endedAt == nil, runbook.steps[index].isInteractive || world.files.exists(attempt.log) else {
            return nil
        }
        return world.runner.find(token: builder.token(step: index, role: attempt.role, attempt: attempt.number))
    }

    /// Ends an older process; its end lets the step go on (`cleared`).
    func clear(_ index: Int, _ process: (key: ProcessKey, identity: ProcessIdentity)) -> Bool {
        if !work[index].isUp {
            guard adopt(process.identity, process.key) else { return false }
        }
        work[index].isUp = false
        work[index].phase = .clearing
        work[index].clearing = process.key
        world.runner.terminate(process.key, grace: options.grace)
        return true
    }

    /// Fetches the next secret that is not known yet; false when all are known.
    func fetchSecret(_ index: Int) -> Bool {
        guard !work[index].isWithoutSecrets else { return false }
        do {
            guard let missing = try builder.missingSecret(index) else { return false }
            ask(index, .secret(missing.position), missing.command.display)
            return true
        } catch {
            return withoutSecret(index, error.message)
        }
    }

    /// A secret that is not to be had is a failure, except where only a log is to be freed of it.
    private func withoutSecret(_ index: Int, _ reason: String) -> Bool {
        let isForLog =
            work[index].isResolving || work[index].skipReason != nil
            || work[index].isUndoing && runbook.steps[index].undo == nil
        guard !isForLog else {
            work[index].isWithoutSecrets = true
            return false
        }
        finish(index, .failed, reason: reason)
        return true
    }

    /// A question (`when`, `check`, a secret's command) was answered.
    func questionEnded(_ index: Int, _ role: Role, _ exit: Exit) {
        guard work[index].phase == .asking(role) else { return }
        var complaint = ""
        if role == .when || role == .check {
            let capture = world.runner.takeCapture(ProcessKey(step: index, role: role, attempt: 0))
            complaint = GateOutput.lastLine(Capture(error: capture.error), mask: values.mask) ?? ""
        }
        let doubted = work[index].doubted
        work[index].doubted = nil
        if work[index].isInterrupted { return putAside(index, reason: "interrupted") }
        if let reason = work[index].endReason {
            work[index].endReason = nil
            return unasked(index, reason)
        }
        work[index].phase = .idle
        switch role {
        case .when: whenEnded(index, exit, complaint, doubted?.exit)
        case .check: checkEnded(index, exit, complaint, doubted?.exit)
        case .secret(let position): secretEnded(index, position, exit)
        case .body, .undo, .gate: break
        }
    }

    /// - Parameter doubted: what the question said, where this is the end of looking whether a shell can run it.
    private func whenEnded(_ index: Int, _ exit: Exit, _ complaint: String, _ doubted: Exit?) {
        if let doubted {
            guard exit.isSuccess else { return unreadable(index, "when", exit, complaint) }
            return notApplicable(index, doubted)
        }
        switch exit {
        case .status(0):
            work[index].stage = .inputs
            proceed(index)
        case .status(2) where !complaint.isEmpty: doubt(index, .when, exit, complaint)
        // `command -v` says so as well, without a complaint.
        case .status(126), .status(127):
            guard !complaint.isEmpty else { return notApplicable(index, exit) }
            unreadable(index, "when", exit, complaint)
        case .signal, .unknown: unreadable(index, "when", exit, complaint)
        case .status: notApplicable(index, exit)
        }
    }

    private func notApplicable(_ index: Int, _ exit: Exit) {
        work[index].skipReason = "not applicable: when (\(exit))"
        skip(index)
    }

    /// What was asked is no question: the answer says nothing about the step.
    private func unreadable(_ index: Int, _ what: String, _ exit: Exit, _ complaint: String) {
        let tale = complaint.isEmpty ? "" : ": \(complaint)"
        finish(index, .failed, exit: exit, reason: "\(what): the command could not be run (\(exit))\(tale)")
    }

    /// Exit status 2 is a shell's for what it cannot read, and that of many programs for "no".
    private func doubt(_ index: Int, _ role: Role, _ exit: Exit, _ complaint: String) {
        let step = runbook.steps[index]
        work[index].doubted = (exit, complaint)
        if role == .when, case .command(let command) = step.when {
            ask(index, role, command.display, isParsed: true)
        } else if let check = step.check {
            ask(index, role, check.display, isParsed: true)
        }
    }

    /// Ends a step that does not apply. What an earlier attempt printed, maybe after anybody looked, has to be
    /// recognised first.
    private func skip(_ index: Int) {
        if !status(index).attempts.isEmpty, fetchSecret(index) { return }
        finish(index, .skipped, reason: work[index].skipReason ?? "")
    }

    private func checkEnded(_ index: Int, _ exit: Exit, _ complaint: String, _ doubted: Exit?) {
        if doubted != nil, !exit.isSuccess, !work[index].isResolving {
            return unreadable(index, "check", exit, complaint)
        }
        if doubted == nil, exit == .status(2), !complaint.isEmpty { return doubt(index, .check, exit, complaint) }
        guard doubted == nil, exit.isSuccess, hasOutputs(index) else {
            if work[index].isResolving { return settleByGates(index) }
            work[index].stage = .confirm
            return proceed(index)
        }
        releaseSlot(index)
        startGating(index, .satisfied, from: now.uptime)
    }

    /// Every declared output is known from an earlier attempt, or was left behind by it.
    private func hasOutputs(_ index: Int) -> Bool {
        let step = runbook.steps[index]
        guard !step.outputs.isEmpty else { return true }
        let known = Set(status(index).outputs.map(\.name))
        if step.outputs.allSatisfy({ known.contains($0.name) }) { return true }
        return (try? readOutputs(index)) != nil
    }

    private func secretEnded(_ index: Int, _ position: Int, _ exit: Exit) {
        let output = world.runner.takeCapture(ProcessKey(step: index, role: .secret(position), attempt: 0))
        do {
            try builder.setSecret(index, position: position, exit: exit, output: output)
        } catch {
            if withoutSecret(index, error.message) { return }
        }
        if work[index].skipReason != nil { return skip(index) }
        if !work[index].isResolving { return proceed(index) }
        if !fetchSecret(index) { goOnSettling(index) }
    }
}
