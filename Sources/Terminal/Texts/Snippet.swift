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
        guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(scalar == "\n" || scalar == "\t" ? " " : shown(scalar))
        }
        return String(clean)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        isControl(scalar) && scalar != "\t" ? "\u{FFFD}" : scalar
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// How many cells of a terminal the scalar takes.
    static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format where scalar.value != 0xAD: return isControl(scalar) ? 1 : 0
        default: break
        }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// East Asian wide characters and emoji, in blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
        0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1B000...0x1B2FF,
        0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320,
        0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
        0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
        0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
        0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2,
        0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB,
        0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
