/// The YAML between the two `---` lines at the top of a file.
struct FrontMatterText {
    var yaml: YAMLText
    /// How many lines it takes, with both fences.
    var lineCount: Int

    enum Outcome {
        case none
        case found(FrontMatterText)
        /// It begins, and looks like front matter, but never ends.
        case unclosed
    }

    /// Longer front matter is not looked for.
    static let lineLimit = 20_000

    static func find(in source: SourceText) -> Outcome {
        guard isFence(source, 1) else { return .none }
        var yaml = YAMLText()
        var line = 2
        while line <= min(source.lineCount, lineLimit) {
            if isFence(source, line) { return .found(FrontMatterText(yaml: yaml, lineCount: line)) }
            yaml.append(source.bytes[source.range(line: line)], line: line, indent: 0)
            line += 1
        }
        return looksLikeYAML(source) ? .unclosed : .none
    }

    private static func isFence(_ source: SourceText, _ line: Int) -> Bool {
        let bytes = source.bytes[source.range(line: line)]
        guard bytes.starts(with: Array("---".utf8)) else { return false }
        return bytes.dropFirst(3).allSatisfy(BlockLines.isBlank)
    }

    /// A `---` alone is a thematic break; with `key:` below it, it is meant as front matter.
    private static func looksLikeYAML(_ source: SourceText) -> Bool {
        let bytes = source.bytes[source.range(line: 2)]
        let word = bytes.prefix { Names.isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        return !word.isEmpty && word.endIndex < bytes.endIndex && bytes[word.endIndex] == UInt8(ascii: ":")
    }

    /// True when a line begins with this key.
    func has(_ key: FrontMatterKey) -> Bool {
        let start = Array((key.rawValue + ":").utf8)
        return yaml.bytes.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: start) }
    }
}
