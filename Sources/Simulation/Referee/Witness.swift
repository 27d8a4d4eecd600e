import Execution

/// Compares what the engine shows with the fold of what is stored, at every commit.
final class Witness: Observer {
    private let referee: Referee

    init(referee: Referee) { self.referee = referee }

    func publish(_ records: [Record], state: RunState) {
        for record in records {
            guard let id = RecordText.step(record.event) else { continue }
            referee.check(
                state[step: id] == referee.durable[step: id],
                "what is shown of \(id) is not what is stored: \(state[step: id]) and \(referee.durable[step: id])")
        }
        referee.check(state.completions == referee.durable.completions, "completions are counted differently")
    }

    func refresh(state: RunState, live: LiveView) {}

    /// The whole state, at the end of a session.
    func compare(_ state: RunState) {
        referee.check(state == referee.durable, "in the end what is shown is not what is stored")
    }
}
