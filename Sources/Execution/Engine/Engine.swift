package import DAG
package import Model

/// Carries out a plan: starts what can start, waits for one event, applies it. Owns all state of a run.
///
/// Everything outside is behind interfaces, so that a simulation can drive the same loop. An event is appended to the
/// journal before anything that depends on it happens: intents before their processes exist, results before
/// dependents start. All events at hand share one transaction.
package final class Engine {
    enum Timer: Hashable, Sendable {
        /// A machine that could not be reached is asked again.
        case examine(step: Int)
        /// The body (or question) has run for its limit, if the machine was awake until then (`ClockReading.awake`).
        case limit(ProcessKey, awake: Double)
        /// Another attempt is due.
        case retry(step: Int, attempt: Int)
        /// Outputs that a service has not written yet may be there now.
        case outputs(step: Int, attempt: Int)
        /// Look for words of people.
        case words
        /// See who still writes to logs of attempts that are over.
        case logs
        /// What was sent KILL has not ended, and nobody waits for it any longer.
        case parting
    }

    /// What waits for the next commit before it may happen.
    enum Effect {
        case launch(Launch)
        /// A launch whose turn has not come: it needs nothing more than a slot.
        case prepared(Launch)
        case question(Launch)
        case write(step: Int, FileRequest)
        case putBack(step: Int)
        /// The file of an attempt's outputs, which are stored.
        case discard(AttemptReference)
        /// A file of this executor's own.
        case remove(String)
    }

    let runbook: Runbook
    let options: Options
    let world: World
    let values: Values
    let builder: LaunchBuilder
    let fingerprinter: Fingerprinter
    let gateScheduler: GateScheduler

    package internal(set) var state: RunState
    let items: [Plan.Item]
    var schedule: Schedule
    var runs: StepRuns
    var timers = TimeHeap<Timer>()
    var outbox = Outbox<Effect>()
    /// The fold of what is on disk: what is shown.
    private var stored: RunState
    var now: ClockReading
    var slots: Slots
    /// Attempts whose intents are on disk, to be started as slots come free, in this order.
    var prepared: [Launch] = []
    /// A slot was given back, or a step to the queue, since it was last looked what can start.
    var capacityChanged = false
    /// Steps that wait for a person, the one first that has waited longest.
    var waiting: [Int] = []
    /// A look for words is due.
    var isListening = false
    /// Steps in the queue, ready or not, that need no slot when their turn comes.
    var light: Set<Int> = []
    var stopping = StepRun.Stopping.no
    /// A step failed, or a service lapsed, in this session.
    var hasFailed = false
    /// A person's word is missing that cannot be asked for now.
    var hasAsked = false
    var random: SplitMix64
    var lastRefresh = -Double.infinity
    var lingering: [AttemptReference: Lingering] = [:]
    var requests = Requests()
    /// Seconds until a machine that does not answer about a step is asked again.
    var pauses: [Int: Double] = [:]
    var knownDefinitions: Set<String> = []
    let priorities: [Double]
    /// What was ended because the journal failed, and how; the attempt is 0 for questions.
    package internal(set) var abandoned: [(step: String, attempt: Int, exit: Exit, left: [Remnant])] = []

    /// - Parameters:
    ///   - graph: the order of this session: the runbook's graph, reversed for `down`.
    ///   - priorities: by step, higher first.
    ///   - values: already filled with the outputs in `state`.
    package init(
        runbook: Runbook, graph: Graph, plan: Plan, state: RunState, priorities: [Double], options: Options,
        world: World, values: Values, builder: LaunchBuilder, gateScheduler: GateScheduler
    ) {
        self.runbook = runbook
        self.options = options
        self.world = world
        self.values = values
        self.builder = builder
        self.gateScheduler = gateScheduler
        self.state = state
        stored = state
        self.priorities = priorities
        fingerprinter = Fingerprinter(runbook: runbook, values: values)
        items = plan.items
        schedule = Schedule(graph: graph, priorities: priorities)
        slots = Slots(options.jobs, nodes: runbook.steps.count, pools: runbook.sharedPools)
        runs = StepRuns(plan.items.map(\.decision))
        random = SplitMix64(seed: options.seed)
        now = world.inbox.now
    }

    /// Carries the plan out to its end.
    ///
    /// - Throws: when the journal cannot be written; everything that ran has been ended by then.
    package func run() throws(JournalError) -> Outcome {
        gateScheduler.isProcessAlive = { [unowned self] in self.isServiceAlive($0) }
        gateScheduler.log = { [unowned self] in self.currentLog($0) }
        gateScheduler.shown = { [unowned self] in self.status($0).lastBody?.shown ?? [] }
        gateScheduler.service = { [unowned self] in
            self.isServiceAlive($0) ? self.builder.life(of: $0, self.status($0)) : nil
        }
        do {
            return try loop()
        } catch {
            endEverything()
            throw error
        }
    }

    private func loop() throws(JournalError) -> Outcome {
        emit(.sessionStarted(options.session))
        for event in options.found { emit(event) }
        begin()
        while true {
            startReady()
            assertCounts()
            store()
            if isFinished { break }
            for occurrence in nextOccurrences() { try handle(occurrence) }
            now = world.inbox.now
            try fireTimers()
            apply(gateScheduler.advance(now: now.uptime))
            refresh()
        }
        try leaveLogs()
        leaveOpen()
        let outcome = self.outcome
        emit(.sessionFinished(outcome))
        try storeAll()
        return outcome
    }

    /// Waits for what happens next.
    private func nextOccurrences() -> [Occurrence] {
        var deadline = [timers.earliest, gateScheduler.nextDeadline, outbox.deadline].compactMap(\.self).min()
        // What has come free since is not kept waiting.
        if capacityChanged, canStart { deadline = now.uptime }
        if let tick = options.tick { deadline = min(deadline ?? .infinity, lastRefresh + tick) }
        let occurrences = world.inbox.wait(until: deadline)
        now = world.inbox.now
        return occurrences
    }

    /// Something is ready, and there is room for it.
    private var canStart: Bool {
        guard stopping == .no else { return !prepared.isEmpty }
        return schedule.readyCount > 0 && (!slots.isFull || !light.isEmpty)
            || !prepared.isEmpty && !slots.isFull
    }

    // MARK: - Events

    /// Applies an event at once, redacted; it is stored with the next commit.
    func emit(_ event: Event, definition: Definition? = nil) {
        let record = Record(
            run: state.run, time: now.wall, event: event.redacted(by: values.mask), definition: definition)
        state.apply(record)
        outbox.record(record, now: now.uptime)
    }

    /// Has stored what has gathered, and does what waits for nothing any more.
    private func store() {
        while let action = outbox.next(now: now.uptime) {
            switch action {
            case .perform(let effects): perform(effects)
            case .store(let ticket, let records): world.journal.append(records, as: ticket)
            }
        }
    }

    /// Waits until everything is on disk.
    func storeAll() throws(JournalError) {
        while true {
            if let ticket = outbox.awaited {
                try world.journal.wait(for: ticket)
                committed(ticket)
            }
            switch outbox.next(now: now.uptime, isLast: true) {
            case nil: return
            case .perform(let effects): perform(effects)
            case .store(let ticket, let records): world.journal.append(records, as: ticket)
            }
        }
    }

    private func committed(_ ticket: Ticket) {
        publish(outbox.committed(ticket))
    }

    func publish(_ records: [Record]) {
        guard !records.isEmpty else { return }
        for record in records { stored.apply(record) }
        for observer in world.observers { observer.publish(records, state: stored) }
    }

    private func refresh() {
        guard let tick = options.tick, now.uptime >= lastRefresh + tick else { return }
        lastRefresh = now.uptime
        var live = LiveView(now: now)
        live.gating = gateScheduler.live(now: now.uptime)
        live.expectedLeft = runbook.steps.indices
            .filter { schedule.phase(of: $0) != .complete && schedule.phase(of: $0) != .blocked }
            .map { priorities[$0] }.max()
        for observer in world.observers { observer.refresh(state: stored, live: live) }
    }

    // MARK: - What happens outside

    func handle(_ occurrence: Occurrence) throws(JournalError) {
        now = world.inbox.now
        switch occurrence {
        case .interrupt: interrupt()
        case .typed(let line): answer(line)
        case .committed(let ticket): committed(ticket)
        case .notCommitted(_, let error): throw error
        default:
            if let findings = gateScheduler.handle(occurrence, now: now.uptime) {
                apply(findings)
            } else {
                hear(occurrence)
            }
        }
    }

    private func fireTimers() throws(JournalError) {
        while let timer = timers.pop(dueAt: now.uptime) {
            switch timer {
            case .limit(let key, let end):
                // What slept with the machine is given the time that it missed.
                if now.awake >= end - 0.01 { limitReached(key) } else { limit(key, to: end - now.awake) }
            case .retry(let step, let attempt): change(step) { $0.retryDue(attempt) }
            case .outputs(let step, let attempt): change(step) { $0.looksAgain(attempt) }
            case .parting: part()
            case .words:
                isListening = false
                try hearWords()
            case .logs: lookAfterLogs()
            case .examine(let step): examineAgain(step)
            }
        }
    }

    private var isFinished: Bool {
        guard runs.activeCount == 0, !outbox.holdsEffects, !requests.isWaiting, !awaitsLogs else { return false }
        if stopping != .no { return true }
        if schedule.readyCount > 0 { return false }
        return waiting.isEmpty || !options.canAsk
    }

    private var outcome: Outcome {
        if stopping == .interrupted || stopping == .killed { return .interrupted }
        if hasFailed { return .failed }
        if hasAsked || !waiting.isEmpty { return .waiting }
        guard options.session.kind == .down else { return .done }
        return options.isWhole ? .undone : .done
    }

    func id(_ step: Int) -> String { runbook.steps[step].id }
    func status(_ step: Int) -> StepStatus { state[step: runbook.steps[step].id] }
}
