/// Turns lines into the bytes that bring a terminal from the last frame to the next: the only place that knows of
/// cursor movement.
///
/// Between frames the cursor stands at the end of the live area's last line. No line reaches the last column, where
/// terminals disagree about what follows.
struct LivePainter {
    private let style: Style
    /// Widths of the live lines on the screen.
    private var drawn: [Int] = []
    private var isCursorHidden = false

    init(style: Style) {
        self.style = style
    }

    var isClear: Bool { drawn.isEmpty && !isCursorHidden }

    /// One frame: `scroll` moves up into the terminal's history, `live` stays below it.
    mutating func frame(scroll: [Line], live: [Line], columns: Int) -> String {
        let width = max(1, columns - 1)
        var text = ""
        if !isCursorHidden {
            isCursorHidden = true
            text += "\u{1B}[?25l"
        }
        text += toTop(columns)
        for line in scroll { text += line.render(width: width, style: style) + "\u{1B}[K\r\n" }
        for (index, line) in live.enumerated() {
            if index > 0 { text += "\u{1B}[K\r\n" }
            text += line.render(width: width, style: style)
        }
        text += "\u{1B}[J"
        drawn = live.map { min($0.width, width) }
        return text
    }

    /// Takes the live area off the screen, leaves `scroll` there, and gives the cursor back at the start of a line.
    mutating func clear(scroll: [Line], columns: Int) -> String {
        var text = frame(scroll: scroll, live: [], columns: columns)
        text += "\u{1B}[?25h"
        isCursorHidden = false
        return text
    }

    /// What was drawn is not there any more, or not where it was.
    mutating func forget() {
        drawn = []
        isCursorHidden = false
    }

    /// After somebody else has written: to the start of a line, a new one where the cursor is not at a line's start.
    static func freshLine(columns: Int) -> String {
        String(repeating: " ", count: max(1, columns)) + "\r\u{1B}[K"
    }

    /// To the first column of the live area's first line. Lines that a narrower terminal has broken count for as many
    /// as they are now.
    private func toTop(_ columns: Int) -> String {
        let columns = max(1, columns)
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        return rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r"
    }
}
