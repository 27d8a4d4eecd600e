internal import Execution

/// Lengths of time for places where `SpanText` is too exact or too long.
package enum DurationText {
    /// Like `SpanText.short`, in whole seconds, so that a running clock does not flicker; begun seconds do not count.
    package static func whole(_ seconds: Double) -> String {
        let seconds = seconds.isFinite ? max(seconds, 0).rounded(.down) : seconds
        return seconds == 0 ? "0 s" : SpanText.short(seconds)
    }

    /// Whole seconds, two units, no blanks: `12s`, `3m20s`, `2h05m`, `3d4h`. Less than nothing counts as nothing.
    package static func compact(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(padded(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h\(padded(whole / 60 % 60))m" }
        return "\(whole / 86_400)d\(whole / 3600 % 24)h"
    }
}
