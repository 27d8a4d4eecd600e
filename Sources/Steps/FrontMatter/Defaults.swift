import Model

/// What the front matter's `defaults` give to every step and gate of the file that does not say otherwise.
struct Defaults {
    var timeout: Duration?
    var retries = Retries()
    var within: Duration = .seconds(60)
    var every: Duration = .seconds(1)
    var stable: Duration = .zero
    var probeTimeout: Duration = .seconds(5)
}

/// The bounds of durations and counts.
enum Limits {
    static let timeout = Duration.milliseconds(1)...DurationText.longest
    static let within = Duration.milliseconds(1)...DurationText.longest
    static let every = Duration.milliseconds(10)...Duration.seconds(3_600)
    static let stable = Duration.zero...DurationText.longest
    static let probe = Duration.milliseconds(1)...Duration.seconds(3_600)
    static let estimate = Duration.milliseconds(1)...DurationText.longest
    static let retries = 0...100
    static let pool = 1...10_000
    static let includeDepth = 32
    static let files = 10_000
    /// Bytes of all files, each prefix counted: 64 MiB.
    static let size = 64 << 20
    /// Edges of the graph.
    static let needs = 5_000_000
}
