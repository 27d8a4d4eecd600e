/// A point in time, on the clock that only goes forward and on the one people read.
package struct ClockReading: Hashable, Sendable {
    /// Seconds since boot, suspended time included; deadlines and pauses use this one, so that clock jumps do not
    /// matter.
    package var uptime: Double
    /// Seconds since boot in which the machine was awake: what processes had for their work, and so what their limits
    /// are counted in.
    package var awake: Double
    /// Seconds since 1970-01-01 UTC; for records and people.
    package var wall: Double

    /// - Parameter awake: `uptime` unless given.
    package init(uptime: Double, wall: Double, awake: Double? = nil) {
        self.uptime = uptime
        self.awake = awake ?? uptime
        self.wall = wall
    }
}
