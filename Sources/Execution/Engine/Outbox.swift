/// What is recorded, and what may happen only once that is on disk.
///
/// One transaction is under way at a time; the next one takes all that gathered meanwhile. Whatever waits for something
/// stored waits here, and nothing else waits for the disk. Pure.
package struct Outbox<Effect> {
    /// Records of one transaction, and what they let happen.
    private struct Batch {
        var records: [Record] = []
        var effects: [Effect] = []
    }

    /// What is to be done now.
    package enum Action {
        /// Everything that they waited for is on disk.
        case perform([Effect])
        case store(Ticket, [Record])
    }

    /// Seconds for which records that nothing waits for may wait to share a transaction.
    package static var company: Double { 0.003 }

    private var gathered = Batch()
    /// What nothing holds back any more.
    private var released: [Effect] = []
    private var underWay: (ticket: Ticket, batch: Batch)?
    /// Seconds of uptime at which the first of the gathered records came.
    private var since = 0.0
    private var tickets: Ticket = 0

    package init() {}

    /// Something is to happen that is not allowed yet.
    package var holdsEffects: Bool {
        !released.isEmpty || !gathered.effects.isEmpty || underWay.map { !$0.batch.effects.isEmpty } ?? false
    }

    /// The transaction under way; nil: none is.
    package var awaited: Ticket? { underWay?.ticket }

    /// Seconds of uptime at which `next` will have something to store though nothing waits for it; nil: nothing.
    package var deadline: Double? { underWay == nil && !gathered.records.isEmpty ? since + Self.company : nil }

    package mutating func record(_ record: Record, now: Double) {
        if gathered.records.isEmpty { since = now }
        gathered.records.append(record)
    }

    /// To happen once everything recorded so far is on disk.
    package mutating func afterwards(_ effect: Effect) { gathered.effects.append(effect) }

    /// What is to be done now; nil where nothing is.
    ///
    /// - Parameter isLast: also what could wait for company.
    package mutating func next(now: Double, isLast: Bool = false) -> Action? {
        if underWay == nil, gathered.records.isEmpty {
            released += gathered.effects
            gathered.effects.removeAll(keepingCapacity: true)
        }
        if !released.isEmpty {
            defer { released.removeAll(keepingCapacity: true) }
            return .perform(released)
        }
        guard underWay == nil, !gathered.records.isEmpty else { return nil }
        guard isLast || !gathered.effects.isEmpty || now >= since + Self.company else { return nil }
        tickets += 1
        let batch = gathered
        underWay = (tickets, batch)
        gathered = Batch()
        return .store(tickets, batch.records)
    }

    /// The transaction is on disk, and what waited for it may happen.
    ///
    /// - Returns: what was stored; empty when that was told before.
    package mutating func committed(_ ticket: Ticket) -> [Record] {
        guard let done = underWay, done.ticket == ticket else { return [] }
        underWay = nil
        released += done.batch.effects
        return done.batch.records
    }
}
