import CSQLite

/// What SQLite refused, as it said it.
struct SQLiteError: Error {
    /// The extended result code.
    var code: Int32
    var message: String
    /// `errno` of the system call that failed beneath, 0 where there was none.
    var systemError: Int32 = 0

    /// The result code that the extended one belongs to, as in `SQLITE_IOERR`.
    var primaryCode: Int32 { code & 0xFF }

    init(code: Int32, message: String? = nil) {
        self.code = code
        self.message = message ?? String(cString: sqlite3_errstr(code))
    }

    /// What a connection says about the call that it has just refused.
    ///
    /// - Parameter connection: nil when there was no memory for one.
    init(code: Int32, _ connection: OpaquePointer?) {
        self.code = code
        message = String(cString: connection.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code))
        systemError = connection.map { sqlite3_system_errno($0) } ?? 0
    }
}
