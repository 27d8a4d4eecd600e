/// The difference between two texts, line by line.
package struct LineDiff: Hashable, Sendable {
    /// One line of the difference.
    package enum Change: Hashable, Sendable {
        case same(String)
        case removed(String)
        case added(String)
        /// This many equal lines are left out here.
        case gap(Int)
    }

    package var changes: [Change]

    package var isEmpty: Bool { changes.isEmpty }

    /// Most cells of the table that is filled to find what is common; larger texts count as replaced from the first
    /// difference to the last.
    private static let mostCells = 4_000_000

    /// - Parameter context: equal lines shown around a change.
    package init(from old: String, to new: String, context: Int = 3) {
        let old = Self.lines(old)
        let new = Self.lines(new)
        var start = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        var end = 0
        while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        var all: [Change] = old[..<start].map { .same($0) }
        all += Self.middle(Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
        all += old[(old.count - end)...].map { .same($0) }
        changes = Self.shortened(all, context: context)
    }

    /// A last line without a line end counts like one with it.
    private static func lines(_ text: String) -> [String] {
        // By bytes: CRLF is one Character, which is no `\n`.
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// A longest common subsequence stays, everything else is removed or added; removals first.
    private static func middle(_ old: [String], _ new: [String]) -> [Change] {
        let cells = (old.count + 1).multipliedReportingOverflow(by: new.count + 1)
        guard !old.isEmpty, !new.isEmpty, !cells.overflow, cells.partialValue <= mostCells else {
            return old.map { .removed($0) } + new.map { .added($0) }
        }
        // Length of the common subsequence of what follows each pair of positions.
        let width = new.count + 1
        var lengths = [Int32](repeating: 0, count: cells.partialValue)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                lengths[i * width + j] =
                    old[i] == new[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var changes: [Change] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                changes.append(.same(old[i]))
                (i, j) = (i + 1, j + 1)
            } else if i < old.count, j == new.count || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                changes.append(.removed(old[i]))
                i += 1
            } else {
                changes.append(.added(new[j]))
                j += 1
            }
        }
        return changes
    }

    /// Equal lines far from any change become gaps; nothing is left when all are equal.
    private static func shortened(_ all: [Change], context: Int) -> [Change] {
        var isNear = [Bool](repeating: false, count: all.count)
        for (index, change) in all.enumerated() {
            if case .same = change { continue }
            for near in max(0, index - context)...min(all.count - 1, index + context) { isNear[near] = true }
        }
        var result: [Change] = []
        var hidden = 0
        for (index, change) in all.enumerated() {
            if isNear[index] {
                if hidden > 0 { result.append(.gap(hidden)) }
                hidden = 0
                result.append(change)
            } else {
                hidden += 1
            }
        }
        if hidden > 0, !result.isEmpty { result.append(.gap(hidden)) }
        return result
    }
}

extension LineDiff {
    /// As text: `-` and `+` before changed lines, so that colour is not needed; at most `limit` lines.
    package func lines(style: Style, display: Display, limit: Int = 200) -> [String] {
        var lines = changes.prefix(limit).map { change in
            switch change {
            case .same(let text): "  " + display.line(text)
            case .removed(let text): style.paint("- " + display.line(text), .bad)
            case .added(let text): style.paint("+ " + display.line(text), .good)
            case .gap(let count): style.paint("  \(style.ellipsis) \(Wording.count(count, "equal line"))", .faint)
            }
        }
        if changes.count > limit {
            lines.append(style.paint("  \(style.ellipsis) \(changes.count - limit) more lines of difference", .faint))
        }
        return lines
    }
}
