/// Spans of time in the words all output uses.
package enum SpanText {
    /// `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`; negative spans count as 0.
    package static func short(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        guard seconds.isFinite, seconds < 1e12 else { return "ever" }
        if seconds < 0.9995 { return seconds < 0.0995 ? "\(Int((seconds * 1000).rounded())) ms" : tenths(seconds) }
        if seconds < 9.95 { return tenths(seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return join(whole / 60, "min", whole % 60, "s") }
        if whole < 86400 { return join(whole / 3600, "h", whole % 3600 / 60, "min") }
        return join(whole / 86400, "d", whole % 86400 / 3600, "h")
    }

    /// `just now`, `12 s ago`, `2 h ago`.
    package static func ago(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e12)))
        if whole < 2 { return "just now" }
        if whole < 60 { return "\(whole) s ago" }
        if whole < 3600 { return "\(whole / 60) min ago" }
        if whole < 86400 { return "\(whole / 3600) h ago" }
        return "\(whole / 86400) d ago"
    }

    /// Like `short`, in whole seconds, so that a running clock does not flicker; begun seconds do not count.
    package static func whole(_ seconds: Double) -> String {
        let seconds = seconds.isFinite ? max(seconds, 0).rounded(.down) : seconds
        return seconds == 0 ? "0 s" : short(seconds)
    }

    /// Where there is little room: whole seconds, two units, no blanks: `12s`, `3m20s`, `2h05m`, `3d4h`. Less than
    /// nothing counts as nothing.
    package static func compact(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(padded(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h\(padded(whole / 60 % 60))m" }
        return "\(whole / 86_400)d\(whole / 3600 % 24)h"
    }

    private static func tenths(_ seconds: Double) -> String {
        let value = Int((seconds * 10).rounded())
        return value % 10 == 0 ? "\(value / 10) s" : "\(value / 10).\(value % 10) s"
    }

    private static func join(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
