import Execution

/// Turns records into rows, with statements prepared once.
///
/// Belongs to one connection and is used inside its transactions. After a rollback, `forget` what it knew.
final class EventWriter {
    private let insertEvent: Statement
    private let insertOutput: Statement
    private let findDefinition: Statement
    private let insertDefinition: Statement
    private let startSession: Statement
    private let endSession: Statement
    private let connection: Connection

    /// The newest fingerprint of each step, with the `seq` that it is stored under.
    private var fingerprints: [String: (Fingerprint, Int64)] = [:]
    /// The fingerprint that the row being written is the first to have.
    private var unstored: (step: String, Fingerprint)?
    /// Row ids by digest.
    private var definitions: [String: Int64] = [:]

    init(_ db: Connection) throws {
        let parameters = Column.allCases.map { _ in "?" }.joined(separator: ", ")
        insertEvent = try db.prepare("INSERT INTO events (\(Column.list)) VALUES (\(parameters))")
        insertOutput = try db.prepare(
            "INSERT INTO outputs (seq, place, run, step, name, value, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)")
        findDefinition = try db.prepare("SELECT id FROM definitions WHERE digest = ?")
        insertDefinition = try db.prepare("INSERT INTO definitions (digest, text) VALUES (?, ?)")
        startSession = try db.prepare(
            """
            UPDATE runs SET kind = ?2, name = ?3, title = ?4, paths = ?5, sessions = sessions + 1,
                started = coalesce(started, ?6), finished = NULL, outcome = NULL, abandoned = 0
            WHERE run = ?1
            """)
        endSession = try db.prepare("UPDATE runs SET finished = ?2, outcome = ?3 WHERE run = ?1")
        connection = db
    }

    /// Nothing that it stored may be counted on any more.
    func forget() {
        fingerprints = [:]
        unstored = nil
        definitions = [:]
    }

    /// Stores one record.
    ///
    /// - Returns: its `seq`.
    func write(_ record: Record) throws -> Int64 {
        let row = insertEvent
        row.clear()
        row.bind(.run, record.run)
        row.bind(.time, record.time)
        try bind(record.event)
        if let definition = record.definition { row.bind(.definition, Int(try id(of: definition))) }
        try row.run()
        let seq = connection.lastInsertedRow
        if let (step, fingerprint) = unstored {
            fingerprints[step] = (fingerprint, seq)
            unstored = nil
        }
        try writeMore(record, seq)
        return seq
    }

    /// What goes into other tables, in the same transaction.
    private func writeMore(_ record: Record, _ seq: Int64) throws {
        switch record.event {
        case .finished(let step, let result):
            try write(result.outputs, of: step, run: record.run, seq: seq)
        case .attemptEnded(let step, _, _, _, let outputs):
            try write(outputs, of: step, run: record.run, seq: seq)
        case .kept(let step, _, let outputs): try write(outputs, of: step, run: record.run, seq: seq)
        case .word(let step, let word): try write(word.outputs, of: step, run: record.run, seq: seq)
        case .sessionStarted(let session):
            startSession.clear()
            startSession.bind(1, Int64(record.run))
            startSession.bind(2, session.kind.rawValue)
            startSession.bind(3, session.runbook)
            startSession.bind(4, session.title)
            startSession.bind(5, try EventDetail.text(of: session.paths))
            startSession.bind(6, record.time)
            try startSession.run()
        case .sessionFinished(let outcome):
            endSession.bind(1, Int64(record.run))
            endSession.bind(2, record.time)
            endSession.bind(3, outcome.rawValue)
            try endSession.run()
        default: break
        }
    }

    private func write(_ outputs: [Output], of step: String, run: Int, seq: Int64) throws {
        for (place, output) in outputs.enumerated() {
            insertOutput.clear()
            insertOutput.bind(1, seq)
            insertOutput.bind(2, Int64(place))
            insertOutput.bind(3, Int64(run))
            insertOutput.bind(4, step)
            insertOutput.bind(5, output.name)
            switch output.value {
            case .plain(let text): insertOutput.bind(6, text)
            case .sealed(let bytes): insertOutput.bind(7, bytes)
            }
            try insertOutput.run()
        }
    }

