internal import Model

/// Columns that text takes up on a terminal, and cutting text to a number of them.
///
/// Counts what terminals without knowledge of grapheme clusters count (the sum over scalars), which is never less than
/// what the others count: text cut by this measure never runs over a line's end.
package enum TextWidth {
    /// Columns of text without control characters (`Sanitizer`); tabs count as one.
    package static func of(_ text: String) -> Int {
        var text = text
        let ascii: Int? = text.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } ? bytes.count : nil }
        return ascii ?? text.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    package static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value == 0xAD ? 0 : 1 }
        // A variation selector 16 asks for a pictograph, two columns wide, in place of the character before it.
        if value == 0xFE0F { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if (0x1160...0x11FF).contains(value) { return 0 }
        if (0x1F1E6...0x1F1FF).contains(value) { return 1 }
        return isWide(value) || scalar.properties.isEmojiPresentation ? 2 : 1
    }

    /// The text, or as much of it as fits before an ellipsis; nothing when there is no column at all.
    package static func truncate(_ text: String, to width: Int, ellipsis: String = "…") -> String {
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = of(ellipsis)
        for character in text {
            let next = character.unicodeScalars.reduce(0) { $0 + of($1) }
            guard used + next <= width else { break }
            used += next
            result.append(character)
        }
        return result + ellipsis
    }

    /// The text with blanks behind (or, right-aligned, before) it up to `width`.
    package static func pad(_ text: String, to width: Int, right: Bool = false) -> String {
        let missing = width - of(text)
        guard missing > 0 else { return text }
        let blanks = String(repeating: " ", count: missing)
        return right ? blanks + text : text + blanks
    }

    /// East Asian Wide and Fullwidth (Unicode Standard Annex 11); pictographs are told by their own property.
    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        for range in wide {
            if value < range.lowerBound { return false }
            if value <= range.upperBound { return true }
        }
        return false
    }

    /// Ascending.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D8F,
        0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}
