import DAG
package import Execution
package import Model

/// A run as it was: what every form of report is made from. Everything in it is masked already.
package struct RunRecord: Sendable {
    /// One step.
    package struct Row: Sendable {
        package var id: String
        package var title: String
        package var stage: String
        package var status: StepStatus
        package var spans: [Timeline.Span]
        /// On the chain of steps that decided how long the run took.
        package var isCritical = false
        /// Seconds of body and gates in the run before; nil where it did not come up there.
        package var secondsBefore: Double?
        /// The last lines of its output.
        package var log: [String] = []
        /// What it needs, by id.
        package var needs: [String] = []

        /// Seconds of the last body; also of one that was taken down since.
        package var work: Double { status.seconds > 0 ? status.seconds : last(.work) }
        /// Seconds that its gates were asked before they held.
        package var gates: Double { status.gateSeconds > 0 ? status.gateSeconds : last(.gate) }
        /// Seconds of the last body and its gates.
        package var seconds: Double { work + gates }

        /// What the commands of gates printed that did not hold at last: a gate's label and the lines.
        var printed: [(gate: String, lines: [String])] {
            status.gates.compactMap { gate in
                guard let last = gate.last, !last.holds, !last.output.isEmpty else { return nil }
                return (
                    gate.label, last.output.parts(at: "\n").map(String.init)
                )
            }
        }

        private func last(_ kind: Timeline.Kind) -> Double {
            spans.last { $0.kind == kind }.map { $0.end - $0.start } ?? 0
        }
    }

    package var run: Int
    package var runbook: String
    package var title: String
    package var word: String
    package var sessions: [Session]
    /// Seconds since 1970.
    package var started: Double
    package var finished: Double?
    package var timeline: Timeline
    /// In document order; steps that are no longer in the runbook after the others.
    package var rows: [Row]
    /// Number of the run before, where there is one.
    package var runBefore: Int?
    package var secondsBefore: Double?

    /// - Parameters:
    ///   - runbook: nil where it no longer loads; then only ids are known.
    ///   - before: the run of the same runbook before this one, and the seconds of all its sessions.
    ///   - log: the last lines of an attempt's log.
    ///   - mask: applied to everything that comes from outside.
    package init(
        state: RunState, records: [Record], runbook: Runbook?, isLive: Bool,
        before: (state: RunState, seconds: Double)?,
        log: (Attempt) -> [String], mask: (String) -> String
    ) {
        run = state.run
        let session = state.sessions.last
        self.runbook = session?.runbook ?? ""
        title = mask(session?.title ?? "")
        word = RunWord.of(state.outcome, isLive: isLive)
        sessions = state.sessions.map { session in
            var session = session
            session.commandLine = mask(session.commandLine)
            return session
        }
        started = state.started
        finished = state.finished
        timeline = Timeline(records)
        var ids = runbook?.steps.map(\.id) ?? []
        let known = Set(ids)
        ids += state.order.filter { !known.contains($0) }
        var rows: [Row] = []
        for id in ids {
            let step = runbook.flatMap { runbook in runbook.index[id].map { runbook.steps[$0] } }
            let status = Self.masked(state[step: id], mask)
            var row = Row(
                id: id, title: mask(step?.title ?? ""), stage: step?.stage ?? "", status: status,
                spans: timeline.spans[id] ?? [])
            if let runbook, let step { row.needs = step.needs.map { runbook.steps[$0].id } }
            if let earlier = before?.state.steps[id], earlier.state == .done {
                row.secondsBefore = earlier.seconds + earlier.gateSeconds
            }
            if let attempt = status.lastAttempt { row.log = log(attempt) }
            rows.append(row)
        }
        self.rows = rows
        runBefore = before?.state.run
        secondsBefore = before?.seconds
        markCritical()
    }

    private static func masked(_ status: StepStatus, _ mask: (String) -> String) -> StepStatus {
        var status = status
        status.reason = mask(status.reason)
        for index in status.attempts.indices { status.attempts[index].reason = mask(status.attempts[index].reason) }
        for index in status.words.indices { status.words[index].note = mask(status.words[index].note) }
        for index in status.gates.indices {
            status.gates[index].label = mask(status.gates[index].label)
            for change in status.gates[index].history.indices {
                let text = status.gates[index].history[change].answer.text
                status.gates[index].history[change].answer.text = mask(text)
                let output = status.gates[index].history[change].answer.output
                status.gates[index].history[change].answer.output = mask(output)
            }
        }
        return status
    }

    /// Back from the step that came out last, always to the need that came out last.
    private mutating func markCritical() {
        let index = Dictionary(rows.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        func end(_ row: Int) -> Double { rows[row].spans.last?.end ?? -1 }
        guard var current = rows.indices.filter({ !rows[$0].spans.isEmpty }).max(by: { end($0) < end($1) }) else {
            return
        }
        for _ in rows.indices {
            rows[current].isCritical = true
            let needs = rows[current].needs.compactMap { index[$0] }.filter { !rows[$0].spans.isEmpty }
            guard let next = needs.max(by: { end($0) < end($1) }) else { return }
            current = next
        }
    }

    /// Seconds of all sessions together.
    package var seconds: Double { timeline.length }

    /// How many steps came out in each state, in the order of `StepState`.
    package var counts: [(state: StepState, count: Int)] {
        StepState.allCases.compactMap { state in
            let count = rows.count { $0.status.state == state }
            return count > 0 ? (state, count) : nil
        }
    }
}
