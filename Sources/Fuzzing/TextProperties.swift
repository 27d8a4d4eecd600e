import Execution
import Model
import Terminal

/// Text from outside: what a body hands on, what is stored, and what reaches a terminal.
enum TextProperties {
    /// No character that could steer a terminal, except line ends and tabs.
    static func isHarmless(_ text: String, _ what: String) throws(FuzzFinding) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: break
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                throw FuzzFinding("\(what) has U+\(String(scalar.value, radix: 16, uppercase: true))")
            default: break
            }
        }
    }

    static func outputs(_ bytes: [UInt8]) throws(FuzzFinding) {
        let reading = OutputText.read(bytes)
        var last: [String: [UInt8]] = [:]
        for case .value(let name, let value, _) in reading.pieces { last[name] = value }
        guard let failure = reading.failure else {
            return try FuzzFinding.unless(reading.values == last, "what is read and what is kept from view differ")
        }
        let lines = 1 + bytes.count { $0 == 0x0A }
        try FuzzFinding.unless((1...lines).contains(failure.line), "line \(failure.line) of \(lines)")
        let secrets = Set(reading.secrets(Dictionary(uniqueKeysWithValues: last.keys.map { ($0, true) })))
        for piece in reading.pieces {
            guard case .value(_, let value, _) = piece else { continue }
            try FuzzFinding.unless(secrets.contains(value), "a value is not kept from view")
        }
    }

    /// Any stored text can be read, and what was read is written and read again as the same; so is any pair of texts.
    static func fingerprint(_ bytes: [UInt8]) throws(FuzzFinding) {
        let read = Fingerprint(text: String(decoding: bytes, as: UTF8.self))
        try FuzzFinding.unless(Fingerprint(text: read.text) == read, "a text that was read")
        _ = read.changes(since: Fingerprint(parts: []))
        let half = bytes.count / 2
        let part = Fingerprint.Part(
            name: String(decoding: bytes[..<half], as: UTF8.self),
            value: String(decoding: bytes[half...], as: UTF8.self))
        let made = Fingerprint(parts: [part, part])
        let again = Fingerprint(text: made.text)
        let isSame =
            again.parts.count == 2
            && again.parts.allSatisfy {
                $0.name.utf8.elementsEqual(part.name.utf8) && $0.value.utf8.elementsEqual(part.value.utf8)
            }
        try FuzzFinding.unless(isSame, "parts that were written")
        _ = made.changes(since: read)
    }

    static func terminal(_ bytes: [UInt8]) throws(FuzzFinding) {
        let exact = OSText.text(of: bytes)
        try FuzzFinding.unless(OSText.bytes(of: exact) == bytes, "bytes that come back otherwise")
        try FuzzFinding.unless(!OSText.hasStandIns(Sanitizer.text(exact)), "a byte that is shown as it stands")
        let text = String(decoding: bytes, as: UTF8.self)
        let line = Sanitizer.line(text)
        let lines = Sanitizer.text(text)
        try isHarmless(lines, "sanitized text")
        try isHarmless(line, "a sanitized line")
        try FuzzFinding.unless(!line.utf8.contains(0x0A) && !line.utf8.contains(0x09), "a line that breaks")
        try FuzzFinding.unless(Sanitizer.line(line) == line, "a line changes when it is sanitized again")
        for width in [0, 1, 2, 7, 40] {
            let cut = TextWidth.truncate(line, to: width)
            try FuzzFinding.unless(TextWidth.of(cut) <= width, "\(TextWidth.of(cut)) columns, not \(width)")
        }
        try masks(bytes, line)
    }

    /// A part of the text, taken for a secret, is not in it any more.
    private static func masks(_ bytes: [UInt8], _ line: String) throws(FuzzFinding) {
        guard bytes.count > 12 else { return }
        let start = Int(bytes[0]) % (bytes.count - 8)
        let secret = String(decoding: bytes[start..<(start + 4 + Int(bytes[1]) % 5)], as: UTF8.self)
        // One that the mask itself could complete proves nothing.
        guard secret.utf8.count >= 4, !secret.utf8.contains(0x2A), !secret.utf8.allSatisfy(Self.isBlank) else { return }
        let redactor = Redactor.forDisplay()
        redactor.add(secret)
        let mask = Redactor()
        mask.add(secret)
        for text in [String(decoding: bytes, as: UTF8.self), line] {
            for masked in [redactor.mask(text), mask.mask(text)] {
                try FuzzFinding.unless(!contains(Array(masked.utf8), Array(secret.utf8)), "a secret is left")
            }
        }
    }

    /// Nothing but blanks is not masked.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        return (0...(bytes.count - needle.count)).contains { bytes[$0...].starts(with: needle) }
    }
}
