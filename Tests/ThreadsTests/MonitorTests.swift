import Testing

@testable import Threads

@Suite("A monitor")
struct MonitorTests {
    @Test("lets one thread at a time at its value")
    func excludes() throws {
        let total = Monitor(0)
        let threads = try (0..<4).map { number in
            try Thread.start(named: "add-\(number)") {
                for _ in 0..<5_000 { total.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(total.withLock { $0 } == 20_000)
    }

    @Test("wakes everybody who waits for what a change brings, and each may take of it")
    func wakes() throws {
        let tokens = Monitor((left: 0, taken: 0))
        let threads = try (0..<3).map { number in
            try Thread.start(named: "take-\(number)") {
                tokens.wait { tokens in
                    guard tokens.left > 0 else { return nil }
                    tokens.left -= 1
                    tokens.taken += 1
                    return ()
                }
            }
        }
        for _ in 0..<3 { tokens.change { $0.left += 1 } }
        for thread in threads { thread.join() }
        #expect(tokens.withLock { $0 == (0, 3) })
    }

    @Test("waits for a change that comes before the deadline, without limit where the deadline is far")
    func inTime() throws {
        for seconds in [3_600, 1e300, .infinity] {
            let value = Monitor(0)
            let thread = try Thread.start(named: "change") { value.change { $0 = 7 } }
            #expect(value.wait(within: seconds) { $0 == 0 ? nil : $0 } == 7)
            thread.join()
        }
    }

    @Test("gives up at the deadline, after one last look")
    func inVain() {
        let value = Monitor(0)
        for seconds in [-1, 0, 0.01, -Double.infinity] {
            var looks = 0
            let found: Int? = value.wait(within: seconds) { _ in
                looks += 1
                return nil
            }
            #expect(found == nil && looks >= 2)
        }
        #expect(value.wait(within: 0) { $0 == 0 ? "there" : nil } == "there")
    }

    @Test("lets go of its lock when what it was given throws")
    func throwing() {
        struct Failure: Error {}
        let value = Monitor(0)
        #expect(throws: Failure.self) { try value.withLock { _ throws(Failure) in throw Failure() } }
        value.change { $0 = 1 }
        #expect(value.wait(within: 0) { $0 == 1 ? () : nil } != nil)
    }
}
