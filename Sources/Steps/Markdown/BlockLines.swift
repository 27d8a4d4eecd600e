import Glibc

/// Questions about the lines of a code block, answered on bytes.
enum BlockLines {
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// True for a line that opens very many quotes and list items, should it be one of prose.
    static func beginsWithMarkers(_ line: UnsafeBufferPointer<UInt8>, moreThan limit: Int) -> Bool {
        guard line.count > limit else { return false }
        var count = 0
        for (index, byte) in line.enumerated() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: ">"): count += 1
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "."), UInt8(ascii: ")"):
                if index + 1 < line.count, isBlank(line[index + 1]) { count += 1 }
            default: return count > limit
            }
            if count > limit { return true }
        }
        return false
    }

    /// False for a line that begins neither a quote nor a list item.
    static func mayOpenBlock(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first(where: { !isBlank($0) }) else { return false }
        return switch first {
        case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// How many lines there are; each ends in LF, CRLF or CR.
    static func count(_ content: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var position = 0
        while position < content.count {
            position = end(of: content, from: position).next
            count += 1
        }
        return count
    }

    /// Where the line that starts at `position` ends, and where the next one starts.
    static func end(of content: UnsafeBufferPointer<UInt8>, from position: Int) -> (end: Int, next: Int) {
        let feed = find(UInt8(ascii: "\n"), in: content, position..<content.count)
        let limit = feed ?? content.count
        if let carriage = find(UInt8(ascii: "\r"), in: content, position..<limit) {
            return (carriage, carriage + 1 == feed ? carriage + 2 : carriage + 1)
        }
        return (limit, min(limit + 1, content.count))
    }

    private static func find(_ byte: UInt8, in content: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        guard let base = UnsafeRawPointer(content.baseAddress),
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The (zero-based) line at which another runbook block opens inside this content, if one does.
    ///
    /// - Parameter fence: only a fence of this character and at least this length counts; any when nil.
    static func openingInside(_ content: UnsafeBufferPointer<UInt8>, fence: [UInt8]?) -> Int? {
        // A cheap look first: most blocks have no second marker.
        let all = 0..<content.count
        guard content.count > 8, find(UInt8(ascii: "|"), in: content, 4..<content.count) != nil,
            find(UInt8(ascii: "`"), in: content, all) != nil || find(UInt8(ascii: "~"), in: content, all) != nil
        else { return nil }
        var position = 0
        var line = 0
        var afterFence = false
        while position < content.count {
            let (end, next) = end(of: content, from: position)
            var start = position
            while start < end, isBlank(content[start]) || content[start] == UInt8(ascii: ">") { start += 1 }
            let text = UnsafeBufferPointer(rebasing: content[start..<end])
            if afterFence, namesKind(text) { return line }
            afterFence = isOpening(text, fence: fence) || (afterFence && BlockHead.mayStandAbove(text))
            position = next
            line += 1
        }
        return nil
    }

    /// The (zero-based) line that would make this content a runbook block, did it not stand below other lines.
    ///
    /// Content with fences of its own shows how something is written.
    static func buriedKind(_ content: UnsafeBufferPointer<UInt8>, language: String) -> Int? {
        guard content.count > 8, find(UInt8(ascii: "|"), in: content, 0..<content.count) != nil else { return nil }
        var position = 0
        var line = 0
        while position < content.count {
            let (end, next) = end(of: content, from: position)
            let text = UnsafeBufferPointer(rebasing: content[position..<end])
            if isOpening(text, fence: nil) { return nil }
            if namesKind(text), Marker.leading(text)?.isKnown(in: language) == true { return line }
            position = next
            line += 1
        }
        return nil
    }

    /// True for a line of metadata with a key that makes its block part of the runbook.
    private static func namesKind(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let marker = Marker.leading(text) else { return false }
        return BlockKey.leading(UnsafeBufferPointer(rebasing: text[marker.length...])) != nil
    }

    private static func isOpening(_ text: UnsafeBufferPointer<UInt8>, fence: [UInt8]?) -> Bool {
        guard let first = text.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return false }
        if let fence, first != fence.first { return false }
        var length = 0
        while length < text.count, text[length] == first { length += 1 }
        return length >= max(3, fence?.count ?? 3)
    }
}

/// The keys that make a code block part of the runbook.
enum BlockKey: String, CaseIterable {
    case step, file, undo, prelude

    /// The key that a metadata line begins with; `text` starts after the marker.
    static func leading(_ text: UnsafeBufferPointer<UInt8>) -> BlockKey? {
        var start = 0
        while start < text.count, BlockLines.isBlank(text[start]) { start += 1 }
        var end = start
        while end < text.count, text[end] >= UInt8(ascii: "a"), text[end] <= UInt8(ascii: "z") { end += 1 }
        guard end > start, end - start <= 7 else { return nil }
        let key = BlockKey(rawValue: String(decoding: text[start..<end], as: UTF8.self))
        while end < text.count, BlockLines.isBlank(text[end]) { end += 1 }
        guard end < text.count, text[end] == UInt8(ascii: ":") else { return nil }
        return key
    }
}
