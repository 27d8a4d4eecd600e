import Execution
import Model

/// Turns the rows of one run back into records.
///
/// Belongs to one connection and lives within one access to it.
final class EventReader {
    private let events: Statement
    private let outputs: Statement
    private let findFingerprint: Statement
    private let findDefinition: Statement?
    private let path: String
    /// Fingerprints already read, by the `seq` they are stored under.
    private var fingerprints: [Int64: Fingerprint] = [:]
    private var boot = ""
    /// `seq` of the output row that `outputs` stands on; nil at the end.
    private var outputSeq: Int64?

    /// Starts to read a run's records with a `seq` above `seq`, oldest first, at most `limit`.
    ///
    /// - Parameter path: the database, for messages.
    init(_ db: Connection, run: Int, after seq: Int, limit: Int, definitions: Bool, path: String) throws {
        self.path = path
        events = try db.prepare(
            "SELECT \(Column.list) FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?")
        outputs = try db.prepare(
            "SELECT seq, name, value, sealed FROM outputs WHERE seq > ? AND run = ? ORDER BY seq, place")
        findFingerprint = try db.prepare("SELECT fingerprint FROM events WHERE seq = ?")
        findDefinition = definitions ? try db.prepare("SELECT digest, text FROM definitions WHERE id = ?") : nil
        let first = try db.integer("SELECT first_seq FROM runs WHERE run = ?", .int(run)) ?? 0
        let seq = max(seq, first - 1)
        events.bind(1, Int64(run))
        events.bind(2, Int64(seq))
        events.bind(3, Int64(limit))
        outputs.bind(1, Int64(seq))
        outputs.bind(2, Int64(run))
        outputSeq = try outputs.step() ? outputs.int(0) : nil
    }

    /// The next record with its `seq`; nil at the end.
    func next() throws -> (seq: Int, record: Record)? {
        guard try events.step() else { return nil }
        let seq = Int(events.int(.seq))
        guard let kind = EventKind(rawValue: events.text(.event)), let event = try event(kind) else {
            throw StoreError(
                .corrupt,
                "\(path) holds an event (seq \(seq), '\(events.text(.event))') that cannot be read. "
                    + StoreError.corruptRemedy)
        }
        var record = Record(run: Int(events.int(.run)), time: events.double(.time), event: event)
        if let findDefinition, !events.isNull(.definition) {
            findDefinition.bind(1, events.int(.definition))
            if try findDefinition.step() {
                record.definition = Definition(digest: findDefinition.text(0), text: findDefinition.text(1))
            }
            findDefinition.reset()
        }
        return (seq, record)
    }

    private func event(_ kind: EventKind) throws -> Event? {
        let step = events.text(.step)
        switch kind {
        case .finished: return try result().map { .finished(step: step, $0) }
        case .intended:
            guard let role = Role(stored: events.text(.role)), let fingerprint = try fingerprint() else { return nil }
            var intent = Intent(
                role: role, attempt: attempt, fingerprint: fingerprint, log: located(events.text(.log)))
            if !events.isNull(.detail) {
                guard let file = EventDetail.file(events.text(.detail)) else { return nil }
                intent.file = file
            }
            return .intended(step: step, intent)
        case .started: return handle.map { .started(step: step, attempt: attempt, $0) }
        case .adopted: return handle.map { .adopted(step: step, attempt: attempt, $0) }
        case .ready: return .ready(step: step)
        case .planned:
            return Decision.Kind(rawValue: events.text(.decision)).map {
                .planned(step: step, decision: $0, reason: events.text(.reason))
            }
        case .gating: return .gating(step: step, attempt: attempt)
        case .probed:
            let answer = Answer(holds: events.int(.holds) != 0, text: events.text(.answer))
            return .probed(
                step: step, gate: events.text(.gate),
                events.isNull(.detail) ? answer : EventDetail.answer(answer, events.text(.detail)),
                probes: Int(events.int(.probes)))
        case .attemptEnded:
            guard let exit else { return nil }
            return .attemptEnded(
                step: step, attempt: attempt, exit, reason: events.text(.reason),
                outputs: try takeOutputs(events.int(.seq)))
        case .withdrawn: return .withdrawn(step: step, attempt: attempt, reason: events.text(.reason))
        case .kept: return .kept(step: step, attempt: attempt, outputs: try takeOutputs(events.int(.seq)))
        case .waiting: return .waiting(step: step, question: events.text(.reason))
        case .lapsed: return .lapsed(step: step, reason: events.text(.reason))
        case .serviceEnded: return exit.map { .serviceEnded(step: step, $0) }
        case .word:
            let outputs = try takeOutputs(events.int(.seq))
            return EventDetail.word(events.text(.detail), fingerprint: try fingerprint()).map { word in
                var word = word
                word.outputs = outputs
                return .word(step: step, word)
            }
        case .sessionStart: return EventDetail.session(events.text(.detail)).map { .sessionStarted($0) }
        case .sessionEnd: return Outcome(rawValue: events.text(.state)).map { .sessionFinished($0) }
        }
    }

