import DAG
import Model

// Intents ahead: what is next in line is on disk before a slot is free, so that a free slot is filled at once.
extension Engine {
    /// Intents ahead at most: as many as slots that come free while one transaction takes its time.
    private var mostAhead: Int { max(16, 4 * slots.count) }

    /// Stores the intents of what is next in line while all slots are in use, as far as nothing comes before a body.
    func prepareAhead() {
        while stopping == .no, slots.terminal == nil, slots.isFull, runs.aheadCount < mostAhead,
            let index = schedule.popReady()
        {
            guard isPlain(index) else { return giveBackAside(index) }
            startBody(index, isAhead: true)
        }
    }

    /// It begins with its body, shares nothing but slots, and was never begun before.
    ///
    /// Of a once step it has to be known after a power cut whether it began: its intent comes with its start.
    private func isPlain(_ index: Int) -> Bool {
        let step = runbook.steps[index]
        guard case .run = runs[index].decision, case .script = step.kind, !step.isBodyEmpty, !step.isOnce,
            !step.isInteractive, step.pool == nil, step.check == nil, step.confirm == nil, step.secrets.isEmpty
        else { return false }
        if case .command = step.when { return false }
        let status = status(index)
        guard status.attempts.isEmpty, status.fingerprint == nil, runs[index].course == .bringUp(.when) else {
            return false
        }
        return missingInput(index) == nil
    }

    /// Fills free slots with what is prepared.
    func startPrepared() {
        while stopping == .no, !slots.isFull, !prepared.isEmpty {
            let launch = prepared.removeFirst()
            runs.change(launch.key.step) { $0.takesSlot() }
            slots.takeSlot(launch.key.step)
            now = world.inbox.now
            start(launch)
        }
    }

    /// Nothing more is started: what was prepared stays ready.
    func withdrawAll() {
        let launches = prepared
        prepared.removeAll()
        for launch in launches { change(launch.key.step) { $0.withdrawn() } }
    }

    /// An attempt whose intent is stored will not start.
    func recordWithdrawal(_ index: Int, attempt: Int) {
        let reason = stopping == .no ? "what it needs went away" : ""
        emit(.withdrawn(step: id(index), attempt: attempt, reason: reason))
    }
}
