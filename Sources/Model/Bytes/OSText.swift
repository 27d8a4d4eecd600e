import Glibc

/// Text of the system (arguments, environment, paths) in a String, where not all of it has to be UTF-8.
///
/// A byte that is no part of UTF-8 stands as one scalar of U+10FF80…U+10FFFF, the last of the private use, as
/// U+10FF80 does for 0x80. Where such a scalar stands in the text itself, each byte of it is taken for one that is not
/// UTF-8. So `bytes(of: text(of: bytes))` is `bytes`, whatever they are, and all that is UTF-8 costs a look.
package enum OSText {
    // In UTF-8 a stand-in is F4 8F BE xx, with the byte itself, or F4 8F BF xx, with the byte less 0x40.
    private static let lead: [UInt8] = [0xF4, 0x8F]
    private static let low: UInt8 = 0xBE
    private static let high: UInt8 = 0xBF

    // MARK: - Entry

    package static func text(of bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !hasStandIns(text) { return text }
        let bytes = Array(bytes)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        var position = 0
        while position < bytes.count {
            let length = scalarLength(bytes[position...])
            if length > 0 {
                result += bytes[position..<(position + length)]
            } else {
                let byte = bytes[position]
                result += lead + (byte < 0xC0 ? [low, byte] : [high, byte - 0x40])
            }
            position += max(1, length)
        }
        return String(decoding: result, as: UTF8.self)
    }

    package static func text(of string: UnsafePointer<CChar>) -> String {
        string.withMemoryRebound(to: UInt8.self, capacity: strlen(string)) {
            text(of: UnsafeBufferPointer(start: $0, count: strlen(string)))
        }
    }

    // MARK: - Exit

    package static func bytes(of text: String) -> [UInt8] {
        let source = Array(text.utf8)
        guard hasStandIns(text) else { return source }
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var position = 0
        while position < source.count {
            if let byte = byte(source[position...]) {
                result.append(byte)
                position += 4
            } else {
                result.append(source[position])
                position += 1
            }
        }
        return result
    }

    /// For system calls; the pointer is good for the time of the call, and `errno` stays what `body` made it.
    package static func withCString<Result>(_ text: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        guard hasStandIns(text) else { return text.withCString(body) }
        // As a pointer to the first element of an array is passed.
        return body(bytes(of: text).map { CChar(bitPattern: $0) } + [0])
    }

    /// As people and other programs are shown it: `\xE9` for the byte.
    package static func shown(_ text: String) -> String {
        guard hasStandIns(text) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let byte = byte(scalar) {
                result.append(contentsOf: spelt(byte).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    // MARK: - Stand-ins

    /// The byte that a scalar stands for; nil for all other scalars.
    package static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        scalar.value >= 0x10FF80 ? UInt8(scalar.value - 0x10FF00) : nil
    }

    /// `\xE9`.
    package static func spelt(_ byte: UInt8) -> String { "\\x" + String(byte, radix: 16, uppercase: true) }

    /// Not all of it is UTF-8.
    package static func hasStandIns(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { firstStandIn(in: $0) != nil }
    }

    /// Offset of the first stand-in in text that is UTF-8.
    package static func firstStandIn(in utf8: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = utf8.baseAddress else { return nil }
        var position = 0
        // Almost no text has the first byte of the planes beyond the usual ones.
        while position < utf8.count, let found = memchr(base + position, Int32(lead[0]), utf8.count - position) {
            position = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if byte(utf8[position...]) != nil { return position }
            position += 1
        }
        return nil
    }

    private static func byte(_ utf8: some Collection<UInt8>) -> UInt8? {
        var rest = utf8.makeIterator()
        guard rest.next() == lead[0], rest.next() == lead[1], let block = rest.next(), let last = rest.next() else {
            return nil
        }
        return block == low ? last : block == high ? last + 0x40 : nil
    }

    /// Bytes of the well-formed scalar that begins here (Unicode, table 3-7); 0 where none does, or a stand-in.
    private static func scalarLength(_ bytes: ArraySlice<UInt8>) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes.first ?? 0xFF {
        case ..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard bytes.count >= length, second.contains(bytes[bytes.startIndex + 1]),
            bytes.dropFirst(2).prefix(length - 2).allSatisfy({ 0x80...0xBF ~= $0 }), byte(bytes) == nil
        else { return 0 }
        return length
    }
}
