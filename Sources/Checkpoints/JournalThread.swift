package import Execution
import Threads

/// Writes a journal on a thread of its own, one transaction after the other, so that the engine does not wait for the
/// disk.
///
/// Its methods are called on the engine's thread. The journal is used by nobody else until `close`, and never by two
/// threads at once. Where no thread is to be had, the engine waits for each transaction.
package final class JournalThread: JournalWriter {
    private let desk: Desk
    private var thread: Thread?

    /// - Parameter post: takes what is to be told to the engine, from another thread.
    package init(_ journal: any Journal, post: @escaping @Sendable (Occurrence) -> Void) {
        let desk = Desk(journal, post: post)
        self.desk = desk
        thread = try? Thread.start(named: "journal") { while desk.work() {} }
    }

    deinit { close() }

    package func append(_ records: [Execution.Record], as ticket: Ticket) {
        desk.state.change { $0 = .waiting(ticket, records) }
        if thread == nil { _ = desk.work() }
    }

    package func wait(for ticket: Ticket) throws(JournalError) {
        let error: JournalError?? = desk.state.wait { state in
            switch state {
            case .done(let last, let error): .some(last == ticket ? error : nil)
            case .idle: .some(nil)
            case .waiting, .writing, .closed: nil
            }
        }
        if let error = error ?? nil { throw error }
    }

    package func words() throws(JournalError) -> [Execution.Record] { try desk.journal.words() }

    /// Waits for the transaction under way, and ends the thread.
    package func close() {
        guard let thread else { return }
        self.thread = nil
        _ = desk.state.wait { state -> Bool? in
            switch state {
            case .waiting, .writing: nil
            case .idle, .done, .closed: true
            }
        }
        desk.state.change { $0 = .closed }
        thread.join()
    }
}

/// What the two threads share.
private final class Desk: @unchecked Sendable {
    enum State {
        case idle
        case waiting(Ticket, [Execution.Record])
        case writing
        /// How the last transaction went.
        case done(Ticket, JournalError?)
        case closed
    }

    let journal: any Journal
    let state = Monitor(State.idle)
    private let post: @Sendable (Occurrence) -> Void

    init(_ journal: any Journal, post: @escaping @Sendable (Occurrence) -> Void) {
        self.journal = journal
        self.post = post
    }

    /// Waits for a transaction and writes it; false when none will come any more.
    func work() -> Bool {
        let next: (ticket: Ticket, records: [Execution.Record])?? = state.wait { state in
            switch state {
            case .waiting(let ticket, let records):
                state = .writing
                return .some((ticket, records))
            case .closed: return .some(nil)
            case .idle, .writing, .done: return nil
            }
        }
        guard let (ticket, records) = next ?? nil else { return false }
        var failure: JournalError?
        do { try journal.append(records) } catch { failure = error }
        state.change { $0 = .done(ticket, failure) }
        post(failure.map { .notCommitted(ticket, $0) } ?? .committed(ticket))
        return true
    }
}
