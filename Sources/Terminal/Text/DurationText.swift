/// Lengths of time as people write them: `0.8 s`, `12 s`, `3 min 20 s`, `2h ago`.
package enum DurationText {
    /// Two units at most. Below ten seconds with one decimal. Less than nothing counts as nothing.
    package static func of(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let tenths = Int((min(max(seconds, 0), 1e12) * 10).rounded())
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return two(whole / 60, "min", whole % 60, "s") }
        if whole < 86_400 { return two(whole / 3600, "h", whole / 60 % 60, "min") }
        return two(whole / 86_400, "d", whole / 3600 % 24, "h")
    }

    /// Without blanks, whole seconds, for narrow places: `12s`, `3m20s`, `2h05m`, `3d4h`.
    package static func short(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(padded(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h\(padded(whole / 60 % 60))m" }
        return "\(whole / 86_400)d\(whole / 3600 % 24)h"
    }

    /// One unit: `12s ago`, `5min ago`, `2h ago`, `3d ago`.
    package static func ago(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(min(max(seconds, 0), 1e12))
        if whole < 60 { return "\(whole)s ago" }
        if whole < 3600 { return "\(whole / 60)min ago" }
        if whole < 86_400 { return "\(whole / 3600)h ago" }
        return "\(whole / 86_400)d ago"
    }

    private static func two(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
