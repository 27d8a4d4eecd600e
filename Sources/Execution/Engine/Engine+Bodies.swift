import DAG
import Model

extension Engine {
    /// Everything before the body is settled: the intent to start an attempt goes to the journal.
    ///
    /// - Parameter isAhead: the step has no slot yet, and starts when it gets one.
    func startBody(_ index: Int, isAhead: Bool = false) {
        // Something it needs may have gone while questions were asked about it.
        guard schedule.isMet(index) else { return requeue(index) }
        let step = runbook.steps[index]
        work[index].isResolving = false
        work[index].isInherited = false
        let fingerprint: Fingerprint
        do {
            guard let known = try fingerprinter.fingerprint(index) else {
                return finish(index, .failed, reason: "an output that it names is not known")
            }
            fingerprint = known
        } catch {
            return finish(index, .failed, reason: error.message)
        }
        work[index].fingerprint = fingerprint
        if case .script = step.kind, step.isBodyEmpty { return bodyless(index) }

        let attempt = (status(index).attempts.last?.number ?? 0) + 1
        do { try prepareOutputs(index, attempt: attempt) } catch {
            work[index].attempt = 0
            return finish(index, .failed, reason: "not started: \(error.message)")
        }
        work[index].attempt = attempt
        work[index].endReason = nil
        work[index].exit = nil
        let effect: Effect
        var fileIntent: FileIntent?
        do throws(ValueError) {
            switch step.kind {
            case .script:
                let launch = try builder.body(index, attempt: attempt)
                effect = isAhead ? .prepared(launch) : .launch(launch)
            case .file(let file):
                let request = try values.request(file, of: step, in: runbook.scopes[step.scope])
                fileIntent = try self.fileIntent(request)
                effect = .write(step: index, request)
            }
        } catch {
            return finish(index, .failed, reason: error.message)
        }
        work[index].phase = .intending
        scrubEarlier(index)
        invalidateDownstream(from: index, fingerprint)
        let definition = fingerprinter.definition(index)
        let log = world.files.log(step: step.id, role: .body, attempt: attempt)
        emit(
            .intended(
                step: step.id,
                Intent(role: .body, attempt: attempt, fingerprint: fingerprint, log: log, file: fileIntent)),
            definition: knownDefinitions.insert(definition.digest).inserted ? definition : nil)
        outbox.afterwards(effect)
    }

