package import Model

/// The pause before another attempt.
package enum Backoff {
    /// Seconds before the attempt after `failures` failed ones (1…): `initial × factorⁿ⁻¹`, at most `max`; with
    /// jitter a random share between half of it and all of it ("equal jitter"), so that many steps that failed
    /// together do not return together.
    ///
    /// - Parameter random: uniform in 0..<1.
    package static func pause(_ retries: Retries, failures: Int, random: Double) -> Double {
        let limit = retries.max.inSeconds
        var pause = retries.initial.inSeconds
        for _ in 1..<max(1, min(failures, 100)) {
            pause = min(limit, pause * retries.factor)
        }
        pause = max(0, min(limit, pause))
        return retries.jitter ? pause / 2 + pause / 2 * random : pause
    }
}
