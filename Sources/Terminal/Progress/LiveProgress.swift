package import Execution

/// Shows a run on a terminal: finished steps scroll past, and below them stands what is under way.
///
/// Draws at most ten times a second, each frame in one write, and not while the terminal takes nothing. `close` gives
/// the terminal back and is to be called however the run ends.
package final class LiveProgress: Observer {
    private let sink: any LineSink
    private let size: () -> TerminalSize
    private let input: TerminalInput?
    private let style: Style
    private let answersHere: Bool
    private let presence: TerminalPresence
    private let clock: () -> ClockReading
    private let wording: Wording
    private var painter: LivePainter
    private var tally = Tally()
    private var live: LiveView
    /// Lines for the history, waiting for the next frame.
    private var scroll: [Line] = []
    private var dropped = 0
    private var lastFrame = -Double.infinity
    private var isOpen = false
    /// The terminal was somebody else's when it was last looked at.
    private var isAway = false
    private var continuations = 0
    /// The interactive step that has the terminal.
    private var borrower: String?

    /// Seconds from one frame to the next.
    static let pause = 0.1
    /// Most lines kept for a terminal that takes nothing.
    static let mostLines = 10_000

    /// - Parameters:
    ///   - size: measured before each frame.
    ///   - input: where echo is turned off meanwhile; nil leaves it alone.
    ///   - answersHere: questions are answered by lines typed at this terminal.
    ///   - command: how commands that go on from here are named.
    package init(
        sink: any LineSink, size: @escaping () -> TerminalSize, input: TerminalInput?, style: Style,
        steps: ProgressSteps, redactor: Redactor, answersHere: Bool, command: CommandText = CommandText(),
        presence: TerminalPresence = .always,
        clock: @escaping () -> ClockReading
    ) {
        self.presence = presence
        self.sink = sink
        self.size = size
        self.input = input
        self.style = style
        self.answersHere = answersHere
        self.clock = clock
        wording = Wording(steps: steps, display: Display(redactor: redactor), command: command)
        painter = LivePainter(style: style)
        live = LiveView(now: clock())
    }

    deinit { close() }

    package func publish(_ records: [Record], state: RunState) {
        tally.apply(records, state: state, steps: wording.steps)
        for record in records { take(record, state) }
        drawIfDue(state)
    }

    package func refresh(state: RunState, live: LiveView) {
        self.live = live
        drawIfDue(state)
    }

    package func stopping(_ steps: [String], now: ClockReading) { add(wording.stopping(steps)) }

    /// Takes the live area off the screen, shows what is still to be shown, and gives the terminal back.
    package func close() {
        isOpen = false
        presence.end()
        returnIfAway()
        if !painter.isClear || !scroll.isEmpty { flush() }
        input?.restore()
    }

    private func take(_ record: Record, _ state: RunState) {
        switch record.event {
        case .sessionStarted(let session):
            add(wording.opening(session, run: record.run, style: style))
            isOpen = true
            continuations = presence.continuations()
            presence.begin()
            input?.silence()
        case .sessionFinished(let outcome):
            let seconds = record.time - (tally.began ?? record.time)
            add(wording.closing(outcome, run: record.run, tally: tally, seconds: seconds, style: style))
            borrower = nil
            close()
        case .intended(let step, _) where wording.steps[step].isInteractive: lend(to: step)
        case .finished(let step, _), .attemptEnded(let step, _, _, _, _), .gating(let step, _):
            if borrower == step { takeBack() }
            addRow(record, state)
        default: addRow(record, state)
        }
    }

    private func addRow(_ record: Record, _ state: RunState) {
        guard let row = wording.outcome(of: record.event, state: state) else { return }
        let columns = StepRow.Columns(
            width: max(1, size().columns - 1), id: wording.steps.idWidth, title: wording.steps.titleWidth)
        add(row.line(columns, style: style))
    }

    private func add(_ line: Line) {
        if scroll.count < Self.mostLines { scroll.append(line) } else { dropped += 1 }
    }

    // MARK: Frames

    private func drawIfDue(_ state: RunState) {
        guard isOpen, borrower == nil, !sink.isClosed else { return }
        let now = clock()
        guard now.uptime - lastFrame >= Self.pause, sink.isReady else { return }
        guard presence.isForeground() else {
            isAway = true
            return
        }
        returnIfAway()
        lastFrame = now.uptime
        live.now = now
        let size = size()
        let area = LiveArea(
            tally: tally, state: state, live: live, wording: wording, style: style, answersHere: answersHere)
        sink.write(painter.frame(scroll: takeScroll(), live: area.lines(size), columns: size.columns))
    }

    /// Others have written since the last frame: what stands there is left alone, and the next frame begins below it.
    private func returnIfAway() {
        let count = presence.continuations()
        guard isAway || count != continuations, !sink.isClosed else { return }
        isAway = false
        continuations = count
        painter.forget()
        guard presence.isForeground() else { return }
        sink.write(LivePainter.freshLine(columns: size().columns))
        input?.silenceAgain()
    }

    private func flush() {
        guard !sink.isClosed else { return }
        sink.write(painter.clear(scroll: takeScroll(), columns: size().columns))
    }

    private func takeScroll() -> [Line] {
        if dropped > 0 { scroll.append(Line("\(style.ellipsis) \(dropped) more lines, see the logs", .faint)) }
        dropped = 0
        defer { scroll = [] }
        return scroll
    }

    // MARK: Interactive steps

    /// Leaves the terminal to a step that was promised it. Called before its process exists.
    private func lend(to step: String) {
        borrower = step
        flush()
        input?.restore()
    }

    private func takeBack() {
        borrower = nil
        guard isOpen, !sink.isClosed else { return }
        sink.write(LivePainter.freshLine(columns: size().columns))
        input?.silence()
    }
}
