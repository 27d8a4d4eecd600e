import Execution

/// Tells scenarios by their seeds and says which of them broke a rule.
package enum Simulator {
    /// What came of one seed.
    package struct Report: Sendable {
        package var seed: UInt64
        /// The rule that was broken first; nil when all held.
        package var broken: String?
        package var lines: [String]
        package var digest: UInt64
        package var counts: Counts
    }

    /// The scenario of a seed; the same seed tells the same scenario.
    package static func run(seed: UInt64, isVerbose: Bool = false) -> Report {
        let trace = Trace(isKept: isVerbose)
        let scenario = Scenario(seed: seed, trace: trace)
        scenario.tell()
        var counts = scenario.checker.counts
        counts.scenarios = 1
        return Report(
            seed: seed, broken: scenario.checker.broken, lines: trace.lines, digest: trace.digest, counts: counts)
    }
}
