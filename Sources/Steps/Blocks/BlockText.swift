/// A code block taken apart: its metadata as YAML, and its body.
struct BlockText {
    var metadata: YAMLText
    /// The lines after the metadata, with `\n` as line ends.
    var body: String
    /// Line of the file at which the body starts.
    var bodyLine: Int
    /// The key its first lines seem to have; nil when only the YAML parser could tell.
    var key: BlockKey?
    /// Where the first metadata line begins.
    var start: Spot
    /// Line of the file at which metadata goes on after the body has begun.
    var strayLine: Int?

    /// Nil for blocks whose language does not begin comments that way.
    init?(_ block: CodeBlock, in source: SourceText) {
        var metadata = YAMLText()
        var key: BlockKey?
        var lines = 0
        var stray: Int?
        var column = 1
        let bodyStart: Int? = block.content.withUnsafeBufferPointer { content in
            guard let marker = Marker.leading(content), marker == .hash || marker.isKnown(in: block.language) else {
                return nil
            }
            var position = 0
            while position < content.count {
                let (end, next) = BlockLines.end(of: content, from: position)
                let line = UnsafeBufferPointer(rebasing: content[position..<end])
                guard Marker.leading(line) == marker else { break }
                let file = source.range(line: block.line + 1 + lines)
                let outside = max(0, file.count - line.count)
                let space = line.count > marker.length && line[marker.length] == UInt8(ascii: " ") ? 1 : 0
                let rest = UnsafeBufferPointer(rebasing: line[(marker.length + space)...])
                if key == nil { key = BlockKey.leading(rest) }
                let indent =
                    outside == 0
                    ? 0 : SourceText.scalars(in: source.bytes[file.lowerBound..<(file.lowerBound + outside)])
                if lines == 0 { column = indent + 1 }
                metadata.append(rest, line: block.line + 1 + lines, indent: indent + marker.length + space)
                lines += 1
                position = next
            }
            stray = Self.strayLine(in: content, from: position, marker: marker)
            return position
        }
        guard let bodyStart else { return nil }
        self.metadata = metadata
        self.key = key
        start = Spot(line: block.line + 1, column: column)
        body = Self.text(block.content[bodyStart...])
        bodyLine = block.line + 1 + lines
        strayLine = stray.map { bodyLine + $0 }
    }

    var hasBody: Bool { !body.utf8.allSatisfy { BlockLines.isBlank($0) || $0 == UInt8(ascii: "\n") } }

    /// Text with every line end as `\n`.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "\r")) else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\r") {
                if index + 1 == bytes.endIndex || bytes[index + 1] != UInt8(ascii: "\n") {
                    plain.append(UInt8(ascii: "\n"))
                }
            } else {
                plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The line of the body (from 0) that looks like metadata: the marker, and then a key.
    private static func strayLine(
        in content: UnsafeBufferPointer<UInt8>, from start: Int, marker: Marker
    ) -> Int? {
        guard content[start...].contains(UInt8(ascii: "|")) else { return nil }
        var position = start
        var line = 0
        while position < content.count {
            let (end, next) = BlockLines.end(of: content, from: position)
            let text = UnsafeBufferPointer(rebasing: content[position..<end])
            if Marker.leading(text) == marker {
                let word = text[marker.length...].drop(while: BlockLines.isBlank).prefix { $0 != UInt8(ascii: ":") }
                let isKey = StepKey(rawValue: String(decoding: word, as: UTF8.self)) != nil
                if isKey, word.endIndex < text.count { return line }
            }
            position = next
            line += 1
        }
        return nil
    }
}
