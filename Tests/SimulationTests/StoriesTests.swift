import Foundation
import Simulation
import Testing

@Suite("In every scenario")
struct StoriesTests {
    private static let chunk: UInt64 = 50
    /// 3,000, or what `RUNBOOK_TEST_SCENARIOS` says: `make quick` tells fewer.
    private static let count =
        ProcessInfo.processInfo.environment["RUNBOOK_TEST_SCENARIOS"].flatMap { UInt64($0) } ?? 3000
    private static let seeds = stride(from: UInt64(1), through: max(1, count), by: Int(chunk)).map { $0 }

    @Test("no rule is broken, whatever crashes, fails, flaps or is edited", arguments: seeds)
    func rules(_ first: UInt64) {
        for seed in first..<min(first + Self.chunk, max(1, Self.count) + 1) {
            let report = Simulator.run(seed: seed)
            #expect(report.broken == nil, "replay: swift run simulate --seed \(seed) --verbose")
        }
    }

    /// Scenarios beyond those, in each of which something once went wrong.
    @Test("none is broken again", arguments: [UInt64(7053), 12757, 500_553, 501_368, 902_975])
    func again(_ seed: UInt64) {
        #expect(Simulator.run(seed: seed).broken == nil, "replay: swift run simulate --seed \(seed) --verbose")
    }
}
