internal import Model

/// Text made safe for the places of a Markdown page.
enum MarkdownText {
    /// Text that stays text: everything that Markdown could act on is escaped, blanks are single, and it is one line.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in plain(text).unicodeScalars {
            if "\\`*_{}[]<>#|~&$!".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// One line without control characters and repeated blanks.
    static func plain(_ text: String) -> String {
        String(GraphLabel.plain(text)).words(at: " ").joined(separator: " ")
    }

    /// The text as code, also within a table.
    static func code(_ text: String) -> String {
        let text = plain(text)
        guard !text.isEmpty else { return "" }
        var longest = 0
        var run = 0
        for character in text.utf8 {
            run = character == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = text.utf8.first == UInt8(ascii: "`") || text.utf8.last == UInt8(ascii: "`") ? " " : ""
        // In a table a bar ends the cell even within code.
        return fence + pad + text.parts(at: "|").joined(separator: "\\|") + pad
            + fence
    }

    /// `[text](address)`; `text` is Markdown already.
    static func link(_ text: String, _ address: String) -> String { "[\(text)](\(Self.address(address)))" }

    /// A path as the first part of an address: what begins another part, or a scheme, is part of a name.
    static func path(_ path: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in path.unicodeScalars {
            switch scalar {
            case "%": result.append(contentsOf: "%25".unicodeScalars)
            case "#": result.append(contentsOf: "%23".unicodeScalars)
            case "?": result.append(contentsOf: "%3F".unicodeScalars)
            default: result.append(scalar)
            }
        }
        let text = String(result)
        return text.parts(at: "/")[0].utf8.contains(UInt8(ascii: ":")) ? "./" + text : text
    }

    /// An address without what could end it.
    static func address(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in OSText.bytes(of: text) {
            switch byte {
            case 0...0x20, 0x22, 0x27, 0x28, 0x29, 0x3C, 0x3E, 0x5C, 0x60, 0x7B...0x7D, 0x7F:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            case 0x80...: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            default: result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }

    /// `1 step`, `2 steps`.
    static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
