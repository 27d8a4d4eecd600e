import Execution

/// Tells stories by their seeds and says which of them broke a rule.
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

    /// The story of a seed; the same seed tells the same story.
    package static func run(seed: UInt64, isVerbose: Bool = false) -> Report {
        let trace = Trace(isKept: isVerbose)
        let story = Story(seed: seed, trace: trace)
        story.tell()
        var counts = story.referee.counts
        counts.stories = 1
        return Report(
            seed: seed, broken: story.referee.broken, lines: trace.lines, digest: trace.digest, counts: counts)
    }
}
