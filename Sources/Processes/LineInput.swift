import Glibc

/// Cuts what is read from a descriptor into lines, without ever waiting for more.
struct LineInput {
    /// Bytes kept of a line that does not end.
    static let limit = 65_536

    /// What one look at the descriptor gave.
    struct Portion: Equatable {
        var lines: [String] = []
        /// Nothing more will come.
        var isAtEnd = false
    }

    let descriptor: Int32
    private var rest: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Reads once from a descriptor that is readable.
    mutating func read() -> Portion {
        var portion = Portion()
        let count = withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { rest += buffer[..<count] }
            return count
        }
        if count < 0, errno == EINTR || errno == EAGAIN { return portion }
        while let end = rest.firstIndex(of: 0x0A) {
            portion.lines.append(Self.text(rest[..<end]))
            rest.removeSubrange(...end)
        }
        if rest.count > Self.limit { rest.removeSubrange(Self.limit...) }
        if count <= 0 {
            portion.isAtEnd = true
            if !rest.isEmpty { portion.lines.append(Self.text(rest[...])) }
            rest = []
        }
        return portion
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
}
