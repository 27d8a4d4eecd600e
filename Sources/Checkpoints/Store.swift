import Glibc
import Model
import Threads

/// The database of a state folder.
///
/// One connection, which threads use in turn. Errors name the file and what to do; nothing that cannot be read is ever
/// overwritten.
package final class Store {
    /// Above this size (bytes) the structure of a database is not checked as a whole after a crash.
    static let checkLimit: Int64 = 64 << 20

    package let folder: StateFolder
    private let connection: Monitor<Connection>
    /// Held as long as the store is: only with it are runs made and appended to.
    let lock: Lock?
    private(set) var acknowledgement: Acknowledgement?
    private var writers: EventWriter?
    /// Something else, or nothing, stands where the database was opened.
    private var isDisplaced = false

    /// The store of an executor, made when the folder has none.
    ///
    /// After a crash the database's structure is checked as a whole (up to 64 MB), and always whether it still ends
    /// where it was last told to be on disk.
    ///
    /// - Parameter patience: seconds to wait for another process's transaction.
    package init(executing lock: Lock, patience: Double = 5) throws(StoreError) {
        folder = lock.folder
        self.lock = lock
        let wasClean = try Self.prepareFile(lock.folder)
        connection = Monitor(try Self.connect(lock.folder, isReadOnly: false, patience: patience))
        try checkIdentity(canCreate: true)
        if !wasClean { try checkStructure() }
        try checkCompleteness()
        acknowledgement = try Acknowledgement(lock.folder)
        try tune()
    }

    /// An existing store, to read from.
    package init(reading folder: StateFolder) throws(StoreError) {
        self.folder = folder
        lock = nil
        try Self.requireFile(folder)
        // An executor that died while it made the database left a transaction that has to be taken back first.
        let isCut = FileSystem.status(folder.database + "-journal").map { $0.size > 0 } ?? false
        connection = Monitor(
            try Self.connect(folder, isReadOnly: !isCut || POSIX.access(folder.path, W_OK) != 0))
        try checkIdentity(canCreate: false)
    }

    /// An existing store, to read from and to leave words in (`leave`), next to an executor or without one.
    package init(writing folder: StateFolder) throws(StoreError) {
        self.folder = folder
        lock = nil
        try Self.requireFile(folder)
        connection = Monitor(try Self.connect(folder, isReadOnly: false))
        try checkIdentity(canCreate: false)
        try tune()
    }

    deinit {
        // Statements go before their connection, the connection before the lock.
        writers = nil
        // Closing removes the write-ahead log by its name, and so one that belongs to what stands there now: then the
        // connection stays open until the program ends.
        if !isDisplaced { connection.withLock { $0.close() } }
    }

    /// Runs `work` on the connection; errors come out as this target's.
    func access<T>(_ work: (Connection) throws -> T) throws(StoreError) -> T {
        do { return try connection.withLock { db in try work(db) } } catch { throw Self.failure(error, folder: folder) }
    }

    /// Runs `work` in a transaction that has the right to write from its start.
    func transaction<T>(_ work: (Connection) throws -> T) throws(StoreError) -> T {
        try access { db in try db.transaction(.immediate) { try work(db) } }
    }

    /// Throws when what was opened is not what the folder's path leads to any more: what is stored would be lost.
    func checkPlace(_ files: StoreFiles) throws(StoreError) {
        guard let fault = files.fault(folder) else { return }
        isDisplaced = fault.isDatabase
        throw fault.error
    }

    /// The statements that append, prepared at first use.
    func writer(_ db: Connection) throws -> EventWriter {
        if let writers { return writers }
        let made = try EventWriter(db)
        writers = made
        return made
    }

    static func failure(_ error: any Error, folder: StateFolder) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as SQLiteError: StoreError(error, path: folder.database)
        default: StoreError(.broken, "\(folder.database) cannot be used: \(error).")
        }
    }

    private static func connect(
        _ folder: StateFolder, isReadOnly: Bool, patience: Double = 5
    ) throws(StoreError) -> Connection {
        // Database, log, index and folder, and two to spare.
        try FileSystem.requireDescriptors(6, for: folder.database)
        do {
            let options = isReadOnly && cannotChange(folder) ? "?immutable=1" : ""
            return try Connection(address(folder.database, options), isReadOnly: isReadOnly, patience: patience)
        } catch {
            throw failure(error, folder: folder)
        }
    }

    /// Where nothing can be written, SQLite cannot make the files that its write-ahead log needs: without a log left
    /// over, it can be told that nothing will change.
    private static func cannotChange(_ folder: StateFolder) -> Bool {
        let log = FileSystem.status(folder.database + "-wal")?.size ?? 0
        return log == 0 && POSIX.access(folder.path, W_OK) != 0 && (errno == EROFS || errno == EACCES)
    }

    /// What SQLite opens a file by: its path, and a URI where that cannot say it.
    private static func address(_ path: String, _ options: String) -> String {
        guard !options.isEmpty || OSText.hasStandIns(path) else { return path }
        var escaped = "file:"
        for scalar in path.unicodeScalars {
            if let byte = OSText.byte(scalar) {
                escaped += "%" + String(byte, radix: 16)
            } else if "%?#".unicodeScalars.contains(scalar) {
                escaped += "%" + String(scalar.value, radix: 16)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped + options
    }
}
