import Glibc
import Model

/// The end of a file, read from the end, so that its size does not matter.
enum LogTail {
    /// Most that is looked at for lines.
    static let limit = 1 << 20
    private static let blockSize = 65_536

    /// The last lines, without line ends; of a first line that does not fit, its end.
    static func lines(of path: String, count: Int) -> [String] {
        guard count > 0 else { return [] }
        let bytes = bytes(of: path, limit: limit, newlines: count)
        guard !bytes.isEmpty else { return [] }
        let text = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        return text.split(separator: 0x0A, omittingEmptySubsequences: false).suffix(count).map { line in
            OSText.text(of: line.last == 0x0D ? line.dropLast() : line)
        }
    }

    /// The last `limit` bytes of a regular file, or fewer once there are `newlines` line ends among them, the very
    /// last byte not counted; empty when it cannot be read.
    static func bytes(of path: String, limit: Int, newlines: Int = .max) -> [UInt8] {
        guard let file = Descriptor(owning: POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) else {
            return []
        }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
        var blocks: [[UInt8]] = []
        var found = 0
        var start = Int(status.st_size)
        let least = max(0, start - limit)
        while start > least, found < newlines {
            let size = min(blockSize, start - least)
            start -= size
            let bytes = (try? FileIO.read(file.number, at: start, count: size)) ?? []
            found += (blocks.isEmpty ? bytes.dropLast() : bytes[...]).count { $0 == 0x0A }
            blocks.append(bytes)
            // Somebody shortened it meanwhile.
            if bytes.count < size { break }
        }
        return Array(blocks.reversed().joined())
    }
}
