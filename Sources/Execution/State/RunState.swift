/// Everything known of one run: the fold of its events that checkpoints, views and resume share.
package struct RunState: Equatable, Sendable {
    package var run: Int
    /// The executors that worked on it, oldest first.
    package var sessions: [Session] = []
    /// Seconds since 1970; of the first session.
    package var started: Double = 0
    /// Of the newest session.
    package var sessionStarted: Double = 0
    /// Of the last `sessionFinished`; nil while an executor is at it (or died).
    package var finished: Double?
    package var outcome: Outcome?
    package var steps: [String: StepStatus] = [:]
    /// Ids in the order in which events first named them.
    package var order: [String] = []
    /// Counts completions, for the reverse order of `down`.
    package var completions = 0

    package init(run: Int) {
        self.run = run
    }

    package subscript(step step: String) -> StepStatus {
        steps[step] ?? StepStatus()
    }

    /// Folds one record in.
    package mutating func apply(_ record: Record) {
        let time = record.time
        switch record.event {
        case .sessionStarted(let session):
            if sessions.isEmpty { started = time }
            sessions.append(session)
            sessionStarted = time
            finished = nil
            outcome = nil
        case .sessionFinished(let outcome):
            finished = time
            self.outcome = outcome
        case .planned(let step, let decision, let reason):
            update(step) { $0.planned(decision, reason) }
        case .ready(let step): update(step) { $0.become(.ready, time) }
        case .intended(let step, let intent):
            let session = sessions.count
            update(step) { $0.intend(intent, session: session, time: time) }
        case .withdrawn(let step, let attempt, let reason): update(step) { $0.withdraw(attempt, reason, time) }
        case .started(let step, let attempt, let identity), .adopted(let step, let attempt, let identity):
            update(step) { $0.started(attempt, identity, time) }
        case .attemptEnded(let step, let attempt, let exit, let reason, let outputs):
            update(step) { $0.ended(attempt, exit, reason, outputs, time) }
        case .kept(let step, let attempt, let outputs): update(step) { $0.keep(outputs, of: attempt) }
        case .gating(let step, let attempt): update(step) { $0.beginGating(attempt, time) }
        case .probed(let step, let gate, let answer, let probes):
            update(step) { $0.probed(gate, answer, probes, time) }
        case .waiting(let step, let question):
            update(step) {
                $0.become(.waiting, time)
                $0.reason = question
            }
        case .finished(let step, let result):
            completions += 1
            let rank = completions
            update(step) { $0.finish(result, rank: rank, time: time) }
        case .serviceEnded(let step, let exit):
            update(step) { $0.serviceEnded(exit, time) }
        case .lapsed(let step, let reason):
            update(step) {
                $0.become(.lapsed, time)
                $0.reason = reason
            }
        case .word(let step, let word): update(step) { $0.hear(word, time) }
        }
    }

    private mutating func update(_ step: String, _ change: (inout StepStatus) -> Void) {
        if steps[step] == nil { order.append(step) }
        change(&steps[step, default: StepStatus()])
    }
}

extension RunState {
    /// Which life of its machine the attempt was made in; empty where that is not known.
    package func incarnation(of attempt: Attempt) -> String {
        sessions.indices.contains(attempt.session - 1) ? sessions[attempt.session - 1].bootID : ""
    }
}
