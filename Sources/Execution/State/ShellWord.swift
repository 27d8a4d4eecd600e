internal import Model

/// Words as a shell reads them.
package enum ShellWord {
    /// The word as it is typed into a shell, quoted where it has to be.
    package static func quoted(_ word: String) -> String {
        let bytes = Array(word.utf8)
        if !bytes.isEmpty, bytes.allSatisfy(isPlain) { return word }
        // What a terminal would act on, or a line of text not hold, is spelt out.
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) || OSText.hasStandIns(word) else {
            return "'" + word.parts(at: "'").joined(separator: "'\\''") + "'"
        }
        return "$'" + word.unicodeScalars.map(escaped).joined() + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-_./:=,@%+".utf8.contains(byte)
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\\", "'": "\\\(scalar)"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
            "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
        default: OSText.shown(String(scalar))
        }
    }
}
