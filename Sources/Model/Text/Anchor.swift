/// The anchors a Git host gives to headings: lower case, no punctuation, `-` for spaces, numbered when repeated.
package struct Anchors {
    private var counts: [String: Int] = [:]

    package init() {}

    /// The anchor of the next heading of a file.
    package mutating func next(for text: String) -> String {
        let plain = Self.slug(text)
        let count = counts[plain, default: 0]
        counts[plain] = count + 1
        return count == 0 ? plain : "\(plain)-\(count)"
    }

    /// The anchor of a text that stands alone.
    package static func slug(_ text: String) -> String {
        var anchor = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            if scalar == " " {
                anchor.append("-")
            } else if scalar == "-" || isWord(scalar) {
                anchor.append(scalar)
            }
        }
        return String(anchor)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
            return true
        default: return false
        }
    }
}
