import Glibc

/// What is checked before a database is trusted.
extension Store {
    /// Makes an empty file with mode 0600 for a new database; refuses to put one where an earlier one was.
    ///
    /// - Returns: true when the last executor ended in order.
    static func prepareFile(_ folder: StateFolder) throws(StoreError) -> Bool {
        let log = FileSystem.status(folder.log)?.size ?? 0
        if let status = FileSystem.status(folder.database, following: false) {
            try requireRegular(status, folder)
            guard status.size > 0 || log == 0 && Acknowledgement.read(folder) == 0 else {
                throw StoreError(
                    .lost, "\(folder.database) is empty, but there were runs in this folder. \(lossRemedy)")
            }
            return log == 0
        }
        guard log == 0, Acknowledgement.read(folder) == 0 else {
            throw StoreError(.lost, "\(folder.database) is missing, but there were runs in this folder. \(lossRemedy)")
        }
        close(try FileSystem.openPrivate(folder.database, owner: folder.giveTo))
        try FileSystem.syncFolder(folder.path)
        return true
    }

    static func requireFile(_ folder: StateFolder) throws(StoreError) {
        guard let status = FileSystem.status(folder.database, following: false) else { throw noRuns(folder) }
        try requireRegular(status, folder)
    }

    private static func requireRegular(_ status: FileSystem.Status, _ folder: StateFolder) throws(StoreError) {
        guard status.isFile else {
            throw StoreError(
                .misplaced,
                "\(folder.database) is not a regular file. Move it away, or name another folder with --state.")
        }
    }

    private static let lossRemedy =
        "Put its files back from a copy, or remove the folder to begin anew (services that are up stay up)."

    /// Whose database it is, and of which version; an executor brings older ones up to date.
    func checkIdentity(canCreate: Bool) throws(StoreError) {
        var (application, version, isEmpty): (Int32, Int32, Bool) = (0, 0, true)
        try access { db in
            // Of one moment: another executor may be making it.
            try db.transaction(.deferred) {
                application = Int32(truncatingIfNeeded: try db.integer("PRAGMA application_id") ?? 0)
                version = Int32(truncatingIfNeeded: try db.integer("PRAGMA user_version") ?? 0)
                isEmpty = try db.integer("SELECT EXISTS (SELECT 1 FROM sqlite_master)") == 0
            }
        }
        if isEmpty, application == 0, version == 0 {
            guard canCreate else { throw Self.noRuns(folder) }
            return try migrate()
        }
        guard application == Schema.applicationID else {
            throw StoreError(
                .notADatabase,
                "\(folder.database) is a database of another program (application id \(application)). "
                    + "Nothing was changed. Name another state folder with --state.")
        }
        if version > Schema.version {
            throw StoreError(
                .newer,
                "\(folder.database) was written by a newer runbook "
                    + "(schema \(version), this one knows \(Schema.version)). "
                    + "Nothing was changed. Use that version, or another state folder (--state).")
        }
        if version < Schema.version {
            guard canCreate else {
                if version == 0 { throw Self.noRuns(folder) }
                throw StoreError(
                    .older,
                    "\(folder.database) was written by an older runbook (schema \(version), this one has "
                        + "\(Schema.version)). What works on a run brings it up to date; what looks at one does not.")
            }
            try migrate()
        }
    }

    private static func noRuns(_ folder: StateFolder) -> StoreError {
        StoreError(
            .missing,
            "The state folder \(folder.path) has no runs yet. Start one, "
                + "or name another folder with --state."
        )
    }

    private func migrate() throws(StoreError) {
        try tune()
        // Before the first table: an executor may die at any point of this, and the next one has to know it as ours.
        try access { db in try db.execute("PRAGMA application_id = \(Schema.applicationID)") }
        try access { db in try Schema.migrate(db) }
    }

    /// Makes a database that was found to be ours durable and cheap to append to.
    func tune() throws(StoreError) {
        try access { db in try db.execute(StoreTuning.pragmas) }
    }

    /// After a crash: whether every page is where it belongs.
    func checkStructure() throws(StoreError) {
        guard let status = FileSystem.status(folder.database), status.size <= Self.checkLimit else { return }
        let complaint = try access { db in try db.text("PRAGMA quick_check(1)") }
        guard let complaint, complaint != "ok" else { return }
        throw StoreError(
            .corrupt, "\(folder.database) is damaged: \(complaint). \(StoreError.corruptRemedy)")
    }

    /// Whether everything is there that was ever told to be on disk.
    func checkCompleteness() throws(StoreError) {
        let told = Acknowledgement.read(folder)
        let newest = try access { db in try db.integer("SELECT max(seq) FROM events") ?? 0 }
        guard newest < told else { return }
        throw StoreError(
            .lost,
            "\(folder.database) lost its newest \(told - newest) events: state.db-wal was removed or cut off, "
                + "or an older copy was put in place. Put the right files back; or remove \(folder.acknowledged) "
                + "to go on with what is left (steps that were done since may run again).")
    }
}
