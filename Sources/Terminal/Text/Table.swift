/// Rows in columns, cut to a width.
package struct Table: Sendable {
    /// One column: its heading and how it gives way where width is short.
    package struct Column: Sendable {
        package var heading: String
        package var isRight: Bool
        /// The column may be cut down to this width; nil: it is never cut.
        package var least: Int?
        /// The column is left out before any other is.
        package var isSpare: Bool

        package init(_ heading: String, right: Bool = false, least: Int? = nil, isSpare: Bool = false) {
            self.heading = heading
            self.isRight = right
            self.least = least
            self.isSpare = isSpare
        }
    }

    /// One field: sanitized text and how it is painted.
    package struct Cell: Sendable {
        package var text: String
        package var tone: Tone

        package init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    package var columns: [Column]
    package var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Appends a row; missing cells are empty, and surplus ones are left out.
    package mutating func add(_ cells: [Cell]) {
        rows.append((0..<columns.count).map { $0 < cells.count ? cells[$0] : Cell("") })
    }

    /// Heading and rows, each at most `width` columns wide. Columns without any text are left out, and so are spare
    /// ones, then the last ones, where not even the least widths fit.
    package func lines(width: Int, style: Style, hasHeading: Bool = true) -> [String] {
        let widths = fit(to: width, hasHeading: hasHeading)
        var lines: [String] = []
        if hasHeading {
            lines.append(line(columns.map { Cell($0.heading, .faint) }, widths, style))
        }
        for row in rows { lines.append(line(row, widths, style)) }
        return lines
    }

    private static let gap = 2

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        let shown = cells.indices.filter { widths[$0] > 0 }
        var result = ""
        var blanks = 0
        for index in shown {
            let cell = cells[index]
            let text = TextWidth.truncate(cell.text, to: widths[index], ellipsis: style.ellipsis)
            let missing = widths[index] - TextWidth.of(text)
            if columns[index].isRight { blanks += missing }
            if !text.isEmpty {
                result += String(repeating: " ", count: blanks) + style.paint(text, cell.tone)
                blanks = 0
            }
            blanks += Self.gap + (columns[index].isRight ? 0 : missing)
        }
        return result
    }

    /// The width of each column; 0 for one that is left out.
    private func fit(to width: Int, hasHeading: Bool) -> [Int] {
        var widths = columns.indices.map { index in
            let longest = rows.reduce(0) { max($0, TextWidth.of($1[index].text)) }
            return longest == 0 ? 0 : max(longest, hasHeading ? TextWidth.of(columns[index].heading) : 0)
        }
        func total() -> Int { widths.filter { $0 > 0 }.reduce(-Self.gap) { $0 + $1 + Self.gap } }
        func least() -> Int {
            let shown = columns.indices.filter { widths[$0] > 0 }
            return shown.reduce(-Self.gap) { $0 + min(widths[$1], columns[$1].least ?? .max) + Self.gap }
        }
        while least() > width, let spare = columns.indices.last(where: { columns[$0].isSpare && widths[$0] > 0 }) {
            widths[spare] = 0
        }
        // The widest column that may give way does so first.
        while total() > width {
            let candidates = columns.indices.filter { index in
                guard let least = columns[index].least else { return false }
                return widths[index] > least
            }
            guard let widest = candidates.max(by: { (widths[$0], $1) < (widths[$1], $0) }) else { break }
            let cut = max(1, (total() - width) / candidates.count)
            widths[widest] = max(columns[widest].least ?? 1, widths[widest] - cut)
        }
        while total() > width, let last = widths.lastIndex(where: { $0 > 0 }) {
            guard widths[..<last].contains(where: { $0 > 0 }) else {
                widths[last] = max(1, width)
                break
            }
            widths[last] = 0
        }
        return widths
    }
}
