internal import Model

/// Takes out of text everything that could move the cursor, change the screen or the terminal, or hide text from its
/// reader: escape sequences, control characters, and the invisible characters that reorder a line. Bytes that are not
/// UTF-8 are spelt out (`OSText`).
package enum Sanitizer {
    /// One line: line ends and tabs become blanks.
    package static func line(_ text: String) -> String {
        clean(text, keepsLines: false)
    }

    /// Lines: line feeds and tabs stay; of a line that was overwritten by carriage returns, the last text stays.
    package static func text(_ text: String) -> String {
        clean(text, keepsLines: true)
    }

    /// The character could move the cursor, or reorder or hide what is around it.
    static func steers(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isControl || scalar.reordersText { return true }
        // Annotations and tags.
        return (0xFFF9...0xFFFB).contains(scalar.value) || (0xE0000...0xE007F).contains(scalar.value)
    }

    private static func clean(_ text: String, keepsLines: Bool) -> String {
        var text = text
        let isHarmless = text.withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
        if isHarmless { return text }
        var cleaner = Cleaner(source: Array(text.unicodeScalars), keepsLines: keepsLines)
        return cleaner.run()
    }
}

/// The reading position and the text kept so far.
private struct Cleaner {
    let source: [Unicode.Scalar]
    let keepsLines: Bool
    var position = 0
    var result = String.UnicodeScalarView()
    /// Where the current line starts in `result`.
    var lineStart: String.UnicodeScalarView.Index

    /// Longest operating system command or the like that is taken out whole.
    static let longestString = 4096

    init(source: [Unicode.Scalar], keepsLines: Bool) {
        self.source = source
        self.keepsLines = keepsLines
        lineStart = result.startIndex
        result.reserveCapacity(source.count)
    }

    mutating func run() -> String {
        while position < source.count {
            let scalar = source[position]
            position += 1
            take(scalar)
        }
        return String(result)
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x1B: skipEscape()
        case 0x9B: skipControlSequence()
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: skipString()
        case 0x0A: endLine()
        case 0x0D: overwriteLine()
        case 0x09: result.append(keepsLines ? scalar : " ")
        case 0x2028, 0x2029: result.append(" ")
        case 0x10FF80...: result.append(contentsOf: OSText.shown(String(scalar)).unicodeScalars)
        default: if !Sanitizer.steers(scalar) { result.append(scalar) }
        }
    }

    private mutating func endLine() {
        result.append(keepsLines ? "\n" : " ")
        lineStart = result.endIndex
    }

    /// A carriage return: before a line feed or at the end it is part of the line's end, else what follows replaces the
    /// line on a terminal, and does here.
    private mutating func overwriteLine() {
        var next = position
        while next < source.count, source[next] == "\r" { next += 1 }
        guard next < source.count, source[next] != "\n" else { return }
        if keepsLines {
            result.removeSubrange(lineStart...)
            lineStart = result.endIndex
        } else {
            result.append(" ")
        }
    }

    /// After ESC: a control sequence, a string, or a short sequence of intermediates and one final.
    private mutating func skipEscape() {
        guard position < source.count else { return }
        switch source[position] {
        case "[":
            position += 1
            skipControlSequence()
        case "]", "P", "X", "^", "_":
            position += 1
            skipString()
        default:
            var end = position
            while end < source.count, (0x20...0x2F).contains(source[end].value) { end += 1 }
            if end < source.count, (0x30...0x7E).contains(source[end].value) { position = end + 1 }
        }
    }

    /// Parameters, intermediates, final. One that is broken off loses its introducer alone, so that no text is lost.
    private mutating func skipControlSequence() {
        var end = position
        while end < source.count, (0x30...0x3F).contains(source[end].value) { end += 1 }
        while end < source.count, (0x20...0x2F).contains(source[end].value) { end += 1 }
        if end < source.count, (0x40...0x7E).contains(source[end].value) { position = end + 1 }
    }

    /// Up to BEL or ST on the same line; one that does not end loses its introducer alone.
    private mutating func skipString() {
        var end = position
        while end < source.count, end - position < Self.longestString {
            switch source[end].value {
            case 0x07, 0x9C:
                position = end + 1
                return
            case 0x1B:
                if end + 1 < source.count, source[end + 1] == "\\" { position = end + 2 }
                return
            case 0x0A: return
            default: end += 1
            }
        }
    }
}
