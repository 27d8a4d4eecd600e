@testable import Terminal

/// A terminal as far as the live view needs one: what a person would see after these bytes.
///
/// Understands carriage return, line feed, cursor up, erasing of line and screen, cursor visibility, and colours (which
/// it forgets). Anything else is counted in `unknown`, so that a test can say that nothing else was sent. Text that
/// reaches the last column wraps with the next character, as on real terminals.
struct Screen {
    private(set) var columns: Int
    private(set) var rows: Int
    private var cells: [[Character]]
    private(set) var history: [String] = []
    private(set) var row = 0
    private(set) var column = 0
    private var isWrapPending = false
    private(set) var isCursorVisible = true
    private(set) var unknown: [String] = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// What stands on the screen, without blank ends of lines and blank lines at the end.
    var lines: [String] {
        var lines = cells.map { Self.trimmed($0) }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Everything that was ever written and not erased: history and screen.
    var everything: [String] { history + lines }

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.first {
            if character == "\u{1B}" {
                take(&rest)
                continue
            }
            rest.removeFirst()
            switch character {
            case "\r":
                column = 0
                isWrapPending = false
            case "\n": lineFeed()
            case "\r\n":
                column = 0
                isWrapPending = false
                lineFeed()
            default: put(character)
            }
        }
    }

    private mutating func put(_ character: Character) {
        if isWrapPending {
            column = 0
            isWrapPending = false
            lineFeed()
        }
        if character.unicodeScalars.allSatisfy({ $0.value < 0x20 || $0.value == 0x7F }) {
            unknown.append("control \(character.unicodeScalars.map(\.value))")
            return
        }
        let width = TextWidth.of(String(character))
        if width == 2, column == columns - 1 {
            column = 0
            lineFeed()
        }
        cells[row][column] = character
        if width == 2, column + 1 < columns { cells[row][column + 1] = Self.second }
        let next = column + width
        if next >= columns {
            column = columns - 1
            isWrapPending = true
        } else {
            column = next
        }
    }

    private mutating func lineFeed() {
        if row < rows - 1 {
            row += 1
            return
        }
        history.append(Self.trimmed(cells.removeFirst()))
        cells.append(Array(repeating: " ", count: columns))
    }

    private mutating func take(_ rest: inout Substring) {
        var sequence = ""
        rest.removeFirst()
        while let character = rest.first {
            rest.removeFirst()
            sequence.append(character)
            if sequence.count > 1, character >= "@", character <= "~" { break }
        }
        guard sequence.first == "[", let final = sequence.last else { return unknown.append(sequence) }
        let parameters = sequence.dropFirst().dropLast()
        switch (String(parameters), final) {
        case ("?25", "l"): isCursorVisible = false
        case ("?25", "h"): isCursorVisible = true
        case (_, "m"): break
        case (_, "A"):
            row = max(0, row - (Int(parameters) ?? 1))
            isWrapPending = false
        case ("", "K"):
            for index in column..<columns { cells[row][index] = " " }
        case ("", "J"):
            for index in column..<columns { cells[row][index] = " " }
            for below in cells.indices where below > row { cells[below] = Array(repeating: " ", count: columns) }
        default: unknown.append(sequence)
        }
    }

    /// A new size, as terminals that break and join lines take it (`reflow`): text stays, the cursor stays with it.
    mutating func resize(columns newColumns: Int, rows newRows: Int) {
        var lines: [[Character]] = []
        var newRow = 0
        var newColumn = column
        for (index, cells) in cells.enumerated() where index <= row || !Self.trimmed(cells).isEmpty {
            var text = Array(Self.trimmed(cells))
            if index == row { while text.count < column { text.append(" ") } }
            let parts = stride(from: 0, to: max(text.count, 1), by: newColumns).map {
                Array(text[min($0, text.count)..<min($0 + newColumns, text.count)])
            }
            if index == row {
                newRow = lines.count + min(column / newColumns, parts.count - 1)
                newColumn = column % newColumns
            }
            lines += parts
        }
        while lines.count > newRows, newRow > 0 {
            history.append(String(lines.removeFirst()))
            newRow -= 1
        }
        columns = newColumns
        rows = newRows
        row = newRow
        column = newColumn
        isWrapPending = false
        cells = (0..<newRows).map { index in
            let text = index < lines.count ? lines[index] : []
            return text + Array(repeating: " ", count: newColumns - text.count)
        }
    }

    /// The second cell of a character two columns wide.
    private static let second: Character = "\u{0}"

    private static func trimmed(_ cells: [Character]) -> String {
        String(String(cells.filter { $0 != second }).reversed().drop { $0 == " " }.reversed())
    }
}
