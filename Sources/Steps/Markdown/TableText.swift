/// Questions about lines of tables, answered on bytes; lines begin with their first character that is not blank.
enum TableText {
    private static let pipe = UInt8(ascii: "|")

    /// How many cells a row has.
    static func width(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        var position = line.first == pipe ? afterPipe(line, 0) : 0
        var count = 0
        while position < line.count {
            let start = position
            while position < line.count, line[position] != pipe, !isEnd(line[position]) {
                let isEscape = line[position] == UInt8(ascii: "\\") && position + 1 < line.count
                position += isEscape && line[position + 1] == pipe ? 2 : 1
            }
            let isClosed = position < line.count && line[position] == pipe
            if position > start || isClosed { count += 1 }
            guard isClosed else { return count }
            position = afterPipe(line, position)
        }
        return count
    }

    /// How many columns a line such as `|---|:-:|` separates; nil for every other line.
    static func delimiterWidth(_ line: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = line.first == pipe ? 1 : 0
        var count = 0
        while true {
            position = afterBlanks(line, position)
            if position < line.count, line[position] == UInt8(ascii: ":") { position += 1 }
            let dashes = position
            while position < line.count, line[position] == UInt8(ascii: "-") { position += 1 }
            guard position > dashes else { return nil }
            if position < line.count, line[position] == UInt8(ascii: ":") { position += 1 }
            position = afterBlanks(line, position)
            count += 1
            guard position < line.count, line[position] == pipe else { break }
            let after = afterBlanks(line, position + 1)
            if after == line.count || isEnd(line[after]) {
                position = after
                break
            }
            position += 1
        }
        return position == line.count || isEnd(line[position]) ? count : nil
    }

    /// False for a line that ends the table it stands below.
    static func isRow(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = line.first == pipe ? afterPipe(line, 0) : 0
        return start < line.count && !isEnd(line[start])
    }

    private static func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// Blanks of a table: those of a line, with vertical tab and form feed.
    private static func afterBlanks(_ line: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        var position = position
        while position < line.count, BlockLines.isBlank(line[position]) || [0x0B, 0x0C].contains(line[position]) {
            position += 1
        }
        return position
    }

    private static func afterPipe(_ line: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        afterBlanks(line, position + 1)
    }
}
