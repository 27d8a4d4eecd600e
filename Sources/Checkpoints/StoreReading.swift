package import Execution

/// Reading runs back.
extension Store {
    /// A run as an executor takes it up: words left for it become events first, so that each counts once. Words that
    /// come later are for its journal, or for the next executor.
    package func takeUp(_ run: Int) throws(StoreError) -> (state: RunState, seq: Int) {
        try requireLock()
        try transaction { db in
            try requireRun(db, run)
            let writer = try writer(db)
            do {
                for (id, record) in try inbox(db, run) { try hear(db, writer, id: id, record) }
            } catch {
                writer.forget()
                throw error
            }
        }
        return try load(run, withUnheard: false)
    }

    /// A run as its events tell it, words that no executor has heard yet included.
    ///
    /// - Returns: also the `seq` of the last event that went in, from which a journal or a follower goes on.
    package func load(_ run: Int, withUnheard: Bool = true) throws(StoreError) -> (state: RunState, seq: Int) {
        try access { db in
            try db.transaction(.deferred) {
                try requireRun(db, run)
                var state = RunState(run: run)
                var last = 0
                let reader = try EventReader(
                    db, run: run, after: 0, limit: Int.max, definitions: false, path: folder.database)
                while let (seq, record) = try reader.next() {
                    state.apply(record)
                    last = seq
                }
                if withUnheard { for (_, record) in try inbox(db, run) { state.apply(record) } }
                return (state, last)
            }
        }
    }

    /// A run's records after `seq` with theirs, oldest first, exactly as they were appended; at most `limit`.
    package func records(
        _ run: Int, after seq: Int, limit: Int = 10_000
    ) throws(StoreError) -> [(seq: Int, record: Record)] {
        try access { db in
            try db.transaction(.deferred) {
                try requireRun(db, run)
                var found: [(seq: Int, record: Record)] = []
                let reader = try EventReader(
                    db, run: run, after: seq, limit: limit, definitions: true, path: folder.database)
                while let next = try reader.next() { found.append(next) }
                return found
            }
        }
    }

    /// The text stored under a digest.
    package func definition(_ digest: String) throws(StoreError) -> String? {
        try access { db in
            try db.text("SELECT text FROM definitions WHERE digest = ?", .text(digest))
        }
    }

    /// The newest session of each run that has begun, by run.
    package func lastSessions() throws(StoreError) -> [Int: Session] {
        try access { db in
            var sessions: [Int: Session] = [:]
            let query = try db.prepare("SELECT run, detail FROM events WHERE event = 'session-start' ORDER BY seq")
            while try query.step() { sessions[Int(query.int(0))] = EventDetail.session(query.text(1)) }
            return sessions
        }
    }

    /// Median seconds from a step's start until its gates held, by step, over the newest runs of a runbook in which it
    /// was done.
    package func durations(of name: String, newest: Int = 5) throws(StoreError) -> [String: Double] {
        let samples = try access { db in
            var samples: [String: [Double]] = [:]
            let query = try db.prepare(
                """
                WITH newest AS (
                    SELECT run, first_seq FROM runs WHERE name = ? AND sessions > 0 ORDER BY run DESC LIMIT ?)
                SELECT step, seconds + gate_seconds FROM events
                WHERE seq >= (SELECT min(first_seq) FROM newest) AND run IN (SELECT run FROM newest)
                    AND event = 'finished' AND state = 'done'
                """)
            query.bind(1, name)
            query.bind(2, Int64(newest))
            while try query.step() { samples[query.text(0), default: []].append(query.double(1)) }
            return samples
        }
        return samples.mapValues { values in
            let sorted = values.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
    }

    /// Leaves a person's word for a run, for its executor to hear: now when one is at work, else at the next resume.
    package func leave(_ word: OperatorAction, run: Int, step: String, now: Double) throws(StoreError) {
        try transaction { db in
            try requireRun(db, run)
            try db.run(
                "INSERT INTO inbox (run, time, step, fingerprint, detail) VALUES (?, ?, ?, ?, ?)", .int(run),
                .real(now), .text(step), .optional(word.fingerprint?.text),
                .text(try EventDetail.text(of: word, outputs: true)))
        }
    }

    /// Makes a word an event, in the transaction that is open.
    ///
    /// - Returns: its `seq`.
    @discardableResult
    func hear(_ db: Connection, _ writer: EventWriter, id: Int64, _ record: Record) throws -> Int64 {
        let seq = try writer.write(record)
        try db.run("DELETE FROM inbox WHERE id = ?", .integer(id))
        return seq
    }

    /// Words left for a run and not heard yet, with their ids, oldest first.
    func inbox(_ db: Connection, _ run: Int) throws -> [(id: Int64, record: Record)] {
        var found: [(id: Int64, record: Record)] = []
        let row = try db.query(
            "SELECT id, time, step, fingerprint, detail FROM inbox WHERE run = ? ORDER BY id", .int(run))
        while try row.step() {
            let fingerprint = row.optionalText(3).map { Fingerprint(text: $0) }
            guard let word = EventDetail.word(row.text(4), fingerprint: fingerprint) else {
                throw StoreError(
                    .corrupt,
                    "\(folder.database) holds a word (\(row.int(0))) that cannot be read. "
                        + StoreError.corruptRemedy)
            }
            found.append((row.int(0), Record(run: run, time: row.double(1), event: .word(step: row.text(2), word))))
        }
        return found
    }
}
