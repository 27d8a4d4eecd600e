/// Whether bytes are text that can be parsed at all.
enum TextCheck {
    /// The source text; nil after a finding.
    static func source(name: String, bytes: [UInt8], findings: Findings) -> SourceText? {
        if let offset = firstInvalid(bytes) {
            // What comes before is valid, and enough to say where it is.
            let start = SourceText(name: name, bytes: Array(bytes[..<offset]) + Array("\u{FFFD}".utf8))
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
        return source
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
