import DAG
import Model

// What comes before a body: what stands at each stage.
extension Engine {
    /// Longest a `when`, `check` or secret command may take, in seconds.
    private func questionLimit(_ index: Int, _ role: Role) -> Double {
        let step = runbook.steps[index]
        switch role {
        case .when: return step.whenTimeout.inSeconds
        case .check: return step.checkTimeout.inSeconds
        case .secret(let position): return runbook.scopes[step.scope].secrets[position].timeout.inSeconds
        case .body, .undo, .gate: return 60
        }
    }

    func goOn(_ index: Int) { change(index) { $0.goOn() } }

    func enter(_ stage: StepRun.Stage, of index: Int) {
        let step = runbook.steps[index]
        switch stage {
        case .when:
            guard case .command(let command) = step.when else { break }
            if let reason = missingForCondition(index, command.display) { return fail(index, reason) }
            return change(index) { $0.asks(.when) }
        case .inputs:
            if let reason = missingInput(index) { return fail(index, reason) }
        case .secrets: return fetchSecret(index)
        case .halt:
            // Whatever still works on the step, or against it, ends before anybody looks how things are.
            if let process = leftover(index, .undo), clear(index, process) { return }
            if !step.isService, let process = leftover(index, .body), clear(index, process) { return }
        case .check:
            if step.check != nil { return change(index) { $0.asks(.check) } }
        case .confirm:
            guard let confirm = step.confirm, !status(index).isApproved else { break }
            guard options.approvesAll else {
                let question = text(confirm)
                return change(index) { $0.waits(question) }
            }
            approve(index, note: "--yes")
        case .clear:
            if step.isService, let process = leftover(index, .body), clear(index, process) { return }
        case .body: break
        }
        change(index) { $0.passed() }
    }

    func text(_ template: Template) -> String {
        (try? values.resolve(template)) ?? template.display
    }

    // MARK: - Questions

    /// Puts a question about the step, once all that led to it is stored.
    func ask(_ index: Int, _ role: Role, isParsed: Bool) {
        do {
            let launch = try builder.question(index, role: role, command: command(index, role), isParsed: isParsed)
            outbox.afterwards(.question(launch))
        } catch {
            unasked(index, error.message)
        }
    }

    private func command(_ index: Int, _ role: Role) -> String {
        let step = runbook.steps[index]
        switch role {
        case .when:
            guard case .command(let command) = step.when else { return "" }
            return command.display
        case .check: return step.check?.display ?? ""
        case .secret(let position):
            guard case .command(let command) = runbook.scopes[step.scope].secrets[position].origin else { return "" }
            return command.display
        case .body, .undo, .gate: return ""
        }
    }

    private func unasked(_ index: Int, _ reason: String) {
        let facts = facts(index)
        change(index) { $0.unasked(reason, facts) }
    }

    func perform(question launch: Launch) {
        let index = launch.key.step
        let facts = facts(index)
        let isMet = schedule.isMet(index)
        if let actions = runs.change(index, { $0.holdsQuestion(facts, isMet: isMet) }) {
            return change(index) { _ in actions }
        }
        do {
            _ = try world.runner.start(launch)
            limit(launch.key, to: questionLimit(index, launch.key.role))
        } catch {
            let othersRun = slots.used > 1
            change(index) { $0.notAsked(error, facts, othersRun: othersRun) }
        }
    }

    /// A question was answered.
    func questionEnded(_ key: ProcessKey, _ exit: Exit) {
        guard case .asking(let question) = runs[key.step].state, question.role == key.role else { return }
        var complaint = ""
        if key.role == .when || key.role == .check {
            let capture = world.runner.takeCapture(ProcessKey(step: key.step, role: key.role, attempt: 0))
            complaint = GateOutput.lastLine(Capture(error: capture.error), mask: values.mask) ?? ""
        }
        let facts = facts(key.step)
        change(key.step) { $0.answered(key.role, exit, complaint: complaint, facts) }
    }

    func questionLate(_ key: ProcessKey) {
        let limit = SpanText.short(questionLimit(key.step, key.role))
        change(key.step) { $0.limitReached(key, "\(key.role.word): no answer within \(limit)") }
    }

    // MARK: - Secrets

    /// Asks for the next secret that is not known yet.
    func fetchSecret(_ index: Int) {
        let facts = facts(index)
        guard !runs[index].forgoesSecrets else { return change(index) { $0.secretsKnown(facts) } }
        do {
            guard let missing = try builder.missingSecret(index) else {
                return change(index) { $0.secretsKnown(facts) }
            }
            change(index) { $0.asks(.secret(missing.position)) }
        } catch {
            change(index) { $0.secretMissing(error.message, facts) }
        }
    }

    func takeSecret(_ index: Int, _ position: Int, _ exit: Exit) {
        let output = world.runner.takeCapture(ProcessKey(step: index, role: .secret(position), attempt: 0))
        let facts = facts(index)
        do {
            try builder.setSecret(index, position: position, exit: exit, output: output)
        } catch {
            return change(index) { $0.secretMissing(error.message, facts) }
        }
        change(index) { $0.secretTaken() }
    }

    /// What an earlier attempt printed, maybe after anybody looked, has to be recognised first.
    func skip(_ index: Int) {
        guard status(index).attempts.isEmpty else { return fetchSecret(index) }
        let facts = facts(index)
        change(index) { $0.secretsKnown(facts) }
    }

    // MARK: - Older processes

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

    /// Ends an older process; its end lets the step go on.
    func clear(_ index: Int, _ process: (key: ProcessKey, identity: ProcessIdentity)) -> Bool {
        if runs[index].service == .unwatched {
            guard adopt(process.identity, process.key) else { return false }
        }
        change(index) { $0.clears(process.key) }
        return true
    }
}
