import Model

/// Whether bytes are text that can be parsed at all.
enum TextCheck {
    /// The source text; nil after a finding.
    static func source(name: String, bytes: [UInt8], findings: Findings) -> SourceText? {
        if let offset = firstInvalid(bytes) {
            let start = start(of: bytes, to: offset, name)
            let byte = String(bytes[offset], radix: 16, uppercase: true)
            findings.report(
                .notUTF8, "the byte 0x\(byte.count == 1 ? "0" + byte : byte) is not UTF-8", in: start,
                at: start.spot(offset: offset), hint: hint(bytes))
            return nil
        }
        let source = SourceText(name: name, bytes: bytes)
        if let offset = bytes.firstIndex(of: 0) {
            findings.report(
                .forbiddenCharacter, "the file contains a NUL character", in: source, at: source.spot(offset: offset),
                hint: "is this a text file?")
            return nil
        }
        if let offset = bytes.withUnsafeBufferPointer(OSText.firstStandIn) {
            let scalar = String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self).unicodeScalars.first?.value ?? 0
            let start = start(of: bytes, to: offset, name)
            findings.report(
                .forbiddenCharacter,
                "the file contains U+\(String(scalar, radix: 16, uppercase: true)), which stands for a byte here",
                in: start, at: start.spot(offset: offset),
                hint: "U+10FF80 to U+10FFFF stand for bytes of names and values that are not UTF-8")
            return nil
        }
        return source
    }

    /// What comes before is valid, and enough to say where it is.
    private static func start(of bytes: [UInt8], to offset: Int, _ name: String) -> SourceText {
        SourceText(name: name, bytes: Array(bytes[..<offset]) + Array("\u{FFFD}".utf8))
    }

    /// The bytes without a byte order mark.
    static func unmarked(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private static func hint(_ bytes: [UInt8]) -> String {
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        return isUTF16 ? "this looks like UTF-16: save the file as UTF-8" : "save the file as UTF-8"
    }
}
