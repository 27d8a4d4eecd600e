import Model

/// The YAML between the two fences at the top of a file.
///
/// It begins and ends with a line `---` (or ends with `...`, as YAML documents do). Blank lines and HTML comments may
/// stand above it; it must then name a key of the front matter, for a `---` there may be a thematic break.
struct FrontMatterText {
    var yaml: YAMLText
    /// How many lines it takes, with both fences and what stands above.
    var lineCount: Int

    enum Outcome {
        case none
        case found(FrontMatterText)
        /// It begins at this line, and looks like front matter, but never ends.
        case unclosed(line: Int)
    }

    /// Longer front matter is not looked for.
    static let lineLimit = 20_000

    static func find(in source: SourceText) -> Outcome {
        let first = firstLine(in: source)
        guard isFence(source, first), first == 1 || namesKey(source, below: first) else { return .none }
        var yaml = YAMLText()
        var line = first + 1
        while line <= min(source.lineCount, first + lineLimit) {
            if isEnd(source, line) { return .found(FrontMatterText(yaml: yaml, lineCount: line)) }
            yaml.append(source.bytes[source.range(line: line)], line: line, indent: 0)
            line += 1
        }
        return looksLikeYAML(source, first + 1) ? .unclosed(line: first) : .none
    }

    /// Lines at which front matter begins that is not read, for it stands elsewhere, or blanks stand before its fence.
    ///
    /// - Parameter fences: the lines of code blocks, in order.
    static func misplaced(in source: SourceText, after first: Int, fences: [ClosedRange<Int>]) -> [Int] {
        var found: [Int] = []
        var block = 0
        var line = first
        while line < source.lineCount {
            while block < fences.count, fences[block].upperBound < line { block += 1 }
            if block < fences.count, fences[block].contains(line) {
                line = fences[block].upperBound + 1
                continue
            }
            if isLooseFence(source, line), namesKey(source, below: line), let end = misplacedEnd(source, from: line) {
                found.append(line)
                line = end
            }
            line += 1
        }
        return found
    }

    /// The end of what begins at this line, if it is a mapping of nothing but keys of the front matter.
    private static func misplacedEnd(_ source: SourceText, from first: Int) -> Int? {
        var yaml = YAMLText()
        var line = first + 1
        while line <= min(source.lineCount, first + lineLimit), !isLooseFence(source, line), !isEnd(source, line) {
            yaml.append(source.bytes[source.range(line: line)], line: line, indent: 0)
            line += 1
        }
        guard line <= source.lineCount else { return nil }
        guard let root = try? YAMLReader.read(yaml), case .mapping(let entries) = root.value else { return nil }
        return entries.allSatisfy { FrontMatterKey(rawValue: $0.key) != nil } ? line : nil
    }

    /// The first line that is neither blank nor part of an HTML comment.
    private static func firstLine(in source: SourceText) -> Int {
        var line = 1
        while line <= min(source.lineCount, lineLimit) {
            let text = source.bytes[source.range(line: line)].drop(while: BlockLines.isBlank)
            if text.starts(with: Array("<!--".utf8)) {
                guard let end = endOfComment(in: source, from: line) else { return line }
                line = end + 1
            } else if text.isEmpty {
                line += 1
            } else {
                return line
            }
        }
        return line
    }

    /// The line with the end of the comment that begins at `first`; nil when text follows on that line.
    private static func endOfComment(in source: SourceText, from first: Int) -> Int? {
        var text = source.bytes[source.range(line: first)].drop(while: BlockLines.isBlank).dropFirst(4)
        var line = first
        while true {
            if let end = text.firstRange(of: Array("-->".utf8)) {
                return text[end.upperBound...].allSatisfy(BlockLines.isBlank) ? line : nil
            }
            guard line < min(source.lineCount, lineLimit) else { return nil }
            line += 1
            text = source.bytes[source.range(line: line)]
        }
    }

    private static func isFence(_ source: SourceText, _ line: Int, of byte: UInt8 = UInt8(ascii: "-")) -> Bool {
        let bytes = source.bytes[source.range(line: line)]
        return bytes.starts(with: [byte, byte, byte]) && bytes.dropFirst(3).allSatisfy(BlockLines.isBlank)
    }

    private static func isEnd(_ source: SourceText, _ line: Int) -> Bool {
        isFence(source, line) || isFence(source, line, of: UInt8(ascii: "."))
    }

    /// True for `---` with whatever blanks around it, visible or not.
    private static func isLooseFence(_ source: SourceText, _ line: Int) -> Bool {
        let bytes = source.bytes[source.range(line: line)]
        guard (3...100).contains(bytes.count), bytes.contains(UInt8(ascii: "-")) else { return false }
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
            $0 != " " && $0 != "\t" && !LooseMetadata.isInvisible($0)
        }
        return scalars.elementsEqual("---".unicodeScalars)
    }

    /// A `---` alone is a thematic break; with `key:` below it, it is meant as front matter.
    private static func looksLikeYAML(_ source: SourceText, _ line: Int) -> Bool { key(source, line) != nil }

    /// True when a line from here to the next fence begins with a key of the front matter.
    private static func namesKey(_ source: SourceText, below fence: Int) -> Bool {
        var line = fence + 1
        while line <= min(source.lineCount, fence + lineLimit), !isLooseFence(source, line), !isEnd(source, line) {
            if key(source, line).flatMap(FrontMatterKey.init(rawValue:)) != nil { return true }
            line += 1
        }
        return false
    }

    /// The word before the colon with which a line begins.
    private static func key(_ source: SourceText, _ line: Int) -> String? {
        let bytes = source.bytes[source.range(line: line)].drop(while: BlockLines.isBlank)
        let word = bytes.prefix { Names.isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        guard !word.isEmpty, word.endIndex < bytes.endIndex, bytes[word.endIndex] == UInt8(ascii: ":") else {
            return nil
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// True when a line begins with this key.
    func has(_ key: FrontMatterKey) -> Bool {
        let start = Array((key.rawValue + ":").utf8)
        return yaml.bytes.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: start) }
    }
}
