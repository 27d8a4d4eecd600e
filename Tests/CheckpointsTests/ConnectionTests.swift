import CSQLite
import Testing

@testable import Checkpoints

@Suite("A connection to SQLite")
struct ConnectionTests {
    private func connection() throws -> Connection {
        try Connection(":memory:", isReadOnly: false, patience: 0)
    }

    @Test("stores every kind of value as it is, and tells NULL from what is empty")
    func values() throws {
        let db = try connection()
        try db.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
        try db.run(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", .integer(.min), .real(-0.1), .text("a\u{0}ü"), .text(""),
            .blob([0, 255]), .blob([]), .null)
        let row = try db.query("SELECT *, typeof(d), typeof(f) FROM t")
        #expect(try row.step())
        #expect(row.int(0) == .min)
        #expect(row.double(1) == -0.1)
        #expect(row.text(2) == "a\u{0}ü")
        #expect(row.optionalText(3) == "")
        #expect(row.bytes(4) == [0, 255])
        #expect(row.bytes(5).isEmpty && !row.isNull(5))
        #expect(row.optionalText(6) == nil && row.optionalInt(6) == nil && row.optionalDouble(6) == nil)
        #expect(row.text(7) == "text" && row.text(8) == "blob")
        #expect(try !row.step())
    }

    @Test("hands a statement that was let go out again, without what was bound to it")
    func reuse() throws {
        let db = try connection()
        let sql = "SELECT coalesce(?1, 'nothing')"
        #expect(try db.text(sql, .text("something")) == "something")
        #expect(try db.text(sql) == "nothing")
        let first = try db.query(sql, .text("one"))
        let second = try db.query(sql, .text("two"))
        #expect(try first.step() && second.step())
        #expect(first.text(0) == "one" && second.text(0) == "two")
    }

    @Test("takes a transaction back when its work throws, and goes on")
    func rollback() throws {
        struct Stop: Error {}
        let db = try connection()
        try db.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        #expect(throws: Stop.self) {
            try db.transaction(.immediate) {
                try db.run("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(!db.isInTransaction)
        try db.transaction(.immediate) { try db.run("INSERT INTO t VALUES (7)") }
        #expect(try db.integer("SELECT sum(a) FROM t") == 7)
        #expect(db.lastInsertedRow == 7)
    }

    @Test("tells the extended code and SQLite's words")
    func errors() throws {
        let db = try connection()
        try db.execute("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)")
        let twice = try #require(throws: SQLiteError.self) { try db.run("INSERT INTO t VALUES (1)") }
        #expect(twice.primaryCode == SQLITE_CONSTRAINT && twice.code == 1555)
        #expect(twice.message == "UNIQUE constraint failed: t.a")
        let wrong = try #require(throws: SQLiteError.self) { try db.run("SELEC 1") }
        #expect(wrong.code == SQLITE_ERROR && wrong.message.contains("syntax error"))
        let missing = try #require(throws: SQLiteError.self) {
            _ = try Connection("/nonexistent/state.db", isReadOnly: true, patience: 0)
        }
        #expect(missing.primaryCode == SQLITE_CANTOPEN)
        // What was refused can be tried again.
        try db.run("INSERT INTO t VALUES (2)")
    }

    @Test("makes no file, writes to none that is opened to read, and waits for a lock no longer than it should")
    func modes() throws {
        let sandbox = try Sandbox()
        let path = sandbox.path + "/x.db"
        #expect(throws: SQLiteError.self) { _ = try Connection(path, isReadOnly: false, patience: 0) }
        #expect(try run("sqlite3", [path, "CREATE TABLE t (a)"]).status == 0)
        let reader = try Connection(path, isReadOnly: true, patience: 0)
        let refused = try #require(throws: SQLiteError.self) { try reader.run("INSERT INTO t VALUES (1)") }
        #expect(refused.primaryCode == SQLITE_READONLY)
        let (one, other) = (
            try Connection(path, isReadOnly: false, patience: 0), try Connection(path, isReadOnly: false, patience: 0)
        )
        try one.transaction(.immediate) {
            let busy = try #require(throws: SQLiteError.self) { try other.transaction(.immediate) {} }
            #expect(busy.primaryCode == SQLITE_BUSY)
        }
        try other.transaction(.immediate) {}
        for connection in [reader, one, other] { connection.close() }
    }

    @Test("refuses what is used after it was closed")
    func closed() throws {
        let db = try connection()
        db.close()
        #expect(throws: SQLiteError.self) { try db.run("SELECT 1") }
        #expect(throws: SQLiteError.self) { try db.execute("SELECT 1") }
    }
}

@Suite("A database of an earlier version")
struct MigrationTests {
    @Test("says which changes were made in the table that earlier versions know, and none is made twice")
    func table() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.store()
        let schema = "SELECT sql FROM sqlite_master WHERE name = 'grdb_migrations'"
        #expect(
            try sql(sandbox, schema) == "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        #expect(try sql(sandbox, "SELECT group_concat(identifier) FROM grdb_migrations") == "1,2,3")
        let path = sandbox.state + "/state.db"
        // A change made twice would find its views gone or there already, and fail.
        let again = try Connection(path, isReadOnly: false, patience: 0)
        try Schema.migrate(again)
        again.close()
        #expect(try sql(sandbox, "SELECT count(*) FROM grdb_migrations") == "3")
    }

    @Test("gets only the changes that it has not had")
    func continued() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.store()
        _ = try sql(
            sandbox,
            """
            DELETE FROM grdb_migrations WHERE identifier = '3';
            DROP VIEW gate_history; CREATE VIEW gate_history AS SELECT 1 AS earlier;
            DROP VIEW current_outputs; CREATE VIEW current_outputs AS SELECT 1 AS kept;
            PRAGMA user_version = 2;
            """)
        _ = try sandbox.store()
        #expect(try sql(sandbox, "SELECT group_concat(identifier) FROM grdb_migrations") == "1,2,3")
        #expect(try sql(sandbox, "PRAGMA user_version") == "3")
        #expect(try sql(sandbox, "SELECT count(*) FROM pragma_table_info('gate_history')") == "8")
        // Change 2 had been made, and is not made again.
        #expect(try sql(sandbox, "SELECT name FROM pragma_table_info('current_outputs')") == "kept")
    }
}
