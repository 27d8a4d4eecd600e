package import Execution

/// The durable record of one run that an executor appends to.
package final class RunJournal: Journal {
    package let run: Int
    /// `seq` of the newest record appended or heard.
    package private(set) var seq: Int

    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let dataVersion: Statement
    /// Changes whenever another connection commits.
    private var seenVersion: Int64?
    /// Transactions begun.
    private var commits = 0
    private let files: StoreFiles
    /// Last, so that the statements go before their connection.
    private let store: Store

    /// Goes on after `seq`, which `Store.load` told; only on a store that has the lock.
    package init(_ store: Store, run: Int, after seq: Int) throws(StoreError) {
        try store.requireLock()
        self.store = store
        self.run = run
        self.seq = seq
        files = StoreFiles(store.folder)
        (begin, commit, rollback, dataVersion) = try store.access { db in
            try store.requireRun(db, run)
            return (
                try db.prepare("BEGIN IMMEDIATE"), try db.prepare("COMMIT"), try db.prepare("ROLLBACK"),
                try db.prepare("PRAGMA data_version")
            )
        }
    }

    package func append(_ records: [Record]) throws(JournalError) {
        guard !records.isEmpty else { return }
        guard records.allSatisfy({ $0.run == run }) else {
            throw JournalError(message: "A record of another run was to be appended to run \(run). Please report this.")
        }
        try translated { () throws(StoreError) in
            try transaction { _, writer in
                for record in records { seq = Int(try writer.write(record)) }
            }
        }
    }

    package func words() throws(JournalError) -> [Record] {
        try translated { () throws(StoreError) in
            let version = try store.access { _ in
                _ = try dataVersion.step()
                defer { dataVersion.reset() }
                return dataVersion.int(0)
            }
            guard version != seenVersion else { return [] }
            let found = try store.access { db in try store.inbox(db, run) }
            if !found.isEmpty { try hear(found) }
            seenVersion = version
            return found.map(\.record)
        }
    }

    /// Words become events when the executor hears them: events stand in the order in which it took notice of them.
    private func hear(_ found: [(id: Int64, record: Record)]) throws(StoreError) {
        try transaction { db, writer in
            for (id, record) in found { seq = Int(try store.hear(db, writer, id: id, record)) }
        }
    }

    private func transaction(_ work: (Connection, EventWriter) throws -> Void) throws(StoreError) {
        let before = seq
        do {
            try store.access { db in
                let writer = try store.writer(db)
                try begin.run()
                commits += 1
                if commits == LogSpace.worthwhile {
                    LogSpace.prepare(store.folder, size: Int64(StoreTuning.logSize))
                }
                do {
                    try work(db, writer)
                    try commit.run()
                } catch {
                    writer.forget()
                    // Some errors have already ended it.
                    if db.isInTransaction { try? rollback.run() }
                    throw error
                }
            }
            try store.checkPlace(files)
        } catch {
            seq = before
            throw error
        }
        store.acknowledgement?.write(Int64(seq))
    }

    private func translated<T>(_ work: () throws(StoreError) -> T) throws(JournalError) -> T {
        do { return try work() } catch { throw JournalError(error) }
    }
}
