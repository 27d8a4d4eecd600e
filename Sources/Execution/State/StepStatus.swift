/// What is known of one step of a run.
package struct StepStatus: Hashable, Sendable {
    /// The last decision of a plan about it.
    package struct Plan: Hashable, Sendable {
        package var decision: Decision.Kind
        package var reason: String
    }

    package var state = StepState.pending
    /// Why it is in this state; for `waiting` the question.
    package var reason = ""
    package var plan: Plan?
    /// All attempts, oldest first, undo attempts among them.
    package var attempts: [Attempt] = []
    /// Gates in the order in which they were first asked.
    package var gates: [GateStatus] = []
    /// Sorted by name; kept through a later failed attempt until the step is done anew.
    package var outputs: [Output] = []
    /// Sealed outputs that others took the place of, oldest first, the newest 16: something that saw one may still run.
    package var earlierSecrets: [[UInt8]] = []
    /// What the last result that counts as done stands for.
    package var fingerprint: Fingerprint?
    /// The service's process, while it is not known to have ended.
    package var process: Handle?
    /// A `confirm` was answered with yes.
    package var isApproved = false
    /// A person said that it did complete, and it has not begun or been taken down since.
    package var isAccepted = false
    /// The file that a person accepted in place of the one that was written, until it is written anew.
    package var acceptedFile: FileMark?
    /// An edit of it, or of what it needs, was planned to be carried out and has not been yet.
    package var isDue = false
    package var words: [OperatorAction] = []
    /// Seconds since 1970 of the last change of state.
    package var changed: Double = 0
    /// Seconds since 1970 at which the last attempt began.
    package var startedAt: Double?
    package var finishedAt: Double?
    package var seconds: Double = 0
    package var gateSeconds: Double = 0
    package var exit: Exit?
    /// Rank of its completion within the run, from 1; 0 when it never finished.
    package var rank = 0

    package init() {}
}

/// One attempt at a body or an undo.
package struct Attempt: Hashable, Sendable {
    package var number: Int
    package var role: Role
    package var fingerprint: Fingerprint
    package var log: String
    /// Of a `file:` step: where it writes, and what was there.
    package var file: FileIntent?
    /// Index of the session (from 1) that made it.
    package var session: Int
    package var intendedAt: Double
    /// What it ran as; nil where its start was never confirmed.
    package var handle: Handle?
    package var startedAt: Double?
    package var endedAt: Double?
    package var exit: Exit?
    package var reason = ""
    /// What it handed on is stored as what the step hands on.
    package var isStored = false
    /// What it handed on well though it does not count: an `accept` makes it count.
    package var kept: [Output] = []
    /// The body ended well and its outputs are stored: only its gates are open.
    package var hasSucceeded = false
    /// A result was recorded for it or after it, and nothing has been asked about it since.
    package var isFinished = false
    /// What came of it does not count any more: a person decided about the step, or it was taken down.
    package var isVoid = false
    /// It was taken down since.
    package var isUndone = false
    /// Regular expressions that its log was found to match: that stays so, whatever becomes of the log.
    package var shown: Set<String> = []

    /// Nothing that came of it is stored yet, and something still may be.
    package var isOpen: Bool { !isFinished && !isVoid && endedAt == nil }
}

/// What is known of one gate of a step.
package struct GateStatus: Hashable, Sendable {
    /// One change of a gate's answer.
    package struct Change: Hashable, Sendable {
        package var time: Double
        package var answer: Answer
        package var probes: Int
    }

    package var label: String
    /// The newest 200 changes.
    package var history: [Change] = []
    package var last: Answer? { history.last?.answer }
    package var probes: Int { history.last?.probes ?? 0 }
}

extension StepStatus {
    /// The newest attempt at the body.
    package var lastBody: Attempt? { attempts.last { $0.role == .body } }
    package var lastAttempt: Attempt? { attempts.last }
    /// What would count if a person said that the newest attempt did complete: what it handed on well, and for the
    /// rest what was there before.
    package var acceptable: [Output] {
        guard let kept = standingBody?.kept, !kept.isEmpty else { return outputs }
        let names = Set(kept.map(\.name))
        return (kept + outputs.filter { !names.contains($0.name) }).sorted { $0.name < $1.name }
    }

    /// The newest attempt of which something may still follow.
    package var standingAttempt: Attempt? { attempts.last.flatMap { $0.isVoid ? nil : $0 } }
    /// The newest attempt at the body of which something may still follow.
    package var standingBody: Attempt? { lastBody.flatMap { $0.isVoid ? nil : $0 } }

    /// Taking it down was begun, and has come to no end.
    package var isBeingTakenDown: Bool { standingAttempt?.role == .undo && state != .undone }

    /// It has a result, or an attempt that may still come to one: an edit of what it needs concerns it. What never ran,
    /// or only failed, runs anyway, and nothing that is done was made from it.
    package var hasStanding: Bool {
        fingerprint != nil || standingBody.map { !$0.isFinished || $0.hasSucceeded } ?? false
    }

    mutating func become(_ state: StepState, _ time: Double) {
        self.state = state
        changed = time
    }

    mutating func planned(_ decision: Decision.Kind, _ reason: String) {
        plan = Plan(decision: decision, reason: reason)
        if decision == .rerun { isDue = true }
    }

    mutating func intend(_ intent: Intent, session: Int, time: Double) {
        become(intent.state, time)
        reason = ""
        if intent.role == .body {
            isDue = false
            isAccepted = false
            acceptedFile = nil
            // That of an attempt before is gone; this one's may never be known.
            process = nil
        }
        startedAt = time
        attempts.append(
            Attempt(
                number: intent.attempt, role: intent.role, fingerprint: intent.fingerprint, log: intent.log,
                file: intent.file, session: session, intendedAt: time))
    }

