package import Execution

/// When each step was doing what: the fold of a run's records for the eye.
///
/// Time is that of the sessions alone, one after the other: the pause between a failed evening and a resumed morning
/// takes no room.
package struct Timeline: Sendable {
    /// What a step was doing.
    package enum Kind: String, Sendable, CaseIterable {
        case work, gate, pause, wait, undo
    }

    /// A stretch of time, in seconds from the beginning of the first session.
    package struct Span: Hashable, Sendable {
        package var kind: Kind
        package var start: Double
        package var end: Double
        package var attempt: Int
    }

    /// By step id, in the order of time.
    package private(set) var spans: [String: [Span]] = [:]
    /// Seconds at which a later session took up.
    package private(set) var breaks: [Double] = []
    /// Seconds of all sessions together.
    package private(set) var length = 0.0

    private var open: [String: Span] = [:]
    private var offset = 0.0
    /// Attempts that are about to start, with when that was stored.
    private var intended: [String: (time: Double, attempt: Int)] = [:]
    private var last = 0.0

    package init(_ records: [Record]) {
        for record in records { take(record) }
        let end = last - offset
        for (step, span) in open { close(step, span, at: end) }
        length = max(end, 0)
    }

    private mutating func take(_ record: Record) {
        if case .sessionStarted = record.event {
            if last == 0 {
                offset = record.time
            } else {
                // A pause between sessions is left out, and so is a step back of the clock.
                offset += record.time - last
                breaks.append(last - (offset - (record.time - last)))
            }
            last = record.time
        }
        // Within a session the clock may jump: time never goes back here.
        let time = max(0, record.time - offset)
        if record.time > last { last = record.time }
        switch record.event {
        case .intended(let step, let intent): intend(step, intent, time)
        case .withdrawn(let step, _, _): intended[step] = nil
        case .started(let step, let attempt, _), .adopted(let step, let attempt, _):
            let isIntended = intended.removeValue(forKey: step) != nil
            if isIntended || open[step] == nil { begin(step, .work, time, attempt) }
        case .attemptEnded(let step, let attempt, let exit, _, _):
            let isUndo = open[step]?.kind == .undo
            end(step, time)
            if !exit.isSuccess, !isUndo { begin(step, .pause, time, attempt) }
        case .gating(let step, let attempt): begin(step, .gate, time, attempt)
        case .waiting(let step, _): begin(step, .wait, time, 0)
        case .word(let step, _): if open[step]?.kind == .wait { end(step, time) }
        case .finished(let step, _): end(step, time)
        case .sessionFinished: for step in open.keys.sorted() { end(step, time) }
        case .sessionStarted:
            // What an executor left open when it died ended nobody knows when.
            for step in open.keys.sorted() { end(step, time) }
        case .planned, .ready, .probed, .serviceEnded, .lapsed, .kept: break
        }
    }

    /// What is stored ahead of a slot works from the start of its process on.
    private mutating func intend(_ step: String, _ intent: Intent, _ time: Double) {
        if intent.state == .ready {
            intended[step] = (time, intent.attempt)
        } else {
            begin(step, intent.role == .undo ? .undo : .work, time, intent.attempt)
        }
    }

    private mutating func begin(_ step: String, _ kind: Kind, _ time: Double, _ attempt: Int) {
        end(step, time)
        open[step] = Span(kind: kind, start: time, end: time, attempt: attempt)
    }

    private mutating func end(_ step: String, _ time: Double) {
        // The start of its process was not stored any more.
        if let (start, attempt) = intended.removeValue(forKey: step) { begin(step, .work, start, attempt) }
        guard let span = open.removeValue(forKey: step) else { return }
        close(step, span, at: time)
    }

    private mutating func close(_ step: String, _ span: Span, at time: Double) {
        var span = span
        span.end = max(span.start, time)
        spans[step, default: []].append(span)
    }
}
