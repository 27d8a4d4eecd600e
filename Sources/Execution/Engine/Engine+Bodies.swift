import DAG
import Model

extension Engine {
    /// Everything before the body is settled: the intent to start an attempt goes to the journal.
    func startBody(_ index: Int) { startBody(index, isAhead: false) }

    /// - Parameter isAhead: the step has no slot yet, and starts when it gets one.
    func startBody(_ index: Int, isAhead: Bool) {
        // Something it needs may have gone while questions were asked about it.
        guard schedule.isMet(index) else { return change(index) { $0.requeue() } }
        let step = runbook.steps[index]
        let number = (status(index).attempts.last?.number ?? 0) + 1
        runs.change(index) { $0.beginsBody() }
        let effect: Effect
        var fileIntent: FileIntent?
        let fingerprint: Fingerprint
        do throws(ValueError) {
            guard let known = try fingerprinter.fingerprint(index) else {
                return fail(index, "an output that it names is not known")
            }
            fingerprint = known
            runs.change(index) { $0.attempt.fingerprint = known }
            if case .script = step.kind, step.isBodyEmpty {
                let facts = facts(index)
                return change(index) { $0.hasNoBody(facts) }
            }
            do { try prepareOutputs(index) } catch {
                runs.change(index) { $0.attempt.number = 0 }
                return fail(index, "not started: \(error.message)")
            }
            runs.change(index) { $0.isNumbered(number) }
            switch step.kind {
            case .script:
                let launch = try builder.body(index, attempt: number)
                effect = isAhead ? .prepared(launch) : .launch(launch)
            case .file(let file):
                let request = try values.request(file, of: step, in: runbook.scopes[step.scope])
                fileIntent = try self.fileIntent(request)
                effect = .write(step: index, request)
            }
        } catch {
            return fail(index, error.message)
        }
        runs.change(index) { $0.intends(isAhead: isAhead) }
        invalidateDownstream(from: index, fingerprint)
        let definition = fingerprinter.definition(index)
        let log = world.files.log(step: step.id, role: .body, attempt: number)
        emit(
            .intended(
                step: step.id,
                Intent(role: .body, attempt: number, fingerprint: fingerprint, log: log, file: fileIntent)),
            definition: knownDefinitions.insert(definition.digest).inserted ? definition : nil)
        outbox.afterwards(effect)
    }

    /// The step stands for something else than before: everything downstream that has a result runs again as well.
    /// Once steps do not, and let nothing through.
    private func invalidateDownstream(from start: Int, _ fingerprint: Fingerprint) {
        guard !runbook.steps[start].isOnce, let earlier = status(start).fingerprint, earlier != fingerprint else {
            return
        }
        var stack = [start]
        var seen: Set<Int> = [start]
        while let current = stack.popLast() {
            for next in runbook.graph.successors(of: current) where !runbook.steps[next].isOnce {
                guard runs[next].decision != .skip, seen.insert(next).inserted else { continue }
                stack.append(next)
                switch runs[next].decision {
                case .recheck, .resumeGates:
                    light.remove(next)
                    runs.change(next) { $0.forget(.rerun) }
                case .adopt, .resolve:
                    guard runs.change(next, { $0.becomesOutdated() }) else { continue }
                case .run where status(next).hasStanding: runs.change(next) { $0.decision = .rerun }
                default: continue
                }
                emit(
                    .planned(
                        step: id(next), decision: .rerun, reason: "upstream \(id(current)) runs again"))
            }
        }
    }

    /// Does what was waiting for what is on disk now.
    func perform(_ effects: [Effect]) {
        for effect in effects {
            now = world.inbox.now
            switch effect {
            case .launch(let launch): start(launch)
            case .prepared(let launch):
                runs.change(launch.key.step) { $0.isAhead() }
                prepared.append(launch)
                capacityChanged = true
            case .question(let launch): perform(question: launch)
            case .discard(let attempt): world.machine.discard(attempt)
            case .remove(let path): world.files.remove(path)
            case .write(let index, let request): write(index, request)
            case .putBack(let index): putBack(index)
            }
        }
    }

