/// One source line made fit for a terminal, with a caret line that stands under the right characters.
struct Snippet {
    var text: String
    /// What stands before the caret: blanks as wide as the text above, with its tabs.
    var indent: String
    var caret: String

    /// More of a long line is not shown.
    private static let width = 160

    /// - Parameters:
    ///   - column: of the first marked scalar, from 1.
    ///   - length: how many scalars are marked.
    init(line: String, column: Int, length: Int) {
        let all = line.unicodeScalars
        let window = Self.window(of: all, around: max(0, column - 1))
        let scalars = Array(all[window.range])
        let start = window.caret
        let isCut = window.range.lowerBound > all.startIndex
        var text = isCut ? "…" : ""
        var indent = isCut ? " " : ""
        for scalar in scalars[..<start] {
            text.unicodeScalars.append(Self.shown(scalar))
            indent += scalar == "\t" ? "\t" : String(repeating: " ", count: Self.columns(scalar))
        }
        let end = min(max(start + 1, start + length), scalars.count)
        var marked = 0
        for position in start..<scalars.count {
            text.unicodeScalars.append(Self.shown(scalars[position]))
            if position < end { marked += Self.columns(scalars[position]) }
        }
        if window.range.upperBound < all.endIndex { text += "…" }
        self.text = text
        self.indent = indent
        caret = "^" + String(repeating: "~", count: max(0, marked - 1))
    }

    /// Of a long line, a part that begins a little before the caret; and where the caret is in it.
    private static func window(
        of line: String.UnicodeScalarView, around start: Int
    ) -> (range: Range<String.Index>, caret: Int) {
        let isLong = line.index(line.startIndex, offsetBy: width + 1, limitedBy: line.endIndex) != nil
        var caret = start
        var at = line.startIndex
        if let index = line.index(at, offsetBy: start, limitedBy: line.endIndex) {
            at = index
        } else {
            at = line.endIndex
            caret = line.count
        }
        guard isLong, caret > width / 2 else {
            let end = line.index(line.startIndex, offsetBy: width, limitedBy: line.endIndex) ?? line.endIndex
            return (line.startIndex..<max(end, at), caret)
        }
        let from = line.index(at, offsetBy: -(width / 4))
        let end = line.index(from, offsetBy: width, limitedBy: line.endIndex) ?? line.endIndex
        return (from..<end, width / 4)
    }

    /// Text without characters that would steer a terminal.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: Sanitizer.steers) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(scalar == "\n" || scalar == "\t" ? " " : shown(scalar))
        }
        return String(clean)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        Sanitizer.steers(scalar) && scalar != "\t" ? "\u{FFFD}" : scalar
    }

    /// How many cells of a terminal what is shown for the scalar takes.
    private static func columns(_ scalar: Unicode.Scalar) -> Int { TextWidth.of(shown(scalar)) }
}
