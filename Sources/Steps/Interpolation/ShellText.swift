import Model

/// Questions about text that is code for somebody else.
enum ShellText {
    struct Reference: Equatable {
        /// What stands between the braces.
        var text: String
        /// Of the `$`, in bytes.
        var offset: Int
        var isEnvironment: Bool
    }

    /// The first `${env.NAME}` or `${step.output}` of a shell command: no shell understands these.
    static func foreignReference(in command: String) -> Reference? {
        guard command.utf8.contains(UInt8(ascii: "$")) else { return nil }
        let bytes = Array(command.utf8)
        for index in bytes.indices.dropLast(2)
        where bytes[index] == UInt8(ascii: "$") && bytes[index + 1] == UInt8(ascii: "{") {
            guard index == 0 || bytes[index - 1] != UInt8(ascii: "\\"),
                let close = bytes[index...].firstIndex(of: UInt8(ascii: "}"))
            else { continue }
            let inside = bytes[(index + 2)..<close]
            guard let dot = inside.lastIndex(of: UInt8(ascii: ".")) else { continue }
            let owner = String(decoding: inside[..<dot], as: UTF8.self)
            let name = String(decoding: inside[(dot + 1)...], as: UTF8.self)
            guard owner == "env" || Names.isReference(owner), Names.isOutput(name) else { continue }
            return Reference(
                text: String(decoding: inside, as: UTF8.self), offset: index, isEnvironment: owner == "env")
        }
        return nil
    }

    /// True for text of letters, digits, `_`, `.`, `:`, `/` and `-`: it can be a number or a part of a quoted string.
    static func isHarmless(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                Names.isLetter(byte) || Names.isDigit(byte) || Array("_.:/-".utf8).contains(byte)
            }
    }
}
