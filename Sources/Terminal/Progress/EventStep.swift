internal import Execution

extension Event {
    /// The step that the event is about; nil for those of the whole run.
    var step: String? {
        switch self {
        case .sessionStarted, .sessionFinished: nil
        case .planned(let step, _, _), .ready(let step), .intended(let step, _), .started(let step, _, _),
            .adopted(let step, _, _), .attemptEnded(let step, _, _, _, _), .kept(let step, _, _), .gating(let step, _),
            .probed(let step, _, _, _), .waiting(let step, _), .finished(let step, _), .serviceEnded(let step, _),
            .lapsed(let step, _), .word(let step, _), .withdrawn(let step, _, _):
            step
        }
    }
}
