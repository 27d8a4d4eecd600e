/// Sees what was stored, in the order in which it was stored: the terminal, the JSON stream.
package protocol Observer: AnyObject {
    /// Called on the engine's thread after `records` are on disk and folded into `state`.
    func publish(_ records: [Record], state: RunState)

    /// Called on the engine's thread several times a second while something is under way.
    func refresh(state: RunState, live: LiveView)

    /// Called on the engine's thread when it was asked to stop, and waits for these steps to end.
    func stopping(_ steps: [String], now: ClockReading)
}

extension Observer {
    package func stopping(_ steps: [String], now: ClockReading) {}
}

/// What is under way right now and changes too often to be stored.
package struct LiveView: Sendable {
    /// One gate that is being asked.
    package struct Gating: Sendable {
        package var step: String
        package var gate: String
        package var probes: Int
        package var lastAnswer: String?
        /// Seconds until its deadline.
        package var left: Double

        package init(step: String, gate: String, probes: Int, lastAnswer: String?, left: Double) {
            self.step = step
            self.gate = gate
            self.probes = probes
            self.lastAnswer = lastAnswer
            self.left = left
        }
    }

    package var now: ClockReading
    package var gating: [Gating] = []
    /// Seconds until the end, by the schedule of what is left; nil while nothing is known.
    package var expectedLeft: Double?

    package init(now: ClockReading) {
        self.now = now
    }
}
