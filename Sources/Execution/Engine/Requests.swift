/// What was asked of machines about attempts, and not for a step that waits for the answer. Pure.
///
/// What is asked of one attempt is answered in order, so that the first answer is that to the first question.
struct Requests {
    /// What the file with an attempt's outputs is read for.
    enum Reading: Hashable {
        /// The step goes on by it.
        case step(StepRun.Collection)
        /// The attempt does not count: what it handed on well is kept.
        case keeping
        /// More than could be stored is there: it is sealed.
        case sealing
        /// What it meant to keep secret has to be known before its log is freed of it.
        case scrubbing
    }

    private var readings: [AttemptReference: [Reading]] = [:]
    private var scrubs: [AttemptReference: Int] = [:]

    /// Answers are awaited.
    var isWaiting: Bool { !readings.isEmpty || !scrubs.isEmpty }

    /// Logs of the step are being freed of secrets.
    func isCleaning(_ step: String) -> Bool {
        scrubs.keys.contains { $0.step == step }
            || readings.contains { $0.key.step == step && $0.value.contains(.scrubbing) }
    }

    mutating func reads(_ attempt: AttemptReference, for reading: Reading) {
        readings[attempt, default: []].append(reading)
    }

    /// What the file was read for; nil where that was not asked.
    mutating func isRead(_ attempt: AttemptReference) -> Reading? {
        guard var list = readings[attempt], !list.isEmpty else { return nil }
        let first = list.removeFirst()
        readings[attempt] = list.isEmpty ? nil : list
        return first
    }

    mutating func scrubs(_ attempt: AttemptReference) { scrubs[attempt, default: 0] += 1 }

    mutating func isScrubbed(_ attempt: AttemptReference) {
        guard let count = scrubs[attempt] else { return }
        scrubs[attempt] = count > 1 ? count - 1 : nil
    }
}
