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
            guard mayRemain(index, .undo) else { return nothingLeft(index, .undo) }
            return change(index) { $0.examines(.leftover(.undo)) }
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
            guard step.isService, mayRemain(index, .body) else { break }
            return change(index) { $0.examines(.leftover(.body)) }
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
        world.machine.start(launch)
    }

    /// The command of a question runs.
    func limitQuestion(_ key: ProcessKey) {
        guard case .asking(let question) = runs[key.step].state, question.role == key.role else { return }
        limit(key, to: questionLimit(key.step, key.role))
    }

    /// A question was answered.
    func questionEnded(_ key: ProcessKey, _ exit: Exit, _ capture: Capture) {
        var complaint = ""
        if key.role == .when || key.role == .check {
            complaint = GateOutput.lastLine(Capture(error: capture.error), mask: values.mask) ?? ""
        }
        let facts = facts(key.step)
        change(key.step) { $0.answered(key.role, exit, capture, complaint: complaint, facts) }
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

    func takeSecret(_ index: Int, _ position: Int, _ exit: Exit, _ output: Capture) {
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
}