    private func bind(_ event: Event) throws {
        let row = insertEvent
        switch event {
        case .sessionStarted(let session):
            row.bind(.event, .sessionStart)
            row.bind(.pid, Int(session.pid))
            row.bind(.boot, session.bootID)
            row.bind(.detail, try EventDetail.text(of: session))
        case .planned(let step, let decision, let reason):
            row.bind(.planned, step)
            row.bind(.decision, decision.rawValue)
            row.bind(.reason, reason)
        case .ready(let step):
            row.bind(.ready, step, state: .ready)
        case .intended(let step, let intent):
            row.bind(.intended, step, attempt: intent.attempt, state: intent.state)
            row.bind(.role, intent.role.stored)
            row.bind(.log, intent.log)
            bind(intent.fingerprint, for: step)
            if let file = intent.file { row.bind(.detail, try EventDetail.text(of: file)) }
        case .started(let step, let attempt, let handle):
            row.bind(.started, step, attempt: attempt)
            try row.bind(handle)
        case .adopted(let step, let attempt, let handle):
            row.bind(.adopted, step, attempt: attempt)
            try row.bind(handle)
        case .attemptEnded(let step, let attempt, let exit, let reason, _):
            row.bind(.attemptEnded, step, attempt: attempt)
            row.bind(exit)
            row.bind(.reason, reason)
        case .withdrawn(let step, let attempt, let reason):
            row.bind(.withdrawn, step, attempt: attempt, state: .ready)
            row.bind(.reason, reason)
        case .kept(let step, let attempt, _):
            row.bind(.kept, step, attempt: attempt)
        case .gating(let step, let attempt):
            row.bind(.gating, step, attempt: attempt, state: .gating)
        case .probed, .waiting, .serviceEnded, .lapsed:
            try bindStanding(event)
        case .finished(let step, let result):
            bind(result, of: step)
        case .word(let step, let word):
            row.bind(.word, step, state: word.kind == .reset ? .pending : nil)
            row.bind(.detail, try EventDetail.text(of: word))
            if let fingerprint = word.fingerprint { bind(fingerprint, for: step) }
        case .sessionFinished(let outcome):
            row.bind(.event, .sessionEnd)
            row.bind(.state, outcome.rawValue)
        }
    }

    /// Events on how a step stands while nothing of its body changes.
    private func bindStanding(_ event: Event) throws {
        let row = insertEvent
        switch event {
        case .probed(let step, let gate, let answer, let probes):
            row.bind(.probed, step)
            row.bind(.gate, gate)
            row.bind(.holds, answer.holds ? 1 : 0)
            row.bind(.answer, answer.text)
            row.bind(.probes, probes)
            if let detail = try EventDetail.text(of: answer) { row.bind(.detail, detail) }
        case .waiting(let step, let question):
            row.bind(.waiting, step, state: .waiting)
            row.bind(.reason, question)
        case .serviceEnded(let step, let exit):
            row.bind(.serviceEnded, step, state: .lapsed)
            row.bind(exit)
        case .lapsed(let step, let reason):
            row.bind(.lapsed, step, state: .lapsed)
            row.bind(.reason, reason)
        default: break
        }
    }

    private func bind(_ result: Result, of step: String) {
        let row = insertEvent
        row.bind(.finished, step, attempt: result.attempt, state: result.state)
        if let exit = result.exit { row.bind(exit) }
        row.bind(.seconds, result.seconds)
        row.bind(.gateSeconds, result.gateSeconds)
        row.bind(.reason, result.reason)
        if let fingerprint = result.fingerprint { bind(fingerprint, for: step) }
    }

    /// A result stands for what its attempt intended: the text is stored once for both.
    private func bind(_ fingerprint: Fingerprint, for step: String) {
        if let (known, seq) = fingerprints[step], known == fingerprint {
            insertEvent.bind(.fingerprintSeq, Int(seq))
        } else {
            insertEvent.bind(.fingerprint, fingerprint.text)
            unstored = (step, fingerprint)
        }
    }

    private func id(of definition: Definition) throws -> Int64 {
        if let id = definitions[definition.digest] { return id }
        findDefinition.bind(1, definition.digest)
        if try findDefinition.step() {
            let id = findDefinition.int(0)
            findDefinition.reset()
            definitions[definition.digest] = id
            return id
        }
        findDefinition.reset()
        insertDefinition.bind(1, definition.digest)
        insertDefinition.bind(2, definition.text)
        try insertDefinition.run()
        let id = connection.lastInsertedRow
        definitions[definition.digest] = id
        return id
    }
}

extension Statement {
    fileprivate func bind(_ column: Column, _ value: Int) { bind(column.rawValue, Int64(value)) }
    fileprivate func bind(_ column: Column, _ value: Double) { bind(column.rawValue, value) }
    fileprivate func bind(_ column: Column, _ value: String) { bind(column.rawValue, value) }
    fileprivate func bind(_ column: Column, _ kind: EventKind) { bind(column.rawValue, kind.rawValue) }

    fileprivate func bind(_ kind: EventKind, _ step: String, attempt: Int? = nil, state: StepState? = nil) {
        bind(Column.event.rawValue, kind.rawValue)
        bind(Column.step.rawValue, step)
        if let attempt { bind(Column.attempt.rawValue, Int64(attempt)) }
        if let state { bind(Column.state.rawValue, state.rawValue) }
    }

    fileprivate func bind(_ exit: Exit) {
        switch exit {
        case .status(let status): bind(Column.exit.rawValue, Int64(status))
        case .signal(let signal): bind(Column.signal.rawValue, Int64(signal))
        case .unknown: bind(Column.exit.rawValue, -1 as Int64)
        }
    }

    /// A process of this machine in columns of its own, for views and queries; all else as the machine that made it
    /// knows it.
    fileprivate func bind(_ handle: Handle) throws {
        guard handle.machine == Handle.local, let process = handle.process else {
            return bind(.detail, try EventDetail.text(of: handle))
        }
        bind(Column.pid.rawValue, Int64(process.pid))
        bind(Column.startTime.rawValue, process.startTime)
        bind(Column.boot.rawValue, process.bootID)
    }
}
