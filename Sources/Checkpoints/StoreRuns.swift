package import Execution
import Glibc

/// Making, listing and setting aside runs.
extension Store {
    /// Gives out the next number and makes the run's folder. Only for executors.
    ///
    /// - Parameter now: seconds since 1970.
    package func createRun(name: String, now: Double) throws(StoreError) -> Int {
        try requireLock()
        var number = try access { db in try db.integer("SELECT max(run) FROM runs") ?? 0 }
        // A folder left over from a database that is gone keeps its number.
        repeat { number += 1 } while try !folder.makeRun(number)
        let run = number
        try transaction { db in
            try db.run(
                """
                INSERT INTO runs (run, name, created, first_seq)
                VALUES (?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM events))
                """, .int(run), .text(name), .real(now))
        }
        return run
    }

    /// All runs, oldest first.
    package func runs() throws(StoreError) -> [RunSummary] {
        try access { db in
            var runs: [RunSummary] = []
            let row = try db.query(
                """
                SELECT run, name, title, paths, kind, sessions, created, started, finished, outcome, abandoned
                FROM runs ORDER BY run
                """)
            while try row.step() {
                runs.append(
                    RunSummary(
                        run: Int(row.int(0)), name: row.text(1), title: row.text(2),
                        paths: row.optionalText(3).flatMap { EventDetail.list($0) } ?? [],
                        kind: row.optionalText(4).flatMap { Session.Kind(rawValue: $0) },
                        sessions: Int(row.int(5)), created: row.double(6), started: row.optionalDouble(7),
                        finished: row.optionalDouble(8),
                        outcome: row.optionalText(9).flatMap { Outcome(rawValue: $0) }, isAbandoned: row.int(10) != 0))
            }
            return runs
        }
    }

    /// Stores texts under their digests, before anything names them. Only for executors.
    package func keep(_ definitions: [Definition]) throws(StoreError) {
        try requireLock()
        try transaction { db in
            for definition in definitions {
                try db.run(
                    "INSERT INTO definitions (digest, text) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                    .text(definition.digest), .text(definition.text))
            }
        }
    }

    /// Sets runs aside: they count as unfinished no more, until a session takes them up again. Only for executors.
    package func abandon(_ runs: [Int]) throws(StoreError) {
        try requireLock()
        try transaction { db in
            for run in runs {
                try db.run("UPDATE runs SET abandoned = 1 WHERE run = ?", .int(run))
            }
        }
    }

    func requireLock() throws(StoreError) {
        guard lock != nil else {
            throw StoreError(
                .readOnly, "\(folder.database) was not opened to execute a run, which only its lock allows.")
        }
    }

    func requireRun(_ db: Connection, _ run: Int) throws {
        guard try db.integer("SELECT 1 FROM runs WHERE run = ?", .int(run)) != nil else {
            throw StoreError(
                .unknownRun, "There is no run \(run) in \(folder.path).")
        }
    }
}
