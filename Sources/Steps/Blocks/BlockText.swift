/// A code block taken apart: its metadata as YAML, and its body.
struct BlockText {
    var metadata: YAMLText
    /// The lines above and below the metadata, with `\n` as line ends.
    var body: String
    /// Lines of the file above the metadata that belong to the body: a `#!` line and comments.
    var bodyHead: Range<Int>
    /// Line of the file at which the body goes on below the metadata.
    var bodyLine: Int
    /// False when nothing but blanks stands below the metadata.
    var hasBody: Bool
    /// The key its first lines seem to have; nil when only the YAML parser could tell.
    var key: BlockKey?
    /// Where the first metadata line begins.
    var start: Spot
    /// Line of the file at which metadata goes on after the body has begun, with its key.
    var stray: (line: Int, key: StepKey)?
    /// The first metadata line that seems to name the block's kind, and does not.
    var misspelt: (spot: Spot, metadata: LooseMetadata)?

    /// Nil for blocks that have no metadata.
    init?(_ block: CodeBlock, in source: SourceText) {
        var metadata = YAMLText()
        var key: BlockKey?
        var misspelt: (Spot, LooseMetadata)?
        var first = 0
        var count = 0
        var stray: (line: Int, key: StepKey)?
        var column = 1
        let language = block.language
        let bounds: (above: Int, below: Int)? = block.content.withUnsafeBufferPointer { content in
            guard case .metadata(let marker, let number, let offset)? = BlockHead.find(in: content, language: language)
            else { return nil }
            first = number
            var position = offset
            while position < content.count {
                let (end, next) = BlockLines.end(of: content, from: position)
                let line = UnsafeBufferPointer(rebasing: content[position..<end])
                guard Marker.leading(line) == marker else { break }
                let number = block.line + 1 + first + count
                let indent = Self.indent(of: line, at: number, in: source)
                let space = line.count > marker.length && line[marker.length] == UInt8(ascii: " ") ? 1 : 0
                let rest = UnsafeBufferPointer(rebasing: line[(marker.length + space)...])
                if key == nil { key = BlockKey.leading(rest) }
                if misspelt == nil, let loose = LooseMetadata(line), loose.isMeant(in: language) {
                    misspelt = (Spot(line: number, column: indent + 1), loose)
                }
                if count == 0 { column = indent + 1 }
                metadata.append(rest, line: number, indent: indent + marker.length + space)
                count += 1
                position = next
            }
            stray = Self.stray(in: content, from: position, marker: marker)
            return (offset, position)
        }
        guard let bounds else { return nil }
        let above = block.content[..<bounds.above]
        let below = block.content[bounds.below...]
        let hasHead = !Self.isBlank(above)
        self.metadata = metadata
        self.key = key
        self.misspelt = misspelt
        start = Spot(line: block.line + 1 + first, column: column)
        body = hasHead ? Self.text(above) + Self.text(below) : Self.text(below)
        hasBody = !Self.isBlank(below)
        bodyHead = (block.line + 1)..<(block.line + 1 + (hasHead ? first : 0))
        bodyLine = block.line + 1 + first + count
        let line = bodyLine
        self.stray = stray.map { (line + $0.line, $0.key) }
    }

    /// How many scalars of the file stand before a line of the block: the blocks around it indent it.
    static func indent(of line: UnsafeBufferPointer<UInt8>, at number: Int, in source: SourceText) -> Int {
        let file = source.range(line: number)
        let outside = max(0, file.count - line.count)
        guard outside > 0 else { return 0 }
        return SourceText.scalars(in: source.bytes[file.lowerBound..<(file.lowerBound + outside)])
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { BlockLines.isBlank($0) || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    }

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
    private static func stray(
        in content: UnsafeBufferPointer<UInt8>, from start: Int, marker: Marker
    ) -> (line: Int, key: StepKey)? {
        guard content[start...].contains(UInt8(ascii: "|")) else { return nil }
        var position = start
        var number = 0
        while position < content.count {
            let (end, next) = BlockLines.end(of: content, from: position)
            let line = UnsafeBufferPointer(rebasing: content[position..<end])
            if let loose = LooseMetadata(line), loose.has(marker), let key = StepKey(rawValue: loose.key) {
                return (number, key)
            }
            position = next
            number += 1
        }
        return nil
    }
}
