/// A point in time, on the clock that only goes forward and on the one people read.
package struct Moment: Hashable, Sendable {
    /// Seconds since boot, suspended time included; deadlines and pauses use this one, so that clock jumps do not
    /// matter.
    package var uptime: Double
    /// Seconds since 1970-01-01 UTC; for records and people.
    package var wall: Double

    package init(uptime: Double, wall: Double) {
        self.uptime = uptime
        self.wall = wall
    }
}
