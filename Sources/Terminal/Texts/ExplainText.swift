package import Execution

/// Why a step would or would not run, for people: decision, what changed, attempts, gates, who waits for it.
package struct ExplainText {
    /// Everything that is told about one step.
    package struct Subject: Sendable {
        package var id: String
        package var title: String
        /// Where it stands in its file.
        package var place: String
        package var status: StepStatus
        /// What a plan made now would do, and why.
        package var decision: Decision
        package var reason: String
        /// What its result stands for and what it would stand for now; nil where unknown.
        package var before: Fingerprint?
        package var now: Fingerprint?
        /// Texts of its body or file then and now, where they differ.
        package var oldText: String?
        package var newText: String?
        package var needs: [Neighbour] = []
        /// Steps that need it directly.
        package var dependents: [Neighbour] = []

        package init(
            id: String, title: String, place: String, status: StepStatus, decision: Decision, reason: String
        ) {
            self.id = id
            self.title = title
            self.place = place
            self.status = status
            self.decision = decision
            self.reason = reason
        }
    }

    /// A step beside it, with its state.
    package struct Neighbour: Hashable, Sendable {
        package var id: String
        package var state: StepState

        package init(id: String, state: StepState) {
            self.id = id
            self.state = state
        }
    }

    private let subject: Subject
    private let style: Style
    private let display: Display
    private let date: (Double) -> String

    /// Newest changes of a gate's answer that are shown.
    static let mostAnswers = 12
    static let mostAttempts = 20

    package init(
        _ subject: Subject, style: Style, display: Display, date: @escaping (Double) -> String = ClockText.date
    ) {
        self.subject = subject
        self.style = style
        self.display = display
        self.date = date
    }

    package func lines(width: Int) -> [String] {
        let status = subject.status
        let mark = StateMark(status.state, style: style).text(style: style)
        var lines = ["\(style.paint(display.line(subject.id), .strong))  \(display.line(subject.title))"]
        lines.append(style.paint(display.line(subject.place), .faint))
        lines += ["", "\(heading("state"))\(mark)" + (status.changed > 0 ? " since \(date(status.changed))" : "")]
        if !status.reason.isEmpty { lines.append("\(heading(""))\(display.line(status.reason))") }
        lines.append("\(heading("decision"))\(style.paint(subject.decision.word, .strong))")
        if !subject.reason.isEmpty { lines.append("\(heading(""))\(display.line(subject.reason))") }
        lines += neighbours("needs", subject.needs)
        lines += neighbours("needed by", subject.dependents)
        lines += changes()
        lines += section("attempts", attempts())
        lines += section("gates", gates())
        lines += section("words", words())
        return lines
    }

    private static let headingWidth = 11

    private func heading(_ text: String) -> String {
        style.paint(TextWidth.pad(text, to: Self.headingWidth), .faint)
    }

    private func section(_ name: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", style.paint(name, .strong)] + lines.map { "  " + $0 }
    }

    private func neighbours(_ name: String, _ neighbours: [Neighbour]) -> [String] {
        neighbours.prefix(50).enumerated().map { index, neighbour in
            let mark = StateMark(neighbour.state, style: style).text(style: style)
            return "\(heading(index == 0 ? name : ""))\(display.line(neighbour.id))  \(mark)"
        } + (neighbours.count > 50 ? ["\(heading(""))and \(neighbours.count - 50) more"] : [])
    }

    /// Each part of the fingerprint that changed, and the text line by line.
    private func changes() -> [String] {
        var lines: [String] = []
        if let before = subject.before, let now = subject.now {
            lines += now.changes(since: before).map { display.line($0) }
        }
        if let old = subject.oldText, let new = subject.newText {
            lines += LineDiff(from: old, to: new).lines(style: style, display: display)
        }
        return section("changed since it was done", lines)
    }

    private func attempts() -> [String] {
        let shown = subject.status.attempts.suffix(Self.mostAttempts)
        var lines: [String] = []
        if shown.count < subject.status.attempts.count {
            lines.append("\(style.ellipsis) \(subject.status.attempts.count - shown.count) earlier ones")
        }
        for attempt in shown {
            var parts = ["\(attempt.role == .undo ? "undo" : "body") \(attempt.number)", date(attempt.intendedAt)]
            if let start = attempt.startedAt, let end = attempt.endedAt { parts.append(SpanText.short(end - start)) }
            let reason = display.line(attempt.reason)
            // Most reasons begin with the exit status.
            if let exit = attempt.exit, !reason.hasPrefix("\(exit)") { parts.append("\(exit)") }
            if !reason.isEmpty { parts.append(reason) }
            if attempt.endedAt == nil, let pid = attempt.identity?.pid { parts.append("pid \(pid)") }
            lines.append(parts.joined(separator: style.separator))
            lines.append(style.paint("  " + display.line(attempt.log), .faint))
        }
        return lines
    }

    private func gates() -> [String] {
        subject.status.gates.flatMap { gate in
            let shown = gate.history.suffix(Self.mostAnswers)
            var lines = [display.line(gate.label)]
            if shown.count < gate.history.count {
                lines.append("  \(style.ellipsis) \(gate.history.count - shown.count) earlier changes")
            }
            return lines
                + shown.map { change in
                    let tone: Tone = change.answer.holds ? .good : .plain
                    let verdict = change.answer.holds ? "holds" : "does not hold"
                    let answer = Wording.answer(display.line(change.answer.text), probes: change.probes)
                    return "  \(date(change.time))  " + style.paint("\(verdict): \(answer)", tone)
                }
        }
    }

    private func words() -> [String] {
        subject.status.words.map { word in
            let note = word.note.isEmpty ? "" : ": \(display.line(word.note))"
            return "\(Wording.past(word.kind)) by \(display.line(word.user))\(note)"
        }
    }
}
