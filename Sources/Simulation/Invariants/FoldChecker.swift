import Execution

/// Compares what the engine shows with the fold of what is stored, at every commit.
final class FoldChecker: Observer {
    private let checker: InvariantChecker

    init(checker: InvariantChecker) { self.checker = checker }

    func publish(_ records: [Record], state: RunState) {
        for record in records {
            guard let id = RecordText.step(record.event) else { continue }
            checker.check(
                state[step: id] == checker.durable[step: id],
                "what is shown of \(id) is not what is stored: \(state[step: id]) and \(checker.durable[step: id])")
        }
        checker.check(state.completions == checker.durable.completions, "completions are counted differently")
    }

    func refresh(state: RunState, live: LiveView) {}

    /// The whole state, at the end of a session.
    func compare(_ state: RunState) {
        checker.check(state == checker.durable, "in the end what is shown is not what is stored")
    }
}
