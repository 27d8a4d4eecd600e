import CSQLite
import Execution
import Glibc
import Model

extension StoreError {
    static let corruptRemedy =
        "Nothing was changed. Put a copy of the folder back, or try SQLite's own remedy on a copy of the file "
        + "(sqlite3 state.db .recover)."

    /// What an error of SQLite means for the people who use the database at `path`.
    init(_ error: SQLiteError, path: String) {
        let systemError = error.systemError
        let what = "SQLite says: \(error.message) (code \(error.code))"
        let isFull = systemError == ENOSPC || systemError == EDQUOT || Self.hasNoSpace(path)
        switch error.primaryCode {
        case SQLITE_FULL:
            self.init(.full, Self.fullText(path))
        case SQLITE_IOERR where isFull, SQLITE_CANTOPEN where isFull:
            self.init(.full, Self.fullText(path))
        case SQLITE_CORRUPT:
            self.init(.corrupt, "\(path) is damaged. \(what). \(Self.corruptRemedy)")
        case SQLITE_NOTADB:
            self.init(
                .notADatabase,
                "\(path) is not a state database, or its beginning is damaged. Nothing was changed. "
                    + "Put a copy of the folder back, or name another state folder with --state.")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            self.init(.readOnly, Self.readOnlyText(path, systemError))
        case SQLITE_CANTOPEN where POSIX.access(path, W_OK) != 0 && errno != ENOENT,
            SQLITE_CANTOPEN where POSIX.access(Self.parent(path), W_OK) != 0:
            self.init(.readOnly, Self.readOnlyText(path, errno))
        case SQLITE_BUSY, SQLITE_LOCKED:
            let who = LockTable.holder(of: [path, path + "-shm"]) ?? "a database browser, a backup?"
            self.init(
                .busy,
                "Another program has kept \(path) locked for too long (\(who)). Close it, then try again.")
        default:
            let cause = systemError == 0 ? "" : ", \(SystemError(code: systemError).words)"
            self.init(.broken, "\(path) cannot be read or written. \(what)\(cause).")
        }
    }

    private static func parent(_ path: String) -> String {
        Path.folder(of: path)
    }

    private static func hasNoSpace(_ path: String) -> Bool {
        var status = statvfs()
        return POSIX.statvfs(parent(path), &status) == 0 && status.f_bavail == 0
    }

    private static func fullText(_ path: String) -> String {
        "The disk is full: \(path) cannot be written. What was stored before is safe. "
            + "Free some space there, then go on."
    }

    private static func readOnlyText(_ path: String, _ code: Int32) -> String {
        let cause = code == 0 ? "" : " (\(SystemError(code: code).words))"
        return "\(path) cannot be written\(cause). Mend the permissions of it and of its folder, "
            + "or name another state folder with --state."
    }
}

extension JournalError {
    init(_ error: StoreError) {
        self.init(message: error.message)
    }
}
