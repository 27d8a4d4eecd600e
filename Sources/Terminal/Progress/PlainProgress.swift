package import Execution

/// Tells a run as lines with time stamps, for logs and places where the cursor cannot be moved.
package final class PlainProgress: Observer {
    private let sink: any LineSink
    private let style: Style
    private let wording: Wording
    private let time: (Double) -> String
    private let date: (Double) -> String
    private var tally = Tally()

    /// - Parameters:
    ///   - time: the stamp of each line, from seconds since 1970.
    ///   - date: the full date and zone in the first line.
    package init(
        sink: any LineSink, style: Style, steps: ProgressSteps, redactor: Redactor,
        time: @escaping (Double) -> String = ClockText.time, date: @escaping (Double) -> String = ClockText.dateAndZone
    ) {
        self.sink = sink
        self.style = style
        wording = Wording(steps: steps, display: Display(redactor: redactor))
        self.time = time
        self.date = date
    }

    package func publish(_ records: [Record], state: RunState) {
        tally.apply(records, state: state, steps: wording.steps)
        guard !sink.isClosed else { return }
        var text = ""
        for record in records {
            guard let line = line(for: record, state: state) else { continue }
            text += style.paint(time(record.time), .faint) + " " + line.render(style: style) + "\n"
        }
        if !text.isEmpty { sink.write(text) }
    }

    package func refresh(state: RunState, live: LiveView) {}

    package func stopping(_ steps: [String], now: ClockReading) {
        guard !sink.isClosed else { return }
        sink.write(style.paint(time(now.wall), .faint) + " " + wording.stopping(steps).render(style: style) + "\n")
    }

    private func line(for record: Record, state: RunState) -> Line? {
        switch record.event {
        case .sessionStarted(let session):
            var line = wording.opening(session, run: record.run, style: style)
            line.add(style.separator + date(record.time))
            return line
        case .sessionFinished(let outcome):
            let seconds = record.time - (tally.began ?? record.time)
            return wording.closing(outcome, run: record.run, tally: tally, seconds: seconds, style: style)
        default:
            let row = wording.outcome(of: record.event, state: state) ?? wording.progress(of: record.event)
            return row?.line(style: style)
        }
    }
}
