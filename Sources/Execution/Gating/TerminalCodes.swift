#if canImport(Glibc)
    internal import Glibc
#endif

/// The escape sequences with which programs colour what they print: no part of what they say.
package enum TerminalCodes {
    private static let escape: UInt8 = 0x1B
    private static let bell: UInt8 = 0x07

    /// The bytes without CSI sequences (colours, erasing) and OSC sequences (titles, links); nil when there are none.
    ///
    /// A sequence that is not finished is left out to the end of its line.
    package static func stripped(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let base = bytes.baseAddress, memchr(base, Int32(escape), bytes.count) != nil else { return nil }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if bytes[position] == escape, position + 1 < bytes.count,
                let end = end(of: bytes, kind: bytes[position + 1], from: position + 2)
            {
                position = end
            } else {
                kept.append(bytes[position])
                position += 1
            }
        }
        return kept
    }

    /// Where a sequence ends; nil when it is of another kind.
    private static func end(of bytes: UnsafeRawBufferPointer, kind: UInt8, from start: Int) -> Int? {
        var position = start
        switch kind {
        case UInt8(ascii: "["):
            while position < bytes.count {
                switch bytes[position] {
                case 0x20...0x3F: position += 1
                case 0x40...0x7E: return position + 1
                default: return position
                }
            }
            return position
        case UInt8(ascii: "]"):
            while position < bytes.count, bytes[position] != 0x0A {
                if bytes[position] == bell { return position + 1 }
                if bytes[position] == escape {
                    let isTerminator = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\\")
                    return isTerminator ? position + 2 : position
                }
                position += 1
            }
            return position
        default: return nil
        }
    }
}
