import GRDB
import GRDBSQLite

/// A prepared statement of a GRDB connection that is bound, stepped and read through SQLite itself.
///
/// For what happens once an event: no arrays of values, no rows as objects. Used only inside the access block of the
/// connection it was prepared on, and let go before that connection.
final class Prepared {
    private let statement: Statement
    private let raw: OpaquePointer
    private var bound = SQLITE_OK

    /// SQLite copies the bytes during the call.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ db: Database, _ sql: String) throws {
        statement = try db.makeStatement(sql: sql)
        raw = statement.sqliteStatement
    }

    /// Sets every parameter to NULL.
    func clear() {
        sqlite3_clear_bindings(raw)
        bound = SQLITE_OK
    }

    func bind(_ index: Int32, _ value: Int64) {
        note(sqlite3_bind_int64(raw, index, value))
    }

    func bind(_ index: Int32, _ value: Double) {
        note(sqlite3_bind_double(raw, index, value))
    }

    func bind(_ index: Int32, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                // A null pointer would bind NULL.
                return note(sqlite3_bind_text(raw, index, "", 0, Self.transient))
            }
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { chars in
                note(sqlite3_bind_text(raw, index, chars, Int32(clamping: bytes.count), Self.transient))
            }
        }
    }

    func bind(_ index: Int32, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                return note(sqlite3_bind_zeroblob(raw, index, 0))
            }
            note(sqlite3_bind_blob(raw, index, base, Int32(clamping: bytes.count), Self.transient))
        }
    }

    /// Keeps the first refusal (a value over SQLite's limit of 1 GB) until the statement is run.
    private func note(_ code: Int32) {
        if code != SQLITE_OK, bound == SQLITE_OK { bound = code }
    }

    /// True when there is a row to read.
    func step() throws -> Bool {
        guard bound == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: bound)) }
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let message = sqlite3_errmsg(sqlite3_db_handle(raw)).map { String(cString: $0) }
            sqlite3_reset(raw)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    func reset() {
        sqlite3_reset(raw)
    }

    /// Runs a statement whose rows, if any, are not wanted.
    func run() throws {
        _ = try step()
        sqlite3_reset(raw)
    }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(raw, column) == SQLITE_NULL
    }

    func int(_ column: Int32) -> Int64 {
        sqlite3_column_int64(raw, column)
    }

    func double(_ column: Int32) -> Double {
        sqlite3_column_double(raw, column)
    }

    /// Empty for NULL.
    func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(raw, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(raw, column))), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(raw, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(raw, column))))
    }
}
