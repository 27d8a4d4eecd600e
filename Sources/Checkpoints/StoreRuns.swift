package import Execution
import GRDB
import Glibc

/// Making, listing and setting aside runs.
extension Store {
    /// Gives out the next number and makes the run's folder. Only for executors.
    ///
    /// - Parameter now: seconds since 1970.
    package func createRun(name: String, now: Double) throws(StoreError) -> Int {
        try requireLock()
        var number = try access { db in try Int.fetchOne(db, sql: "SELECT max(run) FROM runs") ?? 0 }
        // A folder left over from a database that is gone keeps its number.
        repeat { number += 1 } while try !folder.makeRun(number)
        let run = number
        try transaction { db in
            try db.execute(
                sql: """
                    INSERT INTO runs (run, name, created, first_seq)
                    VALUES (?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM events))
                    """,
                arguments: [run, name, now])
        }
        return run
    }

    /// All runs, oldest first.
    package func runs() throws(StoreError) -> [RunSummary] {
        try access { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT run, name, title, paths, kind, sessions, created, started, finished, outcome, abandoned
                    FROM runs ORDER BY run
                    """
            ).map { row in
                RunSummary(
                    run: row[0], name: row[1], title: row[2] ?? "",
                    paths: (row[3] as String?).flatMap { EventDetail.list($0) } ?? [],
                    kind: (row[4] as String?).flatMap { Session.Kind(rawValue: $0) },
                    sessions: row[5], created: row[6], started: row[7], finished: row[8],
                    outcome: (row[9] as String?).flatMap { Outcome(rawValue: $0) }, isAbandoned: row[10])
            }
        }
    }

    /// Stores texts under their digests, before anything names them. Only for executors.
    package func keep(_ definitions: [Definition]) throws(StoreError) {
        try requireLock()
        try transaction { db in
            for definition in definitions {
                try db.execute(
                    sql: "INSERT INTO definitions (digest, text) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                    arguments: [definition.digest, definition.text])
            }
        }
    }

    /// Sets runs aside: they count as unfinished no more, until a session takes them up again. Only for executors.
    package func abandon(_ runs: [Int]) throws(StoreError) {
        try requireLock()
        try transaction { db in
            for run in runs {
                try db.execute(sql: "UPDATE runs SET abandoned = 1 WHERE run = ?", arguments: [run])
            }
        }
    }

    func requireLock() throws(StoreError) {
        guard lock != nil else {
            throw StoreError(
                .readOnly, "\(folder.database) was not opened to execute a run, which only its lock allows.")
        }
    }

    func requireRun(_ db: Database, _ run: Int) throws {
        guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE run = ?)", arguments: [run]) == true
        else {
            throw StoreError(
                .unknownRun, "There is no run \(run) in \(folder.path).")
        }
    }
}
