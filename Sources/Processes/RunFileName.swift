import Execution

/// File names for attempts: different for different attempts, harmless for a file system, readable.
enum RunFileName {
    /// Longest encoded id that stands as it is; leaves room for role, attempt and ending within 255 bytes.
    private static let longest = 200

    /// `<step>.<attempt>`, and `<step>.<role>.<attempt>` for all that is not a body.
    static func name(step: String, role: Role, attempt: Int) -> String {
        let step = encoded(step)
        switch role {
        case .body: return "\(step).\(attempt)"
        case .undo: return "\(step).undo.\(attempt)"
        case .when: return "\(step).when.\(attempt)"
        case .check: return "\(step).check.\(attempt)"
        case .gate(let index): return "\(step).gate-\(index).\(attempt)"
        case .secret(let index): return "\(step).secret-\(index).\(attempt)"
        }
    }

    /// The id with everything unusual in a file name written as `%XX`; a long one is cut and carries a hash.
    private static func encoded(_ id: String) -> String {
        var text: [UInt8] = []
        for (position, byte) in id.utf8.enumerated() {
            if isPlain(byte), position > 0 || byte != UInt8(ascii: ".") {
                text.append(byte)
            } else {
                text += percent(byte)
            }
        }
        // The step `a.undo` and the undo of the step `a` are not the same.
        if let dot = text.lastIndex(of: UInt8(ascii: ".")), isRole(text[(dot + 1)...]) {
            text.replaceSubrange(dot...dot, with: percent(text[dot]))
        }
        if text.count > longest {
            // `~` is not plain, so no shorter id has this name.
            text = text.prefix(longest - 20) + Array("~\(hash(id))".utf8)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:@+=,".utf8.contains(byte)
        }
    }

    private static func isRole(_ word: ArraySlice<UInt8>) -> Bool {
        let word = String(decoding: word, as: UTF8.self)
        return ["undo", "when", "check"].contains(word) || word.hasPrefix("gate-") || word.hasPrefix("secret-")
    }

    private static func percent(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// FNV-1a, 64 bits, in hexadecimal.
    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}
