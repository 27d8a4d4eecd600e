import Glibc
import Testing

@testable import Gates

/// The loop everything else waits on.
@Suite("event loop")
struct EventLoopTests {
    @Test("timers come in the order they are due, cancelled ones not at all")
    func order() {
        var queue = TimerQueue()
        var called: [Int] = []
        var ids: [TimerQueue.ID] = []
        // A permutation of 0..<1009 that is neither sorted nor reversed.
        for number in 0..<1009 {
            let due = number * 617 % 1009
            ids.append(queue.add(at: Double(due)) { called.append(due) })
        }
        for number in stride(from: 0, to: 1009, by: 3) { queue.cancel(ids[number]) }
        let left = (0..<1009).filter { $0 % 3 != 0 }.map { $0 * 617 % 1009 }.sorted()
        #expect(queue.count == left.count)
        #expect(queue.next() == left.first.map(Double.init))
        while let action = queue.take(dueBy: 500) { action() }
        #expect(called == left.filter { $0 <= 500 })
        while let action = queue.take(dueBy: .infinity) { action() }
        #expect(called == left)
        #expect(queue.next() == nil && queue.count == 0)
    }

    @Test("deadlines that are cancelled over and over do not pile up")
    func pile() {
        var queue = TimerQueue()
        for number in 0..<100_000 { queue.cancel(queue.add(at: 1e9 + Double(number)) {}) }
        #expect(queue.entries < 1000)
    }

    @Test("a descriptor that is ready is told to its watcher until it is unwatched, chores come when nothing else does")
    func readiness() throws {
        let loop = try #require(EventLoop())
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var seen: [String] = []
        loop.watch(ends[0], readable: true, writable: false) { readiness in
            seen.append(readiness.readable ? "readable" : "?")
        }
        loop.whenIdle { seen.append("chore") }
        #expect(write(ends[1], "x", 1) == 1)
        loop.turn()
        #expect(seen == ["readable"])
        loop.unwatch(ends[0])
        loop.turn()
        #expect(seen == ["readable", "chore"])
    }

    @Test("what came in while a handler worked is heard before a timer that became due meanwhile")
    func late() throws {
        let loop = try #require(EventLoop())
        var first: [Int32] = [0, 0]
        var second: [Int32] = [0, 0]
        #expect(pipe(&first) == 0 && pipe(&second) == 0)
        defer { for end in first + second { close(end) } }
        var seen: [String] = []
        let due = loop.now + 0.02
        _ = loop.after(0.02) { seen.append("timer") }
        loop.watch(first[0], readable: true, writable: false) { _ in
            loop.unwatch(first[0])
            seen.append("first")
            while loop.now < due + 0.001 {}
            #expect(write(second[1], "x", 1) == 1)
        }
        loop.watch(second[0], readable: true, writable: false) { _ in
            loop.unwatch(second[0])
            seen.append("second")
        }
        #expect(write(first[1], "x", 1) == 1)
        while seen.count < 3 { loop.turn() }
        #expect(seen == ["first", "second", "timer"])
    }

    @Test("a chore gets its turn although something is always at hand")
    func busy() throws {
        let loop = try #require(EventLoop())
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(write(ends[1], "x", 1) == 1)
        loop.watch(ends[0], readable: true, writable: false) { _ in }
        var isDone = false
        loop.whenIdle { isDone = true }
        for _ in 0..<100 { loop.turn() }
        #expect(isDone)
    }

    @Test("a watched number that was closed and opened again behind the loop's back is watched anew")
    func reopened() throws {
        let loop = try #require(EventLoop())
        var first: [Int32] = [0, 0]
        #expect(pipe(&first) == 0)
        loop.watch(first[0], readable: true, writable: false) { _ in }
        var second: [Int32] = [0, 0]
        #expect(pipe(&second) == 0)
        #expect(dup2(second[0], first[0]) == first[0])
        var isSeen = false
        #expect(loop.watch(first[0], readable: true, writable: false) { _ in isSeen = true })
        #expect(write(second[1], "x", 1) == 1)
        loop.turn()
        #expect(isSeen)
        for end in first + second { close(end) }
    }
}