    private var attempt: Int { Int(events.int(.attempt)) }

    private var handle: Handle? {
        guard events.isNull(.detail) else { return EventDetail.handle(events.text(.detail)) }
        let process = ProcessIdentity(
            pid: Int32(truncatingIfNeeded: events.int(.pid)), startTime: events.double(.startTime),
            bootID: sharedBoot(events.text(.boot)))
        return Handle(process)
    }

    /// Nearly all processes of a run are of one boot: they share one string.
    private func sharedBoot(_ text: String) -> String {
        if text != boot { boot = text }
        return boot
    }

    private var exit: Exit? {
        if !events.isNull(.signal) { return .signal(Int32(truncatingIfNeeded: events.int(.signal))) }
        guard !events.isNull(.exit) else { return nil }
        let status = events.int(.exit)
        return status < 0 ? .unknown : .status(Int32(truncatingIfNeeded: status))
    }

    private func result() throws -> Result? {
        guard let state = StepState(rawValue: events.text(.state)) else { return nil }
        return Result(
            state: state, attempt: attempt, exit: exit, seconds: events.double(.seconds),
            gateSeconds: events.double(.gateSeconds), reason: events.text(.reason), fingerprint: try fingerprint(),
            outputs: try takeOutputs(events.int(.seq)))
    }

    /// Both tables are read in the order of `seq`, side by side.
    private func takeOutputs(_ seq: Int64) throws -> [Output] {
        var found: [Output] = []
        while let current = outputSeq, current <= seq {
            if current == seq {
                let value: Output.Value = outputs.isNull(3) ? .plain(outputs.text(2)) : .sealed(outputs.bytes(3))
                found.append(Output(name: outputs.text(1), value: value))
            }
            outputSeq = try outputs.step() ? outputs.int(0) : nil
        }
        return found
    }

    /// Where a log is now: a state folder that was moved, copied or mounted elsewhere has its logs with it.
    private func located(_ log: String) -> String {
        let names = Path.parts(log).suffix(4)
        guard names.count == 4, let name = names.last, names.dropLast() == ["runs", "\(events.int(.run))", "logs"],
            let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        else { return log }
        return "\(path[..<end])/runs/\(events.int(.run))/logs/\(name)"
    }

    private func fingerprint() throws -> Fingerprint? {
        if !events.isNull(.fingerprint) {
            let fingerprint = Fingerprint(text: events.text(.fingerprint))
            fingerprints[events.int(.seq)] = fingerprint
            return fingerprint
        }
        guard !events.isNull(.fingerprintSeq) else { return nil }
        let seq = events.int(.fingerprintSeq)
        if let known = fingerprints[seq] { return known }
        findFingerprint.bind(1, seq)
        defer { findFingerprint.reset() }
        guard try findFingerprint.step(), !findFingerprint.isNull(0) else {
            throw StoreError(
                .corrupt,
                "\(path) lacks the fingerprint of event \(seq), which others name. \(StoreError.corruptRemedy)")
        }
        let fingerprint = Fingerprint(text: findFingerprint.text(0))
        fingerprints[seq] = fingerprint
        return fingerprint
    }
}

extension Statement {
    fileprivate func isNull(_ column: Column) -> Bool { isNull(column.rawValue - 1) }
    fileprivate func int(_ column: Column) -> Int64 { int(column.rawValue - 1) }
    fileprivate func double(_ column: Column) -> Double { double(column.rawValue - 1) }
    fileprivate func text(_ column: Column) -> String { text(column.rawValue - 1) }
}