    mutating func withdraw(_ attempt: Int, _ reason: String, _ time: Double) {
        guard let last = attempts.last, last.number == attempt, last.handle == nil else { return }
        attempts.removeLast()
        become(.ready, time)
        self.reason = reason
        startedAt = nil
    }

    mutating func started(_ attempt: Int, _ handle: Handle, _ time: Double) {
        guard let index = attempts.lastIndex(where: { $0.number == attempt }) else { return }
        attempts[index].handle = handle
        attempts[index].startedAt = attempts[index].startedAt ?? time
        switch state {
        case .gating, .done, .lapsed: break
        case .ready:
            startedAt = time
            become(.running, time)
        default: become(.running, time)
        }
        if attempts[index].role == .body { process = handle }
    }

    mutating func ended(_ attempt: Int, _ exit: Exit, _ reason: String, _ outputs: [Output], _ time: Double) {
        guard let index = attempts.lastIndex(where: { $0.number == attempt }) else { return }
        attempts[index].endedAt = time
        attempts[index].exit = exit
        attempts[index].reason = reason
        attempts[index].hasSucceeded = false
        self.exit = exit
        if attempts[index].role == .body { process = nil }
        guard exit.isSuccess, !outputs.isEmpty else { return }
        attempts[index].isStored = true
        replaceOutputs(outputs)
    }

    mutating func keep(_ outputs: [Output], of attempt: Int) {
        guard let index = attempts.lastIndex(where: { $0.number == attempt && $0.role == .body }) else { return }
        attempts[index].kept = outputs
    }

    private mutating func replaceOutputs(_ outputs: [Output]) {
        for case .sealed(let bytes) in self.outputs.map(\.value)
        where !outputs.contains(where: { $0.value == .sealed(bytes) }) {
            earlierSecrets.append(bytes)
        }
        earlierSecrets.removeFirst(max(0, earlierSecrets.count - 16))
        self.outputs = outputs
    }

    mutating func beginGating(_ attempt: Int, _ time: Double) {
        become(.gating, time)
        gates = []
        guard let index = attempts.lastIndex(where: { $0.number == attempt }) else { return }
        attempts[index].hasSucceeded = attempts[index].exit?.isSuccess == true
        attempts[index].isFinished = false
    }

    mutating func probed(_ gate: String, _ answer: Answer, _ probes: Int, _ time: Double) {
        let change = GateStatus.Change(time: time, answer: answer, probes: probes)
        if let shown = answer.shown, let body = attempts.lastIndex(where: { $0.role == .body }) {
            attempts[body].shown.insert(shown)
        }
        guard let index = gates.firstIndex(where: { $0.label == gate }) else {
            gates.append(GateStatus(label: gate, history: [change]))
            return
        }
        gates[index].history.append(change)
        if gates[index].history.count > 200 { gates[index].history.removeFirst() }
    }

    mutating func finish(_ result: Result, rank: Int, time: Double) {
        become(result.state, time)
        reason = result.reason
        finishedAt = time
        seconds = result.seconds
        gateSeconds = result.gateSeconds
        exit = result.exit
        self.rank = rank
        if let fingerprint = result.fingerprint { self.fingerprint = fingerprint }
        if !result.outputs.isEmpty { replaceOutputs(result.outputs) }
        if result.state == .undone {
            replaceOutputs([])
            fingerprint = nil
            process = nil
            isApproved = false
            isAccepted = false
            acceptedFile = nil
        }
        switch result.state {
        case .satisfied, .skipped, .undone: isDue = false
        case .done where result.attempt == 0: isDue = false
        default: break
        }
        if result.attempt == 0, result.state == .done || result.state == .satisfied {
            // Whatever came of them, it is there.
            for index in attempts.indices { attempts[index].isFinished = true }
        }
        if let index = attempts.lastIndex(where: { $0.number == result.attempt }) {
            attempts[index].isFinished = true
            attempts[index].reason = result.reason
            if !result.outputs.isEmpty { attempts[index].isStored = true }
            if let exit = result.exit {
                attempts[index].exit = exit
                attempts[index].endedAt = attempts[index].endedAt ?? time
                if attempts[index].role == .body { process = nil }
            }
        }
        if result.state == .undone {
            voidAttempts()
            for index in attempts.indices { attempts[index].isUndone = true }
        }
    }

    mutating func serviceEnded(_ exit: Exit, _ time: Double) {
        process = nil
        self.exit = exit
        become(.lapsed, time)
        reason = "service ended (\(exit))"
        if let index = attempts.lastIndex(where: { $0.role == .body }) {
            attempts[index].exit = exit
            attempts[index].endedAt = time
        }
    }

    mutating func hear(_ word: OperatorAction, _ time: Double) {
        words.append(word)
        switch word.kind {
        case .approve: isApproved = true
        case .accept:
            if let fingerprint = word.fingerprint { self.fingerprint = fingerprint }
            if !word.outputs.isEmpty { replaceOutputs(word.outputs) }
            if let file = word.file { acceptedFile = file }
            isDue = false
            switch state {
            case .uncertain, .failed, .interrupted:
                become(.done, time)
                finishedAt = time
                reason = "accepted by \(word.user)"
                isAccepted = true
                voidAttempts()
            default: break
            }
        case .reset:
            become(.pending, time)
            // The fingerprint stays: an edit since then still concerns what is downstream.
            reason = "reset by \(word.user)"
            isApproved = false
            isAccepted = false
            isDue = false
            voidAttempts()
        }
    }

    private mutating func voidAttempts() {
        for index in attempts.indices { attempts[index].isVoid = true }
    }
}
