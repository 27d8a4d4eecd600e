import Model

// Taking secrets out of the logs of attempts.
extension Engine {
    /// An attempt that saw secrets and is over, while something that it started may still write to its log: a command
    /// behind `exec > >(…)`, a job in the background.
    struct Lingering {
        /// Seconds of uptime.
        var ended: Double
        /// Its log is being looked after.
        var isAsked: Bool
    }

    /// Seconds for which the end of a session waits for what lingers. What outlasts that is scrubbed by the next one.
    static let lingeringPatience = 2.0

    /// Begins to take secrets out of the logs of attempts that are over, before that is recorded: whoever takes up from
    /// there may not know the secrets.
    ///
    /// - Returns: false where there is nothing to be done.
    func clean(_ index: Int) -> Bool {
        guard seesSecrets(runbook.steps[index]) else { return false }
        let run = runs[index]
        // Without an attempt of its own it may be the first to know the secrets that the last one printed; and while a
        // service is taken down, it writes on.
        if run.attempt.number > 0, !run.isUndoing {
            scrub(index, .body, attempt: run.attempt.number)
        } else {
            scrubEarlier(index)
        }
        return requests.isCleaning(id(index))
    }

    /// Takes secrets out of the logs of attempts before, which may have gone on writing, or ended unseen.
    func scrubEarlier(_ index: Int) {
        for role in [Role.body, .undo] {
            guard let attempt = status(index).attempts.last(where: { $0.role == role }) else { continue }
            scrub(index, role, attempt: attempt.number)
        }
    }

    /// As a session begins: what wrote on after the last one. Secrets behind a command are not fetched for it.
    func scrubAll() {
        for (index, step) in runbook.steps.enumerated() where seesSecrets(step) && !status(index).attempts.isEmpty {
            _ = try? builder.missingSecret(index)
            scrubEarlier(index)
        }
    }

    private func scrub(_ index: Int, _ role: Role, attempt: Int) {
        let step = runbook.steps[index]
        guard attempt > 0, seesSecrets(step) else { return }
        // Secret outputs that it was given, or handed on, may not have been opened by this executor.
        for variable in step.environment { _ = try? values.resolve(variable.value) }
        values.openEarlier()
        for output in step.outputs where output.isSecret {
            _ = try? values.output(OutputReference(step: step.id, name: output.name))
        }
        guard let made = self.attempt(index, role, attempt) else { return }
        let reference = reference(index, made)
        // What an attempt that failed, or did not come to its end, meant to hand on is no less secret.
        guard role == .body, step.outputs.contains(where: \.isSecret) else { return scrubLog(reference) }
        requests.reads(reference, for: .scrubbing)
        world.machine.collect(reference, .outputs(limit: OutputText.fileLimit))
    }

    func scrubLog(_ attempt: AttemptReference) {
        requests.scrubs(attempt)
        world.machine.scrub(attempt, secrets: values.mask)
    }

    func seesSecrets(_ step: Step) -> Bool {
        if !step.secrets.isEmpty || step.outputs.contains(where: \.isSecret) { return true }
        return step.environment.contains { !$0.value.outputs.isEmpty }
    }

    // MARK: - What writes on

    private static let lingeringPause = 0.02

    /// A log is free of secrets for now: something may still write to it.
    func scrubbed(_ attempt: AttemptReference, _ scrubbed: Scrubbed) {
        requests.isScrubbed(attempt)
        guard let index = runbook.index[attempt.step] else { return }
        defer { if !requests.isCleaning(attempt.step) { cleaned(index) } }
        // A service writes on because it is up.
        let isService = runbook.steps[index].isService && attempt.role == .body && isServiceAlive(index)
        guard scrubbed.isWrittenTo, !isService else {
            lingering[attempt] = nil
            return
        }
        if lingering.isEmpty { timers.push(.logs, at: now.uptime + Self.lingeringPause) }
        lingering[attempt] = Lingering(ended: lingering[attempt]?.ended ?? now.uptime, isAsked: false)
    }

    /// Scrubs the logs of what still writes, often at first, then now and then.
    func lookAfterLogs() {
        guard !lingering.isEmpty else { return }
        let isYoung = lingering.values.contains { now.uptime < $0.ended + Self.lingeringPatience }
        for (attempt, entry) in lingering.sorted(by: { $0.key.log ?? "" < $1.key.log ?? "" }) where !entry.isAsked {
            lingering[attempt]?.isAsked = true
            scrubLog(attempt)
        }
        timers.push(.logs, at: now.uptime + (isYoung ? Self.lingeringPause : Self.lingeringPatience))
    }

    /// The session ends: what still writes is left to it, and its log is free of secrets up to here.
    func leaveLogs() throws(JournalError) {
        for attempt in lingering.keys.sorted(by: { $0.log ?? "" < $1.log ?? "" }) { scrubLog(attempt) }
        let limit = now.uptime + Self.lingeringPatience
        while requests.isWaiting, now.uptime < limit {
            let occurrences = world.inbox.wait(until: limit)
            now = world.inbox.now
            for occurrence in occurrences { try handle(occurrence) }
        }
    }

    /// Whether the session's end still waits for what writes on.
    var awaitsLogs: Bool {
        guard stopping != .killed else { return false }
        return lingering.values.contains { now.uptime < $0.ended + Self.lingeringPatience }
    }
}
