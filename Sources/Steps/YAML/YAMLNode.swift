import Model

/// A value of YAML metadata, with its spot in the Markdown file.
///
/// Scalars stay text: what type they have to be is decided by the key they belong to.
struct YAMLNode {
    enum Value {
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    /// How a scalar is written.
    enum Style: UInt8 {
        case plain, quoted, block
    }

    var value: Value
    var style: Style = .plain
    var spot: Spot

    var scalar: String? {
        if case .scalar(let text) = value { text } else { nil }
    }

    /// True for an absent value (`key:`), `~` and `null`.
    var isNull: Bool {
        guard style == .plain, case .scalar(let text) = value else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// How many scalars of its line a caret should underline.
    var width: Int {
        guard case .scalar(let text) = value, style != .block, !text.utf8.contains(UInt8(ascii: "\n")) else { return 1 }
        return max(1, text.unicodeScalars.count + (style == .quoted ? 2 : 0))
    }

    /// The kind of value in a person's words.
    var kind: String {
        switch value {
        case .scalar: isNull ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One key with its value.
struct YAMLEntry {
    var key: String
    var keySpot: Spot
    var value: YAMLNode

    var keyWidth: Int { max(1, key.unicodeScalars.count) }
}

/// YAML text taken out of a Markdown file, with the way back.
struct YAMLText {
    /// Where a line of the YAML text stands in the file: its line, and how many scalars stand before it.
    struct Origin {
        var line: Int32
        var indent: Int32
    }

    var bytes: [UInt8] = []
    /// One for each line of `bytes`, as YAML counts lines.
    var origins: [Origin] = []

    /// Adds a line of the file, given without its line end.
    ///
    /// - Parameter indent: how many scalars of the file's line stand before these bytes.
    mutating func append(_ text: some Collection<UInt8>, line: Int, indent: Int) {
        origins.append(Origin(line: Int32(clamping: line), indent: Int32(clamping: indent)))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\n"))
        guard text.contains(where: { $0 == 0xC2 || $0 == 0xE2 }) else { return }
        // YAML also ends lines at NEL (C2 85), LS and PS (E2 80 A8, E2 80 A9), which Markdown does not.
        var column = indent
        for part in Self.lines(of: Array(text)).dropLast() {
            column += SourceText.scalars(in: part) + 1
            origins.append(Origin(line: Int32(clamping: line), indent: Int32(clamping: column)))
        }
    }

    /// The lines as YAML counts them, without their ends.
    var lines: [ArraySlice<UInt8>] { Self.lines(of: bytes) }

    private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices {
            let width: Int
            switch bytes[index] {
            case UInt8(ascii: "\n"): width = 1
            case 0x85 where index > start && bytes[index - 1] == 0xC2: width = 2
            case 0xA8...0xA9 where index > start + 1 && bytes[index - 2] == 0xE2 && bytes[index - 1] == 0x80: width = 3
            default: continue
            }
            lines.append(bytes[start..<(index + 1 - width)])
            start = index + 1
        }
        return lines + [bytes[start...]]
    }

    /// The spot in the file of the byte at an offset.
    func spot(offset: Int) -> Spot {
        let lines = lines
        let index = lines.lastIndex { $0.startIndex <= offset } ?? 0
        let before = lines[index].startIndex..<max(lines[index].startIndex, min(offset, lines[index].endIndex))
        return spot(line: index + 1, column: SourceText.scalars(in: bytes[before]) + 1)
    }

    /// The spot in the file of a line and column (both from 1) of the YAML text.
    func spot(line: Int, column: Int) -> Spot {
        guard let last = origins.last else { return Spot(line: 1, column: 1) }
        let origin = line >= 1 && line <= origins.count ? origins[line - 1] : last
        return Spot(line: Int(origin.line), column: Int(origin.indent) + max(1, column))
    }
}

/// What is wrong with YAML text, at a spot of the Markdown file.
struct YAMLProblem: Error {
    var code: DiagnosticCode
    var message: String
    var spot: Spot
    var hint: String?
    /// An earlier place that belongs to it (the first of two equal keys).
    var related: Spot?
}
