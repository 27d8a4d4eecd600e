/// What a result stands for: named parts whose change makes a step run again.
///
/// Parts are `script`, `interpreter`, `prelude`, `env NAME`, `dir`, `mode`, `owner`, `path`, `param NAME`,
/// `output STEP.NAME`. Short plain values stand as they are, so that a change can be told as `dc1→dc2`; long ones and
/// secrets stand as digests.
package struct Fingerprint: Hashable, Sendable {
    /// One named part.
    package struct Part: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Sorted by name.
    package var parts: [Part]

    package init(parts: [Part]) {
        self.parts = parts
    }

    /// One line a part, `name=value`; `%`, `=` and line ends of names and values are written as `%25`, `%3D`, `%0A`
    /// and `%0D`.
    package var text: String {
        parts.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }.joined(separator: "\n")
    }

    /// Reads `text` back; lines that have no `=` are dropped.
    package init(text: String) {
        // By bytes: as a Character, an `=` before a combining mark is not an `=`.
        var text = text
        parts = text.withUTF8 { bytes in
            bytes.split(separator: 0x0A).compactMap { line in
                guard let equals = line.firstIndex(of: 0x3D) else { return nil }
                return Part(
                    name: Self.unescape(line[..<equals]), value: Self.unescape(line[line.index(after: equals)...]))
            }
        }
    }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x3D || $0 == 0x0A || $0 == 0x0D }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x25: bytes += Array("%25".utf8)
            case 0x3D: bytes += Array("%3D".utf8)
            case 0x0A: bytes += Array("%0A".utf8)
            case 0x0D: bytes += Array("%0D".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ source: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard source.contains(0x25) else { return String(decoding: source, as: UTF8.self) }
        var bytes: [UInt8] = []
        var position = source.startIndex
        while position < source.endIndex {
            if source[position] == 0x25, position + 2 < source.endIndex,
                let value = UInt8(String(decoding: source[(position + 1)...(position + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                position += 3
            } else {
                bytes.append(source[position])
                position += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
