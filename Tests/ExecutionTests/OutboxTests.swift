import Testing

@testable import Execution

@Suite("What waits for the disk")
struct OutboxTests {
    private var outbox = Outbox<String>()

    private func record(_ step: String) -> Record { Record(run: 1, time: 0, event: .ready(step: step)) }

    private func isStoring(_ action: Outbox<String>.Action?, _ count: Int) -> Ticket? {
        guard case .store(let ticket, let records) = action, records.count == count else { return nil }
        return ticket
    }

    private func isQuiet(_ action: Outbox<String>.Action?) -> Bool {
        if case nil = action { true } else { false }
    }

    private func effects(_ action: Outbox<String>.Action?) -> [String]? {
        guard case .perform(let effects) = action else { return nil }
        return effects
    }

    @Test("an effect waits until what was recorded before it is on disk")
    mutating func waits() throws {
        outbox.record(record("a"), now: 1)
        outbox.afterwards("start a")
        let ticket = try #require(isStoring(outbox.next(now: 1), 1))
        #expect(isQuiet(outbox.next(now: 2)))
        #expect(outbox.holdsEffects)
        #expect(outbox.committed(ticket).count == 1)
        #expect(effects(outbox.next(now: 2)) == ["start a"])
        #expect(!outbox.holdsEffects)
        #expect(isQuiet(outbox.next(now: 2)))
    }

    @Test("one transaction is under way, and the next takes all that gathered meanwhile")
    mutating func gathers() throws {
        outbox.record(record("a"), now: 1)
        outbox.afterwards("start a")
        let first = try #require(isStoring(outbox.next(now: 1), 1))
        outbox.record(record("b"), now: 1.1)
        outbox.afterwards("start b")
        outbox.record(record("c"), now: 1.2)
        outbox.afterwards("start c")
        #expect(isQuiet(outbox.next(now: 9)))
        _ = outbox.committed(first)
        #expect(effects(outbox.next(now: 9)) == ["start a"])
        let second = try #require(isStoring(outbox.next(now: 9), 2))
        #expect(second != first)
        #expect(isQuiet(outbox.next(now: 9)))
        _ = outbox.committed(second)
        #expect(effects(outbox.next(now: 9)) == ["start b", "start c"])
    }

    @Test("an effect that follows nothing new waits for the transaction under way")
    mutating func follows() throws {
        outbox.record(record("a"), now: 1)
        outbox.afterwards("start a")
        let ticket = try #require(isStoring(outbox.next(now: 1), 1))
        outbox.afterwards("ask b")
        #expect(isQuiet(outbox.next(now: 1)))
        _ = outbox.committed(ticket)
        #expect(effects(outbox.next(now: 1)) == ["start a", "ask b"])
    }

    @Test("where nothing is recorded an effect waits for nothing")
    mutating func waitsForNothing() {
        outbox.afterwards("ask a")
        #expect(effects(outbox.next(now: 1)) == ["ask a"])
    }

    @Test("records that nothing waits for are stored a little later, with company, or at the end at once")
    mutating func company() throws {
        outbox.record(record("a"), now: 1)
        #expect(isQuiet(outbox.next(now: 1)))
        #expect(outbox.deadline == 1 + Outbox<String>.company)
        outbox.record(record("b"), now: 1.001)
        #expect(outbox.deadline == 1 + Outbox<String>.company)
        let ticket = try #require(isStoring(outbox.next(now: 1 + Outbox<String>.company), 2))
        #expect(outbox.deadline == nil)
        _ = outbox.committed(ticket)
        outbox.record(record("c"), now: 2)
        #expect(isStoring(outbox.next(now: 2, isLast: true), 1) != nil)
    }

    @Test("a transaction that was waited for is not told twice")
    mutating func toldOnce() throws {
        outbox.record(record("a"), now: 1)
        let ticket = try #require(isStoring(outbox.next(now: 1, isLast: true), 1))
        #expect(outbox.committed(ticket).count == 1)
        #expect(outbox.committed(ticket).isEmpty)
    }
}