    /// A step without a body counts as done once its question is answered and its gates hold.
    private func bodyless(_ index: Int) {
        releaseSlot(index)
        work[index].attempt = 0
        work[index].bodySeconds = 0
        startGating(index, .bringUp, from: now.uptime)
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
                guard decisions[next] != .skip, seen.insert(next).inserted else { continue }
                stack.append(next)
                let reason = "upstream \(id(current)) runs again"
                switch decisions[next] {
                case .recheck, .resumeGates:
                    lightCount -= 1
                    decisions[next] = .rerun
                    work[next].startOver()
                case .adopt, .resolve:
                    guard work[next].isInherited, !work[next].isOutdated else { continue }
                    work[next].isOutdated = true
                case .run where status(next).hasStanding: decisions[next] = .rerun
                default: continue
                }
                emit(.planned(step: id(next), decision: Decision.rerun.word, reason: reason))
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
                work[launch.key.step].phase = .prepared
                prepared.append(launch)
                capacityChanged = true
            case .question(let launch): perform(question: launch)
            case .remove(let path): world.files.remove(path)
            case .seal(let index, let attempt): sealOutputs(index, attempt: attempt)
            case .write(let index, let request): write(index, request)
            case .putBack(let index): putBack(index)
            }
        }
    }

    func start(_ launch: Launch) {
        let index = launch.key.step
        if let reason = heldBack(launch.key.role) { return finish(index, .interrupted, reason: reason) }
        guard schedule.isMet(index) else { return withdraw(launch) }
        let identity: ProcessIdentity
        do {
            identity = try world.runner.start(launch)
        } catch {
            return launchFailed(launch, error)
        }
        work[index].bodyStart = now.uptime
        work[index].phase = .body
        emit(.started(step: id(index), attempt: launch.key.attempt, identity))
        let step = runbook.steps[index]
        if work[index].isUndoing {
            let limit = step.undo?.timeout ?? step.timeout
            if let limit { self.limit(launch.key, to: limit.inSeconds) }
        } else if step.isService {
            releaseSlot(index)
            startGating(index, .bringUp, from: now.uptime)
        } else if let timeout = step.timeout {
            limit(launch.key, to: timeout.inSeconds)
        }
    }

    /// Why what was intended does not start after all: another step may have failed since, before this one's turn came.
    private func heldBack(_ role: Role) -> String? {
        switch stopping {
        case .no: nil
        case .failFast: role == .body ? "not started: another step failed" : nil
        case .interrupted, .killed: "interrupted before it started"
        }
    }

    private func launchFailed(_ launch: Launch, _ error: LaunchError) {
        let index = launch.key.step
        // There was a process for a moment: what it did is not known.
        if error.hasBegun, runbook.steps[index].isOnce, launch.key.role == .body {
            hasAsked = true
            return finish(index, .uncertain, exit: .unknown, reason: "uncertain: \(error.message)")
        }
        if !postpone(index, error) { finish(index, .failed, reason: error.message) }
    }

    /// Want of processes, descriptors or memory passes; others running may give some back.
    ///
    /// - Returns: false when waiting would not help.
    func postpone(_ index: Int, _ error: LaunchError) -> Bool {
        work[index].postponed += 1
        guard error.isTemporary, work[index].postponed <= 10, slots.used > 1 else { return false }
        release(index)
        work[index].phase = .pausing
        timers.push(.retry(step: index, attempt: work[index].attempt), at: now.uptime + 0.5)
        return true
    }

    private func write(_ index: Int, _ request: FileRequest) {
        if let reason = heldBack(.body) { return finish(index, .interrupted, reason: reason) }
        guard schedule.isMet(index) else { return requeue(index) }
        work[index].bodyStart = now.uptime
        do {
            let account = try world.files.write(request)
            now = world.inbox.now
            work[index].bodySeconds = max(0, now.uptime - work[index].bodyStart)
            work[index].exit = .status(0)
            bodySucceeded(index, outputs: [], reason: account)
        } catch {
            now = world.inbox.now
            finish(index, .failed, reason: error.message)
        }
    }

    // MARK: - The end of a process

    func ended(_ key: ProcessKey, _ exit: Exit) {
        let index = key.step
        switch key.role {
        case .when, .check, .secret: questionEnded(index, key.role, exit)
        case .body, .undo:
            if goesOnInBackground(key, exit) { return }
            if work[index].phase == .clearing, work[index].clearing == key {
                work[index].phase = .idle
                cleared(index)
            } else if key.role == .undo {
                if work[index].phase == .body, key.attempt == work[index].attempt { undoEnded(index, exit) }
            } else if work[index].isUp {
                serviceLapsed(index, exit)
            } else if work[index].phase == .body, key.attempt == work[index].attempt {
                let known = exit == .unknown ? leftExit(index, key.attempt) ?? .unknown : exit
                work[index].bodySeconds = max(0, now.uptime - work[index].bodyStart)
                adoptedOrOwnEnded(index, known)
            }
        case .gate: break
        }
    }

    private func adoptedOrOwnEnded(_ index: Int, _ exit: Exit) {
        guard work[index].isInherited, !runbook.steps[index].isService else { return bodyEnded(index, exit) }
        guard work[index].isInterrupted else { return resolve(index, exit: exit) }
        guard exit.isSuccess, (try? builder.missingSecret(index)) != nil else { return bodyEnded(index, exit) }
        // No secret can be fetched any more to free its log of: that and the rest is left to the next session.
        work[index].isResolving = true
        putAside(index, reason: "interrupted before it was known what came of it")
    }

    /// The status a shell body left behind for whoever adopts it.
    func leftExit(_ index: Int, _ attempt: Int) -> Exit? {
        let step = id(index)
        return world.files.exits().last { $0.step == step && $0.attempt == attempt }.map { .status($0.status) }
    }

    private func cleared(_ index: Int) {
        if work[index].isInterrupted { return finish(index, .interrupted, reason: "interrupted") }
        proceed(index)
    }

    func bodyEnded(_ index: Int, _ exit: Exit) {
        let step = runbook.steps[index]
        gateScheduler.cancel(index)
        work[index].exit = exit
        if let reason = work[index].endReason {
            return attemptFailed(index, exit, reason: reason)
        }
        if step.isService {
            return attemptFailed(index, exit, reason: "the service ended (\(exit)) before its gates held")
        }
        if !exit.isSuccess, work[index].isInterrupted {
            return finish(index, .interrupted, exit: exit, reason: "interrupted")
        }
        if exit == .unknown { return resolve(index, exit: exit) }
        guard exit.isSuccess else { return attemptFailed(index, exit, reason: "\(exit)") }
        do {
            bodySucceeded(index, outputs: try readOutputs(index), reason: "")
        } catch {
            // Nobody was there when it ended: what it wrote may have been lost since.
            if work[index].isResolving { return unsettled(index) }
            attemptFailed(index, exit, reason: error.message)
        }
    }

    func bodySucceeded(_ index: Int, outputs: [Output], reason: String) {
        releaseSlot(index)
        values.set(outputs, of: id(index))
        guard !runbook.steps[index].gates.isEmpty else {
            return finish(index, .done, exit: work[index].exit, reason: reason, outputs: outputs)
        }
        emit(
            .attemptEnded(
                step: id(index), attempt: work[index].attempt, work[index].exit ?? .status(0), reason: reason,
                outputs: outputs))
        scrub(index)
        startGating(index, .bringUp, from: now.uptime)
    }

    /// An attempt failed: end what it left running, then try again or fail.
    func attemptFailed(_ index: Int, _ exit: Exit, reason: String) {
        let step = runbook.steps[index]
        world.runner.terminate(
            ProcessKey(step: index, role: .body, attempt: work[index].attempt), grace: options.grace)
        work[index].failures += 1
        let failures = work[index].failures
        guard failures <= step.retries.count, stopping == .no, mayRetry(step, exit) else {
            if work[index].isInterrupted {
                return finish(index, .interrupted, exit: exit, reason: "interrupted")
            }
            let count = step.retries.count > 0 && failures > 1 ? "\(reason), after \(failures) attempts" : reason
            return finish(index, .failed, exit: exit, reason: count)
        }
        release(index)
        keepOutputs(index)
        let pause = Backoff.pause(step.retries, failures: failures, random: Double.random(in: 0..<1, using: &random))
        emit(
            .attemptEnded(
                step: step.id, attempt: work[index].attempt, exit,
                reason: "\(reason), again in \(SpanText.short(pause))", outputs: []))
        scrub(index)
        work[index].phase = .pausing
        timers.push(.retry(step: index, attempt: work[index].attempt), at: now.uptime + pause)
    }

    private func mayRetry(_ step: Step, _ exit: Exit) -> Bool {
        guard !step.retries.statuses.isEmpty else { return !step.isOnce }
        guard case .status(let status) = exit else { return false }
        return step.retries.statuses.contains(status)
    }

    /// The pause is over: back into the queue for a slot.
    func retryDue(_ index: Int, attempt: Int) {
        guard work[index].phase == .pausing, work[index].attempt == attempt else { return }
        work[index].phase = .idle
        if !work[index].isUndoing { decisions[index] = decisions[index] == .rerun ? .rerun : .run }
        activeCount -= 1
        giveBack(index)
    }

    /// The process is to be ended after so many seconds in which the machine is awake. That this executor alone was
    /// stopped meanwhile does not count for it: the process ran on.
    func limit(_ key: ProcessKey, to seconds: Double) {
        timers.push(.limit(key, awake: now.awake + seconds), at: now.uptime + seconds)
    }

    /// A process has used up its time.
    func limitReached(_ key: ProcessKey) {
        let index = key.step
        switch key.role {
        case .body, .undo:
            guard work[index].phase == .body, work[index].attempt == key.attempt, !work[index].isUp else { return }
            let step = runbook.steps[index]
            let limit = (key.role == .undo ? step.undo?.timeout : nil) ?? step.timeout ?? .zero
            work[index].endReason = "timed out after \(SpanText.short(limit.inSeconds))"
            world.runner.terminate(key, grace: options.grace)
        case .when, .check, .secret:
            guard work[index].phase == .asking(key.role) else { return }
            work[index].endReason =
                "\(key.role.word): no answer within \(SpanText.short(questionLimit(index, key.role)))"
            world.runner.kill(key)
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
