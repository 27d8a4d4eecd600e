/// Replaces secret values in text by `***`.
package struct SecretMask: Sendable {
    /// Longest first, so that a secret that contains another disappears whole.
    package private(set) var secrets: [String] = []
    private var known: Set<[UInt8]> = []

    package init() {}

    /// Adds a value; ones shorter than four bytes are refused before they become secrets, and ignored here.
    /// Each line of a longer value is masked too, since output is shown line by line.
    package mutating func add(_ secret: String) {
        var values = [secret]
        if secret.utf8.contains(0x0A) {
            values += secret.utf8.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        }
        let before = secrets.count
        for value in values where value.utf8.count >= 4 && known.insert(Array(value.utf8)).inserted {
            secrets.append(value)
        }
        if secrets.count > before { secrets.sort { ($0.utf8.count, $1) > ($1.utf8.count, $0) } }
    }

    /// Compares bytes: as a Character, the end of a secret may melt into what stands behind it.
    package func mask(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        for secret in secrets {
            let needle = Array(secret.utf8)
            var position = 0
            while let start = Self.find(needle, in: bytes, from: position) {
                bytes.replaceSubrange(start..<(start + needle.count), with: [0x2A, 0x2A, 0x2A])
                position = start + 3
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count - needle.count >= start else { return nil }
        for position in start...(bytes.count - needle.count) where bytes[position] == first {
            if bytes[position...].starts(with: needle) { return position }
        }
        return nil
    }
}
