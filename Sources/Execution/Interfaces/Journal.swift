/// The durable record of runs. What it does may take as long as the disk does.
package protocol Journal: AnyObject {
    /// Appends the records in one transaction; when it returns they are on disk.
    func append(_ records: [Record]) throws(JournalError)

    /// Words of people that other processes wrote to this run since the last call, in order.
    func words() throws(JournalError) -> [Record]
}

/// Names a transaction; counted from 1.
package typealias Ticket = Int

/// A journal that somebody else writes, so that the engine does not wait for the disk.
package protocol JournalWriter: AnyObject {
    /// Begins to store the records in one transaction: `.committed`, or `.notCommitted`, arrives in the inbox.
    ///
    /// One transaction is under way at a time.
    func append(_ records: [Record], as ticket: Ticket)

    /// Waits until that transaction is on disk. The inbox tells it all the same.
    func wait(for ticket: Ticket) throws(JournalError)

    /// Words of people that other processes wrote to this run since the last call, in order; they stand in the journal
    /// when it returns. Only while no transaction is under way.
    func words() throws(JournalError) -> [Record]
}

/// Why the state database cannot be used.
package struct JournalError: Error, Hashable, Sendable {
    /// One or two lines: what is wrong with which file, and what to do.
    package var message: String

    package init(message: String) {
        self.message = message
    }
}

/// Seals secret outputs; the key lives outside the state folder.
package protocol SecretBox: AnyObject {
    /// Makes sure that secrets can be sealed from now on; a key is made where there is none.
    func prepare() throws(JournalError)
    /// Encrypted and authenticated form of a secret, safe to store.
    func seal(bytes: [UInt8]) throws(JournalError) -> [UInt8]
    func bytes(of sealed: [UInt8]) throws(JournalError) -> [UInt8]
    /// A keyed digest: tells whether two secrets are equal, and nothing else.
    func digest(_ text: String) throws(JournalError) -> String
}

extension SecretBox {
    package func seal(_ text: String) throws(JournalError) -> [UInt8] { try seal(bytes: Array(text.utf8)) }

    package func open(_ sealed: [UInt8]) throws(JournalError) -> String {
        String(decoding: try bytes(of: sealed), as: UTF8.self)
    }
}
