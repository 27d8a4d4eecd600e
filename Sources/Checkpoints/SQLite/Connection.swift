import CSQLite

/// A connection to one SQLite database; all of this program's SQL goes through it.
///
/// For one thread at a time. Statements are compiled once: a `Statement` that is let go comes back to its connection,
/// which hands it out again for the same SQL. No file is made: what should be opened has to be there.
final class Connection {
    enum Transaction: String {
        /// Reads one state of the database, from its first read on.
        case deferred = "BEGIN DEFERRED"
        /// Has the right to write from its start.
        case immediate = "BEGIN IMMEDIATE"
    }

    private var raw: OpaquePointer?
    /// Compiled statements that are in nobody's hands, by their SQL.
    private var idle: [String: OpaquePointer] = [:]

    /// - Parameters:
    ///   - address: a path, or a URI that begins with `file:`.
    ///   - patience: seconds to wait for another connection's lock.
    init(_ address: String, isReadOnly: Bool, patience: Double) throws(SQLiteError) {
        var flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        if address.utf8.starts(with: "file:".utf8) { flags |= SQLITE_OPEN_URI }
        var raw: OpaquePointer?
        let code = sqlite3_open_v2(address, &raw, flags, nil)
        guard code == SQLITE_OK, let raw else {
            let error = SQLiteError(code: code, raw)
            sqlite3_close_v2(raw)
            throw error
        }
        self.raw = raw
        sqlite3_busy_timeout(raw, Int32(clamping: Int((patience * 1000).rounded())))
    }

    /// Ends the connection. Statements that are still in somebody's hands keep it open until they go.
    func close() {
        for statement in idle.values { sqlite3_finalize(statement) }
        idle = [:]
        sqlite3_close_v2(raw)
        raw = nil
    }

    /// Runs statements without parameters, whose rows are not wanted.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(raw, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code: code, raw) }
    }

    /// A statement, ready to be bound; compiled unless the same SQL was before.
    func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        if let statement = idle.removeValue(forKey: sql) { return Statement(statement, sql, of: self) }
        guard let raw else { throw SQLiteError(code: SQLITE_MISUSE) }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw SQLiteError(code: code, raw) }
        return Statement(statement, sql, of: self)
    }

    /// A statement with values for its parameters, to be stepped.
    func query(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) -> Statement {
        try prepared(sql, values)
    }

    /// Runs one statement whose rows are not wanted.
    func run(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) {
        try prepared(sql, values).run()
    }

    /// The whole number in the first column of the first row; nil where there is no row, or NULL.
    func integer(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) -> Int? {
        let statement = try prepared(sql, values)
        return try statement.step() ? statement.optionalInt(0).map { Int($0) } : nil
    }

    /// The text in the first column of the first row; nil where there is no row, or NULL.
    func text(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) -> String? {
        let statement = try prepared(sql, values)
        return try statement.step() ? statement.optionalText(0) : nil
    }

    private func prepared(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteError) -> Statement {
        let statement = try prepare(sql)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        return statement
    }

    /// Runs `work` in a transaction, committed when it returns and taken back when it throws.
    func transaction<T>(_ kind: Transaction, _ work: () throws -> T) throws -> T {
        try run(kind.rawValue)
        do {
            let value = try work()
            try run("COMMIT")
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Takes the open transaction back; some errors have done so already.
    func rollback() {
        if isInTransaction { try? run("ROLLBACK") }
    }

    var isInTransaction: Bool {
        raw.map { sqlite3_get_autocommit($0) == 0 } ?? false
    }

    /// `rowid` of the row inserted last.
    var lastInsertedRow: Int64 {
        raw.map { sqlite3_last_insert_rowid($0) } ?? 0
    }

    /// Takes back a statement that nobody has any more.
    fileprivate func take(_ statement: OpaquePointer, _ sql: String) {
        guard raw != nil, idle[sql] == nil else {
            sqlite3_finalize(statement)
            return
        }
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        idle[sql] = statement
    }
}

/// A compiled statement: bound, stepped and read without values in between.
///
/// Used inside one access to its connection, or again in a later one. Columns count from 0, parameters from 1.
final class Statement {
    private let raw: OpaquePointer
    private let sql: String
    private let connection: Connection
    private var bound = SQLITE_OK

    fileprivate init(_ raw: OpaquePointer, _ sql: String, of connection: Connection) {
        self.raw = raw
        self.sql = sql
        self.connection = connection
    }

    deinit {
        connection.take(raw, sql)
    }

    // MARK: - Parameters

    /// Sets every parameter to NULL.
    func clear() {
        sqlite3_clear_bindings(raw)
        bound = SQLITE_OK
    }

    func bind(_ index: Int32, _ value: SQLiteValue) {
        switch value {
        case .null: note(sqlite3_bind_null(raw, index))
        case .integer(let value): bind(index, value)
        case .real(let value): bind(index, value)
        case .text(let value): bind(index, value)
        case .blob(let value): bind(index, value)
        }
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
                return note(csqlite_bind_text(raw, index, "", 0))
            }
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { chars in
                note(csqlite_bind_text(raw, index, chars, UInt64(bytes.count)))
            }
        }
    }

    func bind(_ index: Int32, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                return note(sqlite3_bind_zeroblob(raw, index, 0))
            }
            note(csqlite_bind_blob(raw, index, base, UInt64(bytes.count)))
        }
    }

    /// Keeps the first refusal (a value over SQLite's limit of 1 GB) until the statement is run.
    private func note(_ code: Int32) {
        if code != SQLITE_OK, bound == SQLITE_OK { bound = code }
    }

    // MARK: - Running

    /// True when there is a row to read.
    func step() throws(SQLiteError) -> Bool {
        guard bound == SQLITE_OK else { throw SQLiteError(code: bound) }
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = SQLiteError(code: code, sqlite3_db_handle(raw))
            sqlite3_reset(raw)
            throw error
        }
    }

    func reset() {
        sqlite3_reset(raw)
    }

    /// Runs a statement whose rows, if any, are not wanted.
    func run() throws(SQLiteError) {
        _ = try step()
        sqlite3_reset(raw)
    }

    // MARK: - Columns

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

    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
    func optionalDouble(_ column: Int32) -> Double? { isNull(column) ? nil : double(column) }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}
