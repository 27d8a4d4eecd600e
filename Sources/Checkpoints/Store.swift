import GRDB
import GRDBSQLite
import Glibc
import Model

/// The database of a state folder.
///
/// One connection, for one thread at a time. Errors name the file and what to do; nothing that cannot be read is ever
/// overwritten.
package final class Store {
    /// Above this size (bytes) the structure of a database is not checked as a whole after a crash.
    static let checkLimit: Int64 = 64 << 20

    package let folder: StateFolder
    let queue: DatabaseQueue
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
        queue = try Self.connect(lock.folder, isReadOnly: false, patience: patience)
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
        queue = try Self.connect(folder, isReadOnly: !isCut || POSIX.access(folder.path, W_OK) != 0)
        try checkIdentity(canCreate: false)
    }

    /// An existing store, to read from and to leave words in (`leave`), next to an executor or without one.
    package init(writing folder: StateFolder) throws(StoreError) {
        self.folder = folder
        lock = nil
        try Self.requireFile(folder)
        queue = try Self.connect(folder, isReadOnly: false)
        try checkIdentity(canCreate: false)
        try tune()
    }

    deinit {
        // Statements go before their connection, the connection before the lock.
        writers = nil
        // Closing removes the write-ahead log by its name, and so one that belongs to what stands there now.
        if !isDisplaced { try? queue.close() }
        // Letting go of a dispatch queue starts a thread, for which libdispatch ends the whole program when there is no
        // descriptor left. What stays is small, and a program has one or two stores in its life.
        _ = Unmanaged.passRetained(queue)
    }

    /// Runs `work` on the connection; errors come out as this target's.
    func access<T>(_ work: (Database) throws -> T) throws(StoreError) -> T {
        var systemError: Int32 = 0
        do {
            return try queue.writeWithoutTransaction { db in
                do { return try work(db) } catch {
                    systemError = db.sqliteConnection.map { sqlite3_system_errno($0) } ?? 0
                    throw error
                }
            }
        } catch {
            throw Self.failure(error, folder: folder, systemError: systemError)
        }
    }

    /// Runs `work` in a transaction that has the right to write from its start.
    func transaction<T>(_ work: (Database) throws -> T) throws(StoreError) -> T {
        try access { db in
            var value: T?
            try db.inTransaction(.immediate) {
                value = try work(db)
                return .commit
            }
            guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
            return value
        }
    }

    /// Throws when what was opened is not what the folder's path leads to any more: what is stored would be lost.
    func checkPlace(_ files: StoreFiles) throws(StoreError) {
        guard let fault = files.fault(folder) else { return }
        isDisplaced = fault.isDatabase
        throw fault.error
    }

    /// The statements that append, prepared at first use.
    func writer(_ db: Database) throws -> EventWriter {
        if let writers { return writers }
        let made = try EventWriter(db)
        writers = made
        return made
    }

    static func failure(_ error: any Error, folder: StateFolder, systemError: Int32 = 0) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as DatabaseError: StoreError(error, path: folder.database, systemError: systemError)
        default: StoreError(.broken, "\(folder.database) cannot be used: \(error).")
        }
    }

    private static func connect(
        _ folder: StateFolder, isReadOnly: Bool, patience: Double = 5
    ) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(patience)
        configuration.label = "runbook.state"
        // Database, log, index, folder and two of libdispatch: a connection that fails to open lets go of its queue.
        try FileSystem.requireDescriptors(6, for: folder.database)
        do {
            let options = isReadOnly && cannotChange(folder) ? "?immutable=1" : ""
            return try DatabaseQueue(path: address(folder.database, options), configuration: configuration)
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
