internal import Execution

/// One step as a progress view shows it: mark, id, title, details.
struct StepRow {
    /// What a row is marked with, where it is not told about a state.
    enum Occasion: Hashable {
        case retry
        case word(String)
    }

    var state: StepState
    var occasion: Occasion?
    var id: String
    var title: String
    /// The most telling first.
    var details: [String]

    /// Widths of columns shared by the rows of one view.
    struct Columns: Hashable {
        var id: Int
        /// 0 where there is no room for titles.
        var title: Int
        /// The state's word stands in a column of its own.
        var hasWord: Bool
        /// Of the whole row.
        let width: Int

        /// What fits into `width` columns, for these longest ids and titles.
        init(width: Int, id longestID: Int, title longestTitle: Int) {
            self.width = width
            hasWord = width >= 60
            let mark = hasWord ? 2 + StepRow.wordWidth + 1 : 2
            id = min(longestID, max(8, (width - mark) * 2 / 5))
            let rest = width - mark - id - 4 - StepRow.detailWidth
            title = rest >= 12 ? min(longestTitle, rest, 48) : 0
        }
    }

    /// Columns of the usual state words; a longer word pushes its row to the right.
    static let wordWidth = 9
    /// Columns kept free for details before titles are shown.
    static let detailWidth = 30

    static let leastTitle = 8

    /// The row without columns, for plain output.
    func line(style: Style) -> Line {
        let mark = mark(style)
        var line = Line("\(mark.symbol) \(TextWidth.pad(mark.word, to: Self.wordWidth)) ", mark.tone)
        line.add(id, .strong)
        if !title.isEmpty, title != id { line.add("  " + title) }
        if !details.isEmpty { line.add("  " + details.joined(separator: style.separator), .faint) }
        return line
    }

    func line(_ columns: Columns, style: Style) -> Line {
        let mark = mark(style)
        var details = details
        var line = Line(mark.symbol + " ", mark.tone)
        if columns.hasWord {
            line.add(TextWidth.pad(mark.word, to: Self.wordWidth) + " ", mark.tone)
        } else if occasion != nil || (state != .done && !state.isActive) {
            details.insert(mark.word, at: 0)
        }
        let id = TextWidth.truncate(id, to: columns.id, ellipsis: style.ellipsis)
        let isLast = details.isEmpty && (columns.title == 0 || title.isEmpty)
        line.add(isLast ? id : TextWidth.pad(id, to: columns.id), .strong)
        let tale = details.joined(separator: style.separator)
        if columns.title > 0 {
            // A title gives way to details that would be cut.
            let lacking = max(0, line.width + 2 + columns.title + 2 + TextWidth.of(tale) - columns.width)
            let least = min(Self.leastTitle, columns.title)
            let width = tale.isEmpty ? columns.title : max(least, columns.title - lacking)
            let title = TextWidth.truncate(title, to: width, ellipsis: style.ellipsis)
            line.add("  " + (tale.isEmpty ? title : TextWidth.pad(title, to: width)))
        }
        if !tale.isEmpty {
            line.add(columns.title > 0 || columns.hasWord ? "  " : " ")
            line.add(tale, isTelling ? .plain : .faint)
        }
        return line
    }

    private func mark(_ style: Style) -> StateMark {
        switch occasion {
        case nil: StateMark(state, style: style)
        case .retry: .retry(style: style)
        case .word(let word): .word(word, style: style)
        }
    }

    /// Details of these states are what the reader looks for.
    private var isTelling: Bool {
        switch state {
        case .done, .satisfied, .skipped, .undone: false
        default: true
        }
    }
}
