import Glibc
import Model

/// A line and column of some source text, both counted from 1, columns in Unicode scalars.
struct Spot: Hashable, Comparable {
    var line: Int32
    var column: Int32

    init(line: Int, column: Int) {
        self.line = Int32(clamping: line)
        self.column = Int32(clamping: column)
    }

    static func < (left: Spot, right: Spot) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// The text of one Markdown file and where each of its lines starts; its bytes are valid UTF-8.
final class SourceText: Sendable {
    /// The file as diagnostics name it.
    let name: String
    let bytes: [UInt8]
    /// Offset of each line's first byte; line ends are LF, CRLF or CR, as in CommonMark.
    private let starts: [Int32]

    /// - Parameter bytes: valid UTF-8 without a byte order mark, at most 2 GiB.
    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        starts = Self.lineStarts(bytes)
    }

    var lineCount: Int { starts.count }

    /// The bytes of a line (from 1) without its line end; empty for lines that do not exist.
    func range(line: Int) -> Range<Int> {
        guard line >= 1, line <= starts.count else { return bytes.count..<bytes.count }
        let start = Int(starts[line - 1])
        var end = line < starts.count ? Int(starts[line]) : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }

    /// The line's text without its line end; nil for lines that do not exist.
    func text(line: Int) -> String? {
        guard line >= 1, line <= starts.count else { return nil }
        return String(decoding: bytes[range(line: line)], as: UTF8.self)
    }

    func place(_ spot: Spot) -> Place {
        Place(file: name, line: Int(spot.line), column: Int(spot.column))
    }

    /// The spot of the byte at `offset`.
    func spot(offset: Int) -> Spot {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= offset { low = middle } else { high = middle }
        }
        let start = starts.isEmpty ? 0 : Int(starts[low])
        return Spot(line: low + 1, column: 1 + Self.scalars(in: bytes[start..<min(max(start, offset), bytes.count)]))
    }

    /// The offset of the byte at `spot`; the end of the line when the column lies past it.
    func offset(of spot: Spot) -> Int {
        let line = range(line: Int(spot.line))
        var left = spot.column - 1
        var offset = line.lowerBound
        while offset < line.upperBound, left > 0 {
            offset += 1
            while offset < line.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }

    /// How many scalars begin in these bytes.
    static func scalars(in bytes: ArraySlice<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private static func lineStarts(_ bytes: [UInt8]) -> [Int32] {
        var starts: [Int32] = bytes.isEmpty ? [] : [0]
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            /// Offset of the next such byte; the end where there is none.
            func next(_ byte: UInt8, from position: Int) -> Int {
                guard position < buffer.count,
                    let found = memchr(base + position, Int32(byte), buffer.count - position)
                else { return buffer.count }
                return UnsafeRawPointer(found) - base
            }
            var feed = next(UInt8(ascii: "\n"), from: 0)
            var carriage = next(UInt8(ascii: "\r"), from: 0)
            while feed < buffer.count || carriage < buffer.count {
                let end = carriage + 1 == feed ? feed : min(feed, carriage)
                if end + 1 < buffer.count { starts.append(Int32(truncatingIfNeeded: end + 1)) }
                if feed <= end { feed = next(UInt8(ascii: "\n"), from: end + 1) }
                if carriage <= end { carriage = next(UInt8(ascii: "\r"), from: end + 1) }
            }
        }
        return starts
    }
}
