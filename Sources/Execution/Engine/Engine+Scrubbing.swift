import Model

// Taking secrets out of the logs of attempts.
extension Engine {
    /// An attempt that saw secrets and is over, while something that it started may still write to its log: a command
    /// behind `exec > >(…)`, a job in the background.
    struct Lingering {
        var step: Int
        var identity: ProcessIdentity
        var log: String
        /// Seconds of uptime.
        var ended: Double
    }

    /// Seconds for which the end of a session waits for what lingers. What outlasts that is scrubbed by the next one.
    static let lingeringPatience = 2.0

    /// Takes secrets out of the attempt's log.
    func scrub(_ index: Int) {
        scrub(index, runs[index].isUndoing ? .undo : .body, attempt: runs[index].attempt.number)
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
        // What an attempt that failed, or did not come to its end, meant to hand on is no less secret.
        if role == .body, step.outputs.contains(where: \.isSecret),
            let written = try? world.files.read(
                world.files.outputs(step: step.id, attempt: attempt), limit: OutputText.fileLimit)
        {
            values.noteSecrets(in: OutputText.read(written), specs: step.outputs)
        }
        let log = world.files.log(step: step.id, role: role, attempt: attempt)
        // First, so that nothing is written between the scrubbing and the look.
        watchLog(index, role, attempt: attempt, log)
        guard !values.mask.isEmpty else { return }
        try? world.files.scrub(log, values.mask)
    }

    func seesSecrets(_ step: Step) -> Bool {
        if !step.secrets.isEmpty || step.outputs.contains(where: \.isSecret) { return true }
        return step.environment.contains { !$0.value.outputs.isEmpty }
    }

    // MARK: - What writes on

    /// Keeps an eye on a log that something still writes to though its attempt is over.
    private func watchLog(_ index: Int, _ role: Role, attempt: Int, _ log: String) {
        if runbook.steps[index].isService, role == .body, isServiceAlive(index) { return }
        guard !lingering.contains(where: { $0.log == log }),
            let identity = status(index).attempts.last(where: { $0.number == attempt && $0.role == role })?.identity,
            world.runner.lingers(identity, log: log)
        else { return }
        if lingering.isEmpty { timers.push(.logs, at: now.uptime + Self.lingeringPause) }
        lingering.append(Lingering(step: index, identity: identity, log: log, ended: now.uptime))
    }

    private static let lingeringPause = 0.02

    /// Scrubs the logs of what has come to its end since, and now and then of what has not.
    func lookAfterLogs() {
        var isYoung = false
        lingering = lingering.filter { entry in
            let lingers = world.runner.lingers(entry.identity, log: entry.log)
            let isLate = now.uptime >= entry.ended + Self.lingeringPatience
            if !lingers || isLate { try? world.files.scrub(entry.log, values.mask) }
            isYoung = isYoung || !isLate
            return lingers
        }
        guard !lingering.isEmpty else { return }
        timers.push(.logs, at: now.uptime + (isYoung ? Self.lingeringPause : Self.lingeringPatience))
    }

    /// Whether the session's end still waits for what writes on.
    var awaitsLogs: Bool {
        guard stopping != .killed else { return false }
        return lingering.contains { now.uptime < $0.ended + Self.lingeringPatience }
    }

    /// The session ends: what still writes is left to it.
    func leaveLogs() {
        for entry in lingering { try? world.files.scrub(entry.log, values.mask) }
    }
}
