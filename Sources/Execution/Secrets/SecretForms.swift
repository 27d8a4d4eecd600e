/// The spellings in which programs commonly print a value: what masking looks for.
enum SecretForms {
    /// Longest value whose encoded forms are looked for, in bytes; of longer ones only the value itself and its lines.
    static let longestEncoded = 64 << 10

    /// The value as it is, without blanks at its ends, with its blanks run together, each of its lines; and the value
    /// in JSON, in a URL, quoted for a shell, and in base64. None shorter than `Redactor.shortest`.
    static func all(of value: [UInt8]) -> [[UInt8]] {
        var forms = plain(value)
        guard !forms.isEmpty, value.count <= longestEncoded else { return forms }
        for core in Set([value, trimmed(value)]) where isLong(core) {
            forms += json(core) + urls(core) + shell(core)
        }
        forms += base64(value)
        return forms.filter(isLong)
    }

    /// What is no encoding: the value, trimmed, in one line, line by line.
    static func plain(_ value: [UInt8]) -> [[UInt8]] {
        // Nothing but blanks would mask every indentation.
        guard !trimmed(value).isEmpty else { return [] }
        var forms = [value, trimmed(value)]
        let words = value.split { isBlank($0) }
        if words.count > 1 { forms.append(Array(words.joined(separator: [0x20]))) }
        let lines = value.split { $0 == 0x0A || $0 == 0x0D }
        if lines.count > 1 { forms += lines.map { trimmed(Array($0)) } }
        return forms.filter(isLong)
    }

    private static func isLong(_ value: [UInt8]) -> Bool { value.count >= Redactor.shortest }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func trimmed(_ value: [UInt8]) -> [UInt8] {
        guard let start = value.firstIndex(where: { !isBlank($0) }), let end = value.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(value[start...end])
    }

    // MARK: - JSON

    /// Between the quotes of a JSON string: with characters beyond ASCII as they are or escaped, with `/` escaped (as
    /// PHP and Foundation do), with `<`, `>` and `&` escaped (as Go does).
    private static func json(_ value: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: value, as: UTF8.self)
        return [
            json(text, escapes: []), json(text, escapes: [0x2F]), json(text, escapes: [0x3C, 0x3E, 0x26]),
            json(text, escapes: [], ascii: .lower), json(text, escapes: [], ascii: .upper),
            json(text, escapes: [0x2F], ascii: .lower),
        ]
    }

    private enum Digits { case lower, upper }

    private static func json(_ text: String, escapes: Set<UInt16>, ascii: Digits? = nil) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: result += [0x5C, UInt8(scalar.value)]
            case 0x08: result += Array(#"\b"#.utf8)
            case 0x09: result += Array(#"\t"#.utf8)
            case 0x0A: result += Array(#"\n"#.utf8)
            case 0x0C: result += Array(#"\f"#.utf8)
            case 0x0D: result += Array(#"\r"#.utf8)
            case 0x2F where escapes.contains(0x2F): result += Array(#"\/"#.utf8)
            case 0x20..<0x7F where !escapes.contains(UInt16(scalar.value)): result.append(UInt8(scalar.value))
            default:
                if scalar.value >= 0x7F, ascii == nil {
                    result += Array(String(scalar).utf8)
                } else {
                    for unit in String(scalar).utf16 { result += escape(unit, ascii ?? .lower) }
                }
            }
        }
        return result
    }

    private static func escape(_ unit: UInt16, _ digits: Digits) -> [UInt8] {
        let text = String(unit, radix: 16, uppercase: digits == .upper)
        return Array((#"\u"# + String(repeating: "0", count: 4 - text.count) + text).utf8)
    }

    // MARK: - URLs

    /// Percent-encoded: with the sets of characters that are commonly left alone, either kind of digits, and a blank
    /// as `%20` or `+`.
    private static func urls(_ value: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for kept in ["-._~", "-._~/", "-._~!'()*", "-._*", "-._~!'()*;,/?:@&=+$#"] {
            for isUpper in [true, false] {
                for plus in [true, false] { forms.append(percent(value, kept: Set(kept.utf8), isUpper, plus)) }
            }
        }
        return forms
    }

    private static func percent(_ value: [UInt8], kept: Set<UInt8>, _ isUpper: Bool, _ plus: Bool) -> [UInt8] {
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        var result: [UInt8] = []
        for byte in value {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
            case 0x20 where plus: result.append(0x2B)
            case _ where kept.contains(byte): result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }

    // MARK: - Shells

    /// Between the quotes that `set -x`, `export -p` and `printf %q` write, and without quotes.
    private static func shell(_ value: [UInt8]) -> [[UInt8]] {
        func escaped(_ special: String) -> [UInt8] {
            let special = Set(special.utf8)
            return value.flatMap { special.contains($0) ? [0x5C, $0] : [$0] }
        }
        let bare = " \t!\"#$&'()*;<>?[\\]^`{|}"
        return [
            value.flatMap { $0 == 0x27 ? Array(#"'\''"#.utf8) : [$0] }, escaped("\"$\\`"), escaped("\"$\\`!"),
            escaped(bare), escaped(bare + ","), escaped(bare + ",~"), dollarQuoted(value),
        ]
    }

    /// Between the quotes of `$'…'`.
    private static func dollarQuoted(_ value: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        let isText = String(validating: value, as: UTF8.self) != nil
        let short: [UInt8: String] = [
            0x07: #"\a"#, 0x08: #"\b"#, 0x09: #"\t"#, 0x0A: #"\n"#, 0x0B: #"\v"#, 0x0C: #"\f"#, 0x0D: #"\r"#,
            0x1B: #"\E"#, 0x27: #"\'"#, 0x5C: #"\\"#,
        ]
        for byte in value {
            if let text = short[byte] {
                result += Array(text.utf8)
            } else if byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !isText) {
                let text = String(byte, radix: 8)
                result += Array(("\\" + String(repeating: "0", count: 3 - text.count) + text).utf8)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    // MARK: - Base64

    /// The value, and the value with a line end (as `echo` adds one), in either alphabet; and the lines that `base64`
    /// and `openssl` break a long one into.
    private static func base64(_ value: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for text in [value, value + [0x0A]] {
            let digits = base64Digits(text, last: [0x2B, 0x2F])
            forms += [digits, base64Digits(text, last: [0x2D, 0x5F])]
            for width in [64, 76] where digits.count > width {
                forms += stride(from: 0, to: digits.count, by: width).map {
                    Array(digits[$0..<min($0 + width, digits.count)])
                }
            }
        }
        return forms.filter { $0.count >= 8 || $0.count == forms[0].count }
    }

    /// Without padding, which may follow.
    private static func base64Digits(_ bytes: [UInt8], last: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + last
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 4 / 3 + 4)
        var position = 0
        while position < bytes.count {
            let group = bytes[position..<min(position + 3, bytes.count)]
            var bits: UInt32 = 0
            for place in 0..<3 {
                bits = bits << 8 | (position + place < bytes.count ? UInt32(bytes[position + place]) : 0)
            }
            for place in 0...group.count { result.append(alphabet[Int(bits >> (18 - 6 * UInt32(place))) & 63]) }
            position += 3
        }
        return result
    }
}
