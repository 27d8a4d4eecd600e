/// "Did you mean": the known name that is closest to a mistyped one.
package enum Suggestion {
    /// The closest of `known` within a third of the name's length (at most 3 edits); ties go to the first in order.
    package static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8.prefix(64))
        guard !wanted.isEmpty else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in known where candidate != name {
            let length = min(64, candidate.utf8.count)
            let allowed = min(3, max(1, max(wanted.count, length) / 3), (best?.distance ?? 4) - 1)
            // Most candidates are ruled out by their length alone.
            guard allowed > 0, abs(length - wanted.count) <= allowed,
                let distance = distance(wanted, Array(candidate.utf8.prefix(64)), limit: allowed)
            else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// True for a name that one edit makes one of `known`.
    static func isTypo(_ name: String, of known: [String]) -> Bool {
        let bytes = Array(name.utf8.prefix(64))
        return known.contains { $0 != name && distance(bytes, Array($0.utf8), limit: 1) != nil }
    }

    /// `did you mean …?` for a hint, or nil.
    static func hint(for name: String, among known: some Sequence<String>) -> String? {
        nearest(to: name, among: known).map { "did you mean `\($0)`?" }
    }

    /// Edits (insert, delete, replace, swap of neighbours) from one text to the other; nil when more than `limit`.
    static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            var least = row + 1
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var value = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    value = min(value, beforeLast[column - 1] + 1)
                }
                current.append(value)
                least = min(least, value)
            }
            if least > limit { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
