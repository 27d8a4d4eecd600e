extension Event {
    /// The event as it may be stored and shown: no text of it holds a value that the mask knows.
    ///
    /// Params stay as they are, since a resume needs them; outputs are sealed where they are declared secret.
    /// Everything else that is told passes through here, and nowhere else: what the engine says, what gates answered,
    /// what people and titles say.
    package func redacted(by mask: Redactor) -> Event {
        guard !mask.isEmpty else { return self }
        switch self {
        case .sessionStarted(var session):
            session.title = mask.mask(session.title)
            session.commandLine = mask.mask(session.commandLine)
            return .sessionStarted(session)
        case .planned(let step, let decision, let reason):
            return .planned(step: step, decision: decision, reason: mask.mask(reason))
        case .attemptEnded(let step, let attempt, let exit, let reason, let outputs):
            return .attemptEnded(step: step, attempt: attempt, exit, reason: mask.mask(reason), outputs: outputs)
        case .probed(let step, let gate, var answer, let probes):
            answer.text = mask.mask(answer.text)
            answer.output = mask.mask(answer.output)
            return .probed(step: step, gate: mask.mask(gate), answer, probes: probes)
        case .waiting(let step, let question): return .waiting(step: step, question: mask.mask(question))
        case .finished(let step, var result):
            result.reason = mask.mask(result.reason)
            return .finished(step: step, result)
        case .withdrawn(let step, let attempt, let reason):
            return .withdrawn(step: step, attempt: attempt, reason: mask.mask(reason))
        case .lapsed(let step, let reason): return .lapsed(step: step, reason: mask.mask(reason))
        case .word(let step, var word):
            word.note = mask.mask(word.note)
            return .word(step: step, word)
        case .ready, .intended, .started, .adopted, .kept, .gating, .serviceEnded, .sessionFinished: return self
        }
    }
}
