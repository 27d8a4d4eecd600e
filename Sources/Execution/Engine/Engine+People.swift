import DAG
import Steps

extension Engine {
    /// Puts the step aside until a person has answered; it holds no slot meanwhile.
    func waitForPerson(_ index: Int, question: String) -> Bool {
        release(index)
        work[index].phase = .waiting
        activeCount -= 1
        waiting.append(index)
        emit(.waiting(step: id(index), question: question))
        if waiting.count == 1 { timers.push(.words, at: now.uptime + Self.wordsPause) }
        return true
    }

    /// A line typed at the terminal answers the question that has waited longest.
    func answer(_ line: String?) {
        guard let index = waiting.first, let line else { return }
        switch line.lowercased().filter({ !$0.isWhitespace }) {
        case "y", "yes":
            emit(
                .word(
                    step: id(index),
                    Word(kind: .approve, user: options.session.user, note: "answered at the terminal")))
            goOn(index)
        case "n", "no":
            waiting.removeAll { $0 == index }
            activeCount += 1
            finish(index, .failed, reason: "answered with no by \(options.session.user)")
        default: break
        }
    }

    /// Words written by `runbook approve` while this executor runs.
    func hearWords() throws(JournalError) {
        for record in try world.journal.words() {
            guard case .word(let step, let word) = record.event, let index = runbook.index[step] else { continue }
            state.apply(record)
            for observer in world.observers { observer.publish([record], state: state) }
            if word.kind == .approve, waiting.contains(index) { goOn(index) }
        }
        if !waiting.isEmpty || options.canAsk { timers.push(.words, at: now.uptime + Self.wordsPause) }
    }

    private func goOn(_ index: Int) {
        waiting.removeAll { $0 == index }
        work[index].phase = .idle
        schedule.pushBack(index)
    }
}
