extension LineDiff {
    /// The difference as `diff -u` writes it, with context as the difference was made with; empty when there is none.
    ///
    /// - Parameters:
    ///   - old, new: what the two texts are called.
    ///   - limit: most lines of changes and context; how many are left out is told in a last line.
    package func unified(old: String, new: String, limit: Int = 400) -> [String] {
        guard !isEmpty else { return [] }
        var lines = ["--- \(old)", "+++ \(new)"]
        var (oldLine, newLine) = (1, 1)
        var shown = 0
        var hunk: [String] = []
        var start = (old: 1, new: 1)
        var counts = (old: 0, new: 0)
        func close() {
            guard !hunk.isEmpty else { return }
            // Where a side has no lines, the line before it is named.
            let old = counts.old == 0 ? start.old - 1 : start.old
            let new = counts.new == 0 ? start.new - 1 : start.new
            lines.append("@@ -\(old),\(counts.old) +\(new),\(counts.new) @@")
            lines += hunk
            hunk = []
            counts = (0, 0)
        }
        for change in changes {
            if hunk.isEmpty { start = (oldLine, newLine) }
            switch change {
            case .gap(let count):
                close()
                oldLine += count
                newLine += count
                continue
            case .same(let text):
                hunk.append(" " + text)
                (oldLine, newLine) = (oldLine + 1, newLine + 1)
                counts = (counts.old + 1, counts.new + 1)
            case .removed(let text):
                hunk.append("-" + text)
                oldLine += 1
                counts.old += 1
            case .added(let text):
                hunk.append("+" + text)
                newLine += 1
                counts.new += 1
            }
            shown += 1
            if shown == limit { break }
        }
        close()
        if changes.count > limit { lines.append("… \(changes.count - limit) more lines of difference") }
        return lines
    }
}