    /// What the step was about to do does not happen, or not now.
    func isHeldBack(_ index: Int) -> Bool {
        let facts = facts(index)
        let isMet = schedule.isMet(index)
        guard let actions = runs.change(index, { $0.heldBack(facts, isMet: isMet) }) else { return false }
        change(index) { _ in actions }
        return true
    }

    func start(_ launch: Launch) {
        let index = launch.key.step
        if isHeldBack(index) { return }
        runs.change(index) { $0.starts() }
        world.machine.start(launch)
    }

    private func write(_ index: Int, _ request: FileRequest) {
        if isHeldBack(index) { return }
        let facts = facts(index)
        runs.change(index) { $0.writes(facts) }
        world.machine.write(request, as: runs[index].key(index))
    }

    func wrote(_ key: ProcessKey, _ result: Swift.Result<String, FileError>) {
        guard runs[key.step].attempt.number == key.attempt else { return }
        let facts = facts(key.step)
        switch result {
        case .success(let account): change(key.step) { $0.wrote(account, facts) }
        case .failure(let error): change(key.step) { $0.notWritten(error.message) }
        }
    }

    // MARK: - The end of a process

    func ended(_ key: ProcessKey, _ exit: Exit) {
        let facts = facts(key.step)
        change(key.step) {
            $0.ended(key, exit, facts, isSecretMissing: (try? self.builder.missingSecret(key.step)) != nil)
        }
    }

    /// The next attempt waits a while.
    func pause(_ index: Int, _ exit: Exit, because reason: String) {
        let step = runbook.steps[index]
        let attempt = runs[index].attempt
        let pause = Backoff.pause(
            step.retries, failures: attempt.failures, random: Double.random(in: 0..<1, using: &random))
        emit(
            .attemptEnded(
                step: step.id, attempt: attempt.number, exit,
                reason: "\(reason), again in \(SpanText.short(pause))", outputs: []))
        timers.push(.retry(step: index, attempt: attempt.number), at: now.uptime + pause)
    }

    // MARK: - Limits

    /// The process is to be ended after so many seconds in which the machine is awake. That this executor alone was
    /// stopped meanwhile does not count for it: the process ran on.
    func limit(_ key: ProcessKey, to seconds: Double) {
        timers.push(.limit(key, awake: now.awake + seconds), at: now.uptime + seconds)
    }

    func limitBody(_ key: ProcessKey) {
        if let limit = bodyLimit(key) { self.limit(key, to: limit.inSeconds) }
    }

    func bodyLimit(_ key: ProcessKey) -> Duration? {
        let step = runbook.steps[key.step]
        return (key.role == .undo ? step.undo?.timeout : nil) ?? step.timeout
    }

    /// What is left of the limit of a process that an earlier executor started; at least a second. By the clock that
    /// does not jump: the process is of this boot.
    func limitAdopted(_ key: ProcessKey, _ handle: Handle) {
        guard let limit = bodyLimit(key) else { return }
        let ran = handle.process.map { max(0, now.uptime - $0.startTime) } ?? 0
        self.limit(key, to: max(1, limit.inSeconds - ran))
    }

    /// A process has used up its time.
    func limitReached(_ key: ProcessKey) {
        switch key.role {
        case .body, .undo:
            let limit = SpanText.short((bodyLimit(key) ?? .zero).inSeconds)
            change(key.step) { $0.limitReached(key, "timed out after \(limit)") }
        case .when, .check, .secret: questionLate(key)
        case .gate: break
        }
    }
}

extension Role {
    /// One word for output.
    package var word: String {
        switch self {
        case .body: "body"
        case .undo: "undo"
        case .when: "when"
        case .check: "check"
        case .gate: "gate"
        case .secret: "secret"
        }
    }
}

extension Step {
    /// Nothing but white space stands in the body.
    package var isBodyEmpty: Bool { body.utf8.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D } }
}
