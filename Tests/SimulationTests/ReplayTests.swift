import Simulation
import Testing

@Suite("A scenario is told by its seed")
struct ReplayTests {
    @Test("the same seed tells the same scenario, word for word", arguments: [UInt64(2), 7, 16, 40])
    func sameSeed(_ seed: UInt64) {
        let first = Simulator.run(seed: seed, isVerbose: true)
        let second = Simulator.run(seed: seed, isVerbose: true)
        #expect(first.lines == second.lines)
        #expect(first.digest == second.digest)
        #expect(first.lines.count > 10)
    }
}
