import Execution
import Model

/// The names of events in the column `event`; frequent ones first, none longer than 15 bytes.
enum EventKind: String, CaseIterable {
    case finished
    case intended
    case started
    case ready
    case planned
    case gating
    case probed
    case attemptEnded = "attempt-ended"
    case kept
    case withdrawn
    case adopted
    case waiting
    case lapsed
    case serviceEnded = "service-ended"
    case word
    case sessionStart = "session-start"
    case sessionEnd = "session-end"
}

/// The columns of `events`, in the order of the table; raw values are parameter numbers, and one more than the
/// column's number in a result.
enum Column: Int32, CaseIterable {
    case seq = 1
    case run, time, event, step, attempt, role, state, exit, signal, pid
    case startTime, boot, gate, holds, answer, probes, seconds, gateSeconds, decision, reason, log
    case fingerprint, fingerprintSeq, definition, detail

    var name: String {
        switch self {
        case .startTime: "start_time"
        case .gateSeconds: "gate_seconds"
        case .fingerprintSeq: "fingerprint_seq"
        default: "\(self)"
        }
    }

    static let list = allCases.map(\.name).joined(separator: ", ")
}

extension Role {
    /// Its name in the column `role`.
    var stored: String {
        switch self {
        case .body: "body"
        case .undo: "undo"
        case .when: "when"
        case .check: "check"
        case .gate(let index): "gate \(index)"
        case .secret(let index): "secret \(index)"
        }
    }

    init?(stored: String) {
        let words = stored.words(at: " ")
        switch (words.first, words.count) {
        case ("body", 1): self = .body
        case ("undo", 1): self = .undo
        case ("when", 1): self = .when
        case ("check", 1): self = .check
        case ("gate", 2):
            guard let index = Int(words[1]) else { return nil }
            self = .gate(index)
        case ("secret", 2):
            guard let index = Int(words[1]) else { return nil }
            self = .secret(index)
        default: return nil
        }
    }
}
