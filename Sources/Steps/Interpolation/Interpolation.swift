import Model

/// The grammar of `${…}` in metadata and file templates.
enum Interpolation {
    enum Segment: Equatable {
        case text(String)
        case name(String, offset: Int)
        case environment(String, offset: Int)
        case output(step: String, name: String, offset: Int)
    }

    /// What is malformed; `offset` is that of the `$`, in bytes.
    struct Problem: Error, Equatable {
        var offset: Int
        var length: Int
        var message: String
        var hint: String?
    }

    private static let dollar = UInt8(ascii: "$")

    /// False for text that stands for itself.
    static func isNeeded(_ text: String) -> Bool { text.utf8.contains(dollar) }

    /// Text and references in order; `$$` has become `$`, and a `$` without `{` stays.
    static func segments(of text: String) throws(Problem) -> [Segment] {
        let bytes = Array(text.utf8)
        var segments: [Segment] = []
        var plain: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : 0
            guard byte == dollar, next == dollar || next == UInt8(ascii: "{") else {
                plain.append(byte)
                position += 1
                continue
            }
            if next == dollar {
                plain.append(dollar)
                position += 2
                continue
            }
            guard let close = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
                throw Problem(
                    offset: position, length: 2, message: "`${` is not closed",
                    hint: "close it with `}`, or write `$${` for these characters themselves")
            }
            if !plain.isEmpty { segments.append(.text(String(decoding: plain, as: UTF8.self))) }
            plain = []
            segments.append(try reference(bytes[(position + 2)..<close], offset: position))
            position = close + 1
        }
        if !plain.isEmpty { segments.append(.text(String(decoding: plain, as: UTF8.self))) }
        return segments
    }

    private static func reference(_ inside: ArraySlice<UInt8>, offset: Int) throws(Problem) -> Segment {
        if Names.isIdentifier(inside) { return .name(String(decoding: inside, as: UTF8.self), offset: offset) }
        let text = String(decoding: inside, as: UTF8.self)
        if let dot = inside.lastIndex(of: UInt8(ascii: ".")), dot > inside.startIndex, dot + 1 < inside.endIndex {
            let owner = String(decoding: inside[..<dot], as: UTF8.self)
            let name = String(decoding: inside[(dot + 1)...], as: UTF8.self)
            if owner == "env", Names.isIdentifier(inside[(dot + 1)...]) { return .environment(name, offset: offset) }
            if owner != "env", Names.isReference(owner), Names.isOutput(name) {
                return .output(step: owner, name: name, offset: offset)
            }
        }
        let shown = text.count > 40 ? String(text.prefix(40)) + "…" : text
        throw Problem(
            offset: offset, length: text.unicodeScalars.count + 3,
            message: "`${\(shown)}` is not of the form `${param}`, `${step.output}` or `${env.NAME}`",
            hint: "write `$${` for these characters themselves")
    }
}
