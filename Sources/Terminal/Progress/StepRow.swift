internal import Execution

/// One step as a progress view shows it: mark, id, title, details.
struct StepRow {
    var state: StepState
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

        /// What fits into `width` columns, for these longest ids and titles.
        init(width: Int, id longestID: Int, title longestTitle: Int) {
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

    /// The row without columns, for plain output.
    func line(style: Style) -> Line {
        let mark = StateMark(state, style: style)
        var line = Line("\(mark.symbol) \(TextWidth.pad(mark.word, to: Self.wordWidth)) ", mark.tone)
        line.add(id, .strong)
        if !title.isEmpty, title != id { line.add("  " + title) }
        if !details.isEmpty { line.add("  " + details.joined(separator: style.separator), .faint) }
        return line
    }

    func line(_ columns: Columns, style: Style) -> Line {
        let mark = StateMark(state, style: style)
        var details = details
        var line = Line(mark.symbol + " ", mark.tone)
        if columns.hasWord {
            line.add(TextWidth.pad(mark.word, to: Self.wordWidth) + " ", mark.tone)
        } else if state != .done, !state.isActive {
            details.insert(mark.word, at: 0)
        }
        let id = TextWidth.truncate(id, to: columns.id, ellipsis: style.ellipsis)
        let isLast = details.isEmpty && (columns.title == 0 || title.isEmpty)
        line.add(isLast ? id : TextWidth.pad(id, to: columns.id), .strong)
        if columns.title > 0 {
            let title = TextWidth.truncate(title, to: columns.title, ellipsis: style.ellipsis)
            line.add("  " + (details.isEmpty ? title : TextWidth.pad(title, to: columns.title)))
        }
        if !details.isEmpty {
            line.add(columns.title > 0 || columns.hasWord ? "  " : " ")
            line.add(details.joined(separator: style.separator), isTelling ? .plain : .faint)
        }
        return line
    }

    /// Details of these states are what the reader looks for.
    private var isTelling: Bool {
        switch state {
        case .done, .satisfied, .skipped, .undone: false
        default: true
        }
    }
}
