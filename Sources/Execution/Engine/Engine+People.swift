import DAG
import Model

extension Engine {
    /// A line typed at the terminal answers the question that has waited longest.
    func answer(_ line: String?) {
        guard let index = waiting.first, let line else { return }
        switch line.lowercased().filter({ !$0.isWhitespace }) {
        case "y", "yes":
            approve(index, note: "answered at the terminal")
            approved(index)
        case "n", "no":
            waiting.removeAll { $0 == index }
            change(index) { $0.refused("answered with no by \(options.session.user)") }
        default: break
        }
    }

    /// An answer given here is a person's word like one from another process.
    func approve(_ index: Int, note: String) {
        emit(.word(step: id(index), OperatorAction(kind: .approve, user: options.session.user, note: note)))
    }

    /// Words written by `runbook approve` while this executor runs.
    ///
    /// They stand in the journal where it heard them, so that all that happened before has to be there first.
    func hearWords() throws(JournalError) {
        try storeAll()
        let records = try world.journal.words()
        for record in records { state.apply(record) }
        publish(records)
        for record in records {
            guard case .word(let step, let word) = record.event, let index = runbook.index[step] else { continue }
            if word.kind == .approve, waiting.contains(index) { approved(index) }
        }
        if !waiting.isEmpty || options.canAsk { listen() }
    }

    /// Seconds between looks for words.
    private static let wordsPause = 0.5

    func listen() {
        guard !isListening else { return }
        isListening = true
        timers.push(.words, at: now.uptime + Self.wordsPause)
    }

    private func approved(_ index: Int) {
        waiting.removeAll { $0 == index }
        change(index) { $0.approved() }
    }
}
