import Execution

/// Records in one line each, for the trace.
enum RecordText {
    static func line(_ record: Record) -> String {
        switch record.event {
        case .sessionStarted(let session): "session \(session.kind.rawValue)"
        case .planned(let step, let decision, let reason): "planned \(step) \(decision.rawValue) \(reason)"
        case .ready(let step): "ready \(step)"
        case .intended(let step, let intent): "intended \(step) \(intent.role.word) \(intent.attempt)"
        case .started(let step, let attempt, let handle): "started \(step) \(attempt) \(handle.account)"
        case .adopted(let step, let attempt, let handle): "adopted \(step) \(attempt) \(handle.account)"
        case .withdrawn(let step, let attempt, let reason): "withdrawn \(step) \(attempt) \(reason)"
        case .kept(let step, let attempt, let outputs): "kept \(step) \(attempt) \(names(outputs))"
        case .attemptEnded(let step, let attempt, let exit, let reason, let outputs):
            "attempt ended \(step) \(attempt) \(exit) \(reason) \(names(outputs))"
        case .gating(let step, let attempt): "gating \(step) \(attempt)"
        case .probed(let step, let gate, let answer, let probes):
            "probed \(step) \(gate) \(answer.holds) \(answer.text) \(probes)"
        case .waiting(let step, let question): "waiting \(step) \(question)"
        case .finished(let step, let result):
            "finished \(step) \(result.state.rawValue) \(result.attempt) \(result.reason) \(names(result.outputs))"
        case .serviceEnded(let step, let exit): "service ended \(step) \(exit)"
        case .lapsed(let step, let reason): "lapsed \(step) \(reason)"
        case .word(let step, let word): "word \(step) \(word.kind.rawValue)"
        case .sessionFinished(let outcome): "session finished \(outcome.rawValue)"
        }
    }

    private static func names(_ outputs: [Output]) -> String {
        outputs.isEmpty ? "" : "outputs " + outputs.map(\.name).joined(separator: ",")
    }

    /// Every text of an event that must not hold a secret.
    static func texts(_ event: Event) -> [String] {
        switch event {
        case .sessionStarted, .sessionFinished, .ready, .started, .adopted, .gating, .serviceEnded, .word: []
        case .planned(_, _, let reason), .waiting(_, let reason), .lapsed(_, let reason), .withdrawn(_, _, let reason):
            [reason]
        case .intended(_, let intent): intent.fingerprint.parts.map(\.value)
        case .attemptEnded(_, _, _, let reason, let outputs): [reason] + plain(outputs)
        case .kept(_, _, let outputs): plain(outputs)
        case .probed(_, let gate, let answer, _): [gate, answer.text]
        case .finished(_, let result):
            [result.reason] + plain(result.outputs) + (result.fingerprint?.parts.map(\.value) ?? [])
        }
    }

    private static func plain(_ outputs: [Output]) -> [String] {
        outputs.compactMap { if case .plain(let text) = $0.value { text } else { nil } }
    }

    /// The step an event is about.
    static func step(_ event: Event) -> String? {
        switch event {
        case .sessionStarted, .sessionFinished: nil
        case .planned(let step, _, _), .ready(let step), .intended(let step, _), .started(let step, _, _),
            .adopted(let step, _, _), .attemptEnded(let step, _, _, _, _), .kept(let step, _, _), .gating(let step, _),
            .probed(let step, _, _, _), .waiting(let step, _), .finished(let step, _), .serviceEnded(let step, _),
            .lapsed(let step, _), .word(let step, _), .withdrawn(let step, _, _):
            step
        }
    }
}
