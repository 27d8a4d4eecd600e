import Glibc

/// Which files a database was opened as, so that one that is removed or replaced under an executor is found out.
///
/// SQLite goes on writing to a file that has no name any more, and everything stored there goes with the executor.
struct StoreFiles {
    /// Something else, or nothing, stands where a file was opened.
    struct Fault {
        /// False when it is only the write-ahead log.
        var isDatabase: Bool
        var error: StoreError
    }

    private let database: FileSystem.Status?
    private let log: FileSystem.Status?

    /// Of a database that is open, so that its log exists.
    init(_ folder: StateFolder) {
        database = FileSystem.status(folder.database, following: false)
        log = FileSystem.status(folder.log, following: false)
    }

    /// What became of the files since; nil when they are where they were.
    func fault(_ folder: StateFolder) -> Fault? {
        if let loss = Self.loss(of: folder.database, database) {
            let remedy = FileSystem.status(folder.path) == nil ? "Put the folder" : "Put it and its state.db-wal"
            return Fault(
                isDatabase: true,
                error: StoreError(
                    .lost,
                    "\(folder.database) \(loss) while a run was at work with it, so nothing more can be stored. "
                        + "\(remedy) back where it was; without it the steps that were done are not known."))
        }
        guard let loss = Self.loss(of: folder.log, log) else { return nil }
        return Fault(
            isDatabase: false,
            error: StoreError(
                .lost,
                "\(folder.log) \(loss) while a run was at work with it, so nothing can be stored safely. "
                    + "Stop what does that: the file belongs to state.db."))
    }

    private static func loss(of path: String, _ before: FileSystem.Status?) -> String? {
        guard let now = FileSystem.status(path, following: false) else { return "was removed" }
        return now.inode == before?.inode && now.device == before?.device ? nil : "was replaced"
    }
}
