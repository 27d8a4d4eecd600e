/// The tables of a state database, and how older ones become these.
enum Schema {
    /// Marks a SQLite file as one of ours: `rbok`.
    static let applicationID: Int32 = 0x7262_6F6B
    /// `PRAGMA user_version` of what this program writes; counts migrations.
    static let version: Int32 = 3

    /// A change of the schema, by the name under which `grdb_migrations` tells that it was made.
    private struct Migration {
        var name: String
        var change: (Connection) throws -> Void
    }

    private static var migrations: [Migration] {
        [
            Migration(name: "1") { db in
                try db.execute(tables)
                try db.execute(SchemaViews.sql)
                // A new database is whole after one transaction: the views are those of now.
                try db.execute("PRAGMA user_version = \(version)")
            },
            Migration(name: "2") { db in
                try db.execute("DROP VIEW current_outputs;" + SchemaViews.currentOutputs)
                try db.execute("DROP VIEW steps; DROP VIEW step_facts;" + SchemaViews.stepFacts + SchemaViews.steps)
                try raise(db, to: 2)
            },
            Migration(name: "3") { db in
                try db.execute("DROP VIEW gate_history;" + SchemaViews.gateHistory)
                try db.execute("DROP VIEW steps; DROP VIEW step_facts;" + SchemaViews.stepFacts + SchemaViews.steps)
                try db.execute("DROP VIEW attempts;" + SchemaViews.attempts)
                try raise(db, to: 3)
            },
        ]
    }

    /// Makes what has not been made yet, in order, each in a transaction of its own.
    ///
    /// The table of what was made has the name that a library gave it which earlier versions used for this.
    static func migrate(_ db: Connection) throws {
        try db.execute("CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        for migration in migrations {
            try db.transaction(.immediate) {
                let isMade = try db.integer("SELECT 1 FROM grdb_migrations WHERE identifier = ?", .text(migration.name))
                guard isMade == nil else { return }
                try migration.change(db)
                try db.run("INSERT INTO grdb_migrations (identifier) VALUES (?)", .text(migration.name))
            }
        }
    }

    /// What came with all views of now is never said to be older, whichever migrations are still to come.
    private static func raise(_ db: Connection, to version: Int32) throws {
        guard try db.integer("PRAGMA user_version") ?? 0 < version else { return }
        try db.execute("PRAGMA user_version = \(version)")
    }

    /// A commit writes each page it touched: events come without foreign keys and indexes, and with their
    /// fingerprint in the row. A run's events are found by `runs.first_seq`, before which it has none.
    private static let tables = """
        CREATE TABLE runs (
            run INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            created REAL NOT NULL,
            first_seq INTEGER NOT NULL,
            kind TEXT,
            title TEXT,
            paths TEXT,
            sessions INTEGER NOT NULL DEFAULT 0,
            started REAL,
            finished REAL,
            outcome TEXT,
            abandoned INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE events (
            seq INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            time REAL NOT NULL,
            event TEXT NOT NULL,
            step TEXT,
            attempt INTEGER,
            role TEXT,
            state TEXT,
            exit INTEGER,
            signal INTEGER,
            pid INTEGER,
            start_time REAL,
            boot TEXT,
            gate TEXT,
            holds INTEGER,
            answer TEXT,
            probes INTEGER,
            seconds REAL,
            gate_seconds REAL,
            decision TEXT,
            reason TEXT,
            log TEXT,
            fingerprint TEXT,
            fingerprint_seq INTEGER,
            definition INTEGER,
            detail TEXT
        ) STRICT;

        CREATE TABLE outputs (
            seq INTEGER NOT NULL,
            place INTEGER NOT NULL,
            run INTEGER NOT NULL,
            step TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT,
            sealed BLOB,
            PRIMARY KEY (seq, place)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE definitions (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL
        ) STRICT;

        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL,
            time REAL NOT NULL,
            step TEXT NOT NULL,
            fingerprint TEXT,
            detail TEXT NOT NULL
        ) STRICT;
        """
}
