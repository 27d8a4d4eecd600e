internal import Glibc

/// Points in time as people read them, in the local time zone.
package enum ClockText {
    /// `08:46:44`.
    package static func time(_ wall: Double) -> String { format(wall, "%H:%M:%S") }
    /// `2026-11-24 08:46:44`.
    package static func date(_ wall: Double) -> String { format(wall, "%Y-%m-%d %H:%M:%S") }
    /// `2026-11-24 08:46:44 +0100`.
    package static func dateAndZone(_ wall: Double) -> String { format(wall, "%Y-%m-%d %H:%M:%S %z") }

    /// `08:46`, with the date before it unless that is the date of `now`.
    package static func minute(_ wall: Double, now: Double) -> String {
        let isToday = format(wall, "%Y-%j") == format(now, "%Y-%j")
        return format(wall, isToday ? "%H:%M" : "%Y-%m-%d %H:%M")
    }

    private static func format(_ wall: Double, _ pattern: String) -> String {
        guard wall.isFinite, abs(wall) < 1e11 else { return "?" }
        var seconds = time_t(wall.rounded(.down))
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "?" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
