package import Model

/// Asks the gates of many steps: sends probes when they are due and turns answers into findings.
///
/// Owned by the thread of the loop that uses it; `command` gates run as processes, the rest goes to the prober.
package final class GateScheduler {
    /// What came out of an occurrence or of time passing.
    package enum Finding: Hashable, Sendable {
        /// The answer of a gate changed.
        case changed(step: Int, gate: Int, Answer, probes: Int)
        /// Every gate of the step holds.
        case held(step: Int)
        /// A gate did not hold in time; asking of this step has ended.
        case failed(step: Int, reason: String)
    }

    /// How the gates of a step are asked.
    package struct GatePolicy: Sendable {
        /// Replace each gate's own patience and stability, in seconds.
        package var within: Double?
        package var stable: Double?
        /// Leave out `process` gates: the step has no process of ours.
        package var ignoresProcess = false

        package init() {}

        /// One look: does it hold now? A gate is asked again for up to three seconds before it counts as lapsed.
        package static var look: GatePolicy {
            var manner = GatePolicy()
            manner.within = 3
            manner.stable = 0
            return manner
        }
    }

    struct Entry {
        var trackers: [GateTracker]
        var open: Int
    }

    struct Due: Sendable {
        var step: Int
        var gate: Int
        var generation: Int
    }

    /// Most command gates that run at once; others wait 50 ms and try again. Their time counts from their start: a
    /// hundred that are started together would take it from each other.
    package static let commandLimit = 24
    /// How long after a deadline an answer still on its way is waited for. Probes are cut at the deadline, so that this
    /// only catches a prober that does not answer; one that judges a hundred answers on a busy machine takes its time.
    static let lateness = 5.0
    /// Called later than this, in seconds, the scheduler has lost time (`catchUp`); a busy machine is not that late.
    package static let stall = 1.0

    private let runbook: Runbook
    private let prober: any GateProber
    let machine: any Machine
    private let builder: LaunchBuilder
    let values: Values
    var entries: [Int: Entry] = [:]
    var times = TimeHeap<Due>()
    var generations: [Int: Int] = [:]
    /// When a command gate that has not answered is killed.
    var limits = TimeHeap<ProcessKey>()
    var commands: Set<ProcessKey> = []
    /// Those that were killed because their time was up.
    private var overdue: Set<ProcessKey> = []
    /// What commands printed whose output is being searched.
    private var printed: [ProbeKey: String] = [:]
    /// Probes that wait for a secret of their step, by the command that fetches it.
    var fetching: [ProcessKey: [Due]] = [:]
    /// Answers `process` gates.
    package var isProcessAlive: (Int) -> Bool = { _ in false }
    /// Path of the log that `log` gates of a step read.
    package var log: (Int) -> String? = { _ in nil }
    /// Regular expressions that the log of this life of a step is known to have matched.
    package var shown: (Int) -> Set<String> = { _ in [] }
    /// The life of a service that a port should belong to; nil where whoever listens is believed.
    package var service: (Int) -> ServiceLife? = { _ in nil }

    package init(
        runbook: Runbook, prober: any GateProber, machine: any Machine, builder: LaunchBuilder, values: Values
    ) {
        self.runbook = runbook
        self.prober = prober
        self.machine = machine
        self.builder = builder
        self.values = values
    }

    package var nextDeadline: Double? { [times.earliest, limits.earliest].compactMap(\.self).min() }
    package var isIdle: Bool { entries.isEmpty }

    /// Starts asking the gates of a step.
    ///
    /// - Returns: false when it has none to ask.
    package func begin(_ step: Int, manner: GatePolicy, now: Double) -> Bool {
        cancel(step)
        var trackers: [GateTracker] = []
        for gate in runbook.steps[step].gates {
            if manner.ignoresProcess, case .process = gate.question { continue }
            trackers.append(
                GateTracker(
                    gate: gate, now: now, within: manner.within.map { min($0, gate.within.inSeconds) },
                    stable: manner.stable))
        }
        guard !trackers.isEmpty else { return false }
        entries[step] = Entry(trackers: trackers, open: trackers.count)
        let generation = generations[step, default: 0]
        for (gate, tracker) in trackers.enumerated() {
            times.push(Due(step: step, gate: gate, generation: generation), at: now)
            // At the deadline itself nothing is due, but being called much later than that is noticed (`catchUp`).
            times.push(Due(step: step, gate: gate, generation: generation), at: tracker.deadline)
            times.push(Due(step: step, gate: gate, generation: generation), at: tracker.deadline + Self.lateness)
        }
        return true
    }

    /// Stops asking; nothing more is found about this step.
    package func cancel(_ step: Int) {
        defer { generations[step, default: 0] += 1 }
        guard let entry = entries.removeValue(forKey: step) else { return }
        for (gate, tracker) in entry.trackers.enumerated() where tracker.outcome == .asking && tracker.next == nil {
            abandon(step: step, gate: gate, tracker)
        }
    }

    func abandon(step: Int, gate: Int, _ tracker: GateTracker) {
        if case .command = tracker.gate.question {
            let key = ProcessKey(step: step, role: .gate(gate), attempt: serial(step, tracker))
            overdue.remove(key)
            if commands.remove(key) != nil { return machine.kill(key) }
        }
        let key = ProbeKey(step: step, gate: gate, serial: serial(step, tracker))
        printed[key] = nil
        prober.cancel(key)
    }

    /// Sends what is due and gives up on what is overdue.
    package func advance(now: Double) -> [Finding] {
        catchUp(now)
        var findings: [Finding] = []
        while let due = times.pop(dueAt: now) {
            guard due.generation == generations[due.step, default: 0], var entry = entries[due.step] else { continue }
            let tracker = entry.trackers[due.gate]
            guard tracker.outcome == .asking else { continue }
            let end = tracker.end(at: now)
            if now >= end + Self.lateness {
                if tracker.next == nil { abandon(step: due.step, gate: due.gate, tracker) }
                entry.trackers[due.gate].expire(at: now)
                entries[due.step] = entry
                findings += fail(due.step, due.gate, entry.trackers[due.gate], now)
            } else {
                if now >= tracker.deadline + Self.lateness { times.push(due, at: end + Self.lateness) }
                if let next = tracker.next, next <= now { findings += send(due, now: now) }
            }
        }
        while let key = limits.pop(dueAt: now) {
            if commands.contains(key) { overrun(key) }
        }
        return findings
    }

    /// A command has used its time up.
    func overrun(_ key: ProcessKey) {
        overdue.insert(key)
        machine.kill(key)
    }

    /// Handles the answer of a probe or the end of a command gate; nil when the occurrence is none of these.
    package func handle(_ occurrence: Occurrence, now: Double) -> [Finding]? {
        catchUp(now)
        switch occurrence {
        case .probed(let key, var answer):
            let printed = printed.removeValue(forKey: key) ?? ""
            if !answer.holds { answer.output = printed }
            guard let entry = entries[key.step], entry.trackers.indices.contains(key.gate),
                key.serial == serial(key.step, entry.trackers[key.gate].serial)
            else { return [] }
            return answered(key.step, key.gate, answer, now)
        case .notStarted(let key, let error): return notStarted(key, error, now)
        case .answered(let key, let exit, let capture):
            if case .secret(let position) = key.role, key.attempt == Self.secretAttempt {
                return fetched(key, position, exit, capture, now)
            }
            guard case .gate(let gate) = key.role else { return nil }
            let isOverdue = overdue.remove(key) != nil
            guard commands.remove(key) != nil, let entry = entries[key.step], entry.trackers.indices.contains(gate),
                key.attempt == serial(key.step, entry.trackers[gate])
            else { return [] }
            let tracker = entry.trackers[gate]
            guard let answer = answer(tracker, exit, isOverdue: isOverdue, capture, key) else { return [] }
            return answered(key.step, gate, answer, now)
        case .unstopped(let key, let remnants):
            guard let dues = takeWaiting(for: key) else { return nil }
            return unstopped(key, dues, remnants)
        default: return nil
        }
    }

    func answered(_ step: Int, _ gate: Int, _ answer: Answer, _ now: Double) -> [Finding] {
        // Taken out, so that it is changed in place: gates by the thousand answer every second.
        guard entries[step]?.trackers[gate].outcome == .asking, var entry = entries.removeValue(forKey: step)
        else { return [] }
        var masked = answer
        masked.text = values.mask.mask(answer.text)
        if answer.holds, case .log(let pattern) = entry.trackers[gate].gate.question { masked.shown = pattern }
        let isChange = entry.trackers[gate].answered(masked, at: now)
        entries[step] = entry
        let tracker = entry.trackers[gate]
        var findings: [Finding] = []
        if isChange || tracker.outcome == .held, let last = tracker.last {
            findings.append(.changed(step: step, gate: gate, last, probes: tracker.probes))
        }
        switch tracker.outcome {
        case .asking:
            if let next = tracker.next {
                times.push(Due(step: step, gate: gate, generation: generations[step, default: 0]), at: next)
            }
        case .held:
            entry.open -= 1
            entries[step] = entry
            if entry.open == 0 {
                cancel(step)
                findings.append(.held(step: step))
            }
        case .expired:
            findings += fail(step, gate, tracker, now)
        }
        return findings
    }

    /// The answer that decided, unless that was told just now, and what follows from it.
    private func fail(_ step: Int, _ gate: Int, _ tracker: GateTracker, _ now: Double) -> [Finding] {
        cancel(step)
        let failure = Finding.failed(step: step, reason: values.mask.mask(tracker.failure(at: now)))
        guard let last = tracker.last else { return [failure] }
        return [.changed(step: step, gate: gate, last, probes: tracker.probes), failure]
    }

    private func send(_ due: Due, now: Double) -> [Finding] {
        guard let tracker = entries[due.step]?.trackers[due.gate] else { return [] }
        let gate = tracker.gate
        let timeout = tracker.timeout(at: now)
        let question: Probe
        do {
            question = try gate.question.map { (text: Template) throws(ValueError) -> String in
                try values.resolve(text)
            }
        } catch {
            cancel(due.step)
            return [.failed(step: due.step, reason: "\(gate.label): \(error.message)")]
        }
        if case .command(let command, _) = question {
            guard commands.count < Self.commandLimit else {
                entries[due.step]?.trackers[due.gate].postpone(until: now + 0.05)
                times.push(due, at: now + 0.05)
                return []
            }
            var asked = tracker
            _ = asked.sent(at: now)
            entries[due.step]?.trackers[due.gate] = asked
            return startCommand(due, command: command, tracker: asked, timeout: timeout, now: now)
        }
        guard let number = entries[due.step]?.trackers[due.gate].sent(at: now) else { return [] }
        switch question {
        case .process:
            let alive = isProcessAlive(due.step)
            return answered(due.step, due.gate, Answer(holds: alive, text: alive ? "alive" : "ended"), now)
        case .log(let pattern) where shown(due.step).contains(pattern):
            // It may have been rotated away since.
            return answered(due.step, due.gate, Answer(holds: true, text: "match"), now)
        default: break
        }
        let key = ProbeKey(step: due.step, gate: due.gate, serial: serial(due.step, number))
        prober.probe(question, key: key, timeout: timeout, context: context(of: due.step, for: question))
        return []
    }

    /// What a question of this kind needs to know: finding out takes longer than asking most of them.
    private func context(of index: Int, for question: Probe) -> ProbeContext {
        let step = runbook.steps[index]
        let scope = runbook.scopes[step.scope]
        var context = ProbeContext(
            directory: (try? values.directory(of: step, in: scope)) ?? scope.directory, log: nil)
        switch question {
        case .log: context.log = log(index)
        case .tcp: context.service = service(index)
        default: break
        }
        return context
    }

    private func startCommand(
        _ due: Due, command: String, tracker: GateTracker, timeout: Double, now: Double
    ) -> [Finding] {
        do {
            if let missing = try builder.missingSecret(due.step) {
                try fetch(missing.position, command: missing.command.display, for: due, until: now + timeout)
                return []
            }
            let key = ProcessKey(step: due.step, role: .gate(due.gate), attempt: serial(due.step, tracker))
            try start(key, command: command, until: now + timeout)
            return []
        } catch let error as LaunchError {
            return answered(due.step, due.gate, Answer(holds: false, text: error.message), now)
        } catch let error as ValueError {
            return answered(due.step, due.gate, Answer(holds: false, text: error.message), now)
        } catch {
            return []
        }
    }

    private func start(_ key: ProcessKey, command: String, until limit: Double) throws {
        var launch = try builder.question(key.step, role: key.role, command: command)
        launch.key = key
        machine.start(launch)
        commands.insert(key)
        limits.push(key, at: limit)
    }

    // MARK: - Secrets that command gates see

    /// Tells the fetching of a scheduler from that of a step that is being prepared.
    static let secretAttempt = 1

    /// Starts the command of a secret, unless it runs for another gate of the step; the probe follows.
    private func fetch(_ position: Int, command: String, for due: Due, until limit: Double) throws {
        let key = ProcessKey(step: due.step, role: .secret(position), attempt: Self.secretAttempt)
        if !commands.contains(key) { try start(key, command: command, until: limit) }
        fetching[key, default: []].append(due)
    }

    /// Nothing more comes of a command.
    func forget(_ key: ProcessKey) {
        commands.remove(key)
        overdue.remove(key)
    }

    private func fetched(
        _ key: ProcessKey, _ position: Int, _ exit: Exit, _ capture: Capture, _ now: Double
    ) -> [Finding] {
        commands.remove(key)
        var failure: String?
        do {
            try builder.setSecret(key.step, position: position, exit: exit, output: capture)
        } catch {
            failure = error.message
        }
        var findings: [Finding] = []
        for due in fetching.removeValue(forKey: key) ?? [] {
            guard due.generation == generations[due.step, default: 0], let entry = entries[due.step] else { continue }
            let tracker = entry.trackers[due.gate]
            guard tracker.outcome == .asking, tracker.next == nil else { continue }
            if let failure {
                findings += answered(due.step, due.gate, Answer(holds: false, text: failure), now)
            } else if case .command(let command, _) = tracker.gate.question, let text = try? values.resolve(command) {
                findings += startCommand(
                    due, command: text, tracker: tracker, timeout: tracker.timeout(at: now), now: now)
            }
        }
        return findings
    }

    /// What the end of a gate's command says; nil when what it printed has to be searched first.
    private func answer(
        _ tracker: GateTracker, _ exit: Exit, isOverdue: Bool, _ capture: Capture, _ key: ProcessKey
    ) -> Answer? {
        guard case .command(_, let pattern) = tracker.gate.question, case .gate(let gate) = key.role else { return nil }
        if exit.isSuccess, let pattern {
            let probe = ProbeKey(step: key.step, gate: gate, serial: key.attempt)
            printed[probe] = GateOutput.tail(capture, mask: values.mask)
            prober.match(pattern, in: capture.output, isCut: capture.isCut, key: probe)
            return nil
        }
        if exit.isSuccess { return Answer(holds: true, text: "exit 0") }
        let text = isOverdue ? "no answer in \(SpanText.short(tracker.limit))" : "\(exit)"
        return Answer(holds: false, text: text, output: GateOutput.tail(capture, mask: values.mask))
    }

    /// Unique per step over all its gates and gatings, so that no late answer is taken for a new one.
    func serial(_ step: Int, _ tracker: GateTracker) -> Int { serial(step, tracker.serial) }

    private func serial(_ step: Int, _ number: Int) -> Int { generations[step, default: 0] << 24 | number }
}

extension GateScheduler {
    /// What is being asked now, for the live view.
    package func live(now: Double) -> [LiveView.Gating] {
        entries.sorted { $0.key < $1.key }.flatMap { step, entry in
            entry.trackers.filter { $0.outcome == .asking }.map { tracker in
                LiveView.Gating(
                    step: runbook.steps[step].id, gate: tracker.gate.label, probes: tracker.probes,
                    lastAnswer: tracker.last?.text, left: max(0, tracker.deadline - now))
            }
        }
    }
}
