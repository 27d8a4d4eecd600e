import CPlatform
import Execution
import Glibc

/// Blanks out secrets in a file in place, while others may be appending to it.
///
/// Each byte of a secret becomes one asterisk, so that no offset and no size changes and only bytes of secrets are
/// ever written. Secrets that overlap are blanked out all the way.
struct Scrubber {
    private static let blockSize = 1 << 20

    private let secrets: [[UInt8]]

    /// Empty secrets are passed over.
    init(secrets: [String]) {
        self.secrets = secrets.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Works block by block, so that the size of the file does not matter; nothing to do when there is no file.
    func scrub(_ path: String) throws(FileError) {
        guard let overlap = secrets.map(\.count).max() else { return }
        let result = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else {
            if errno == ENOENT { return }
            throw Self.failure(path, errno)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(message: "cannot take secrets out of \(path): it is not a regular file")
        }
        var start = 0
        var hasChanged = false
        let size = max(Self.blockSize, overlap * 4)
        var buffer = [UInt8](repeating: 0, count: size)
        while true {
            let count = pread(file.number, &buffer, size, off_t(start))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            for range in ranges(in: buffer, count) {
                try blank(file.number, path, range, from: start)
                hasChanged = true
            }
            // A secret may straddle blocks: the next one begins where one that ends in it could have begun.
            guard count >= overlap else { break }
            start += count - overlap + 1
        }
        if hasChanged, fdatasync(file.number) != 0 { throw Self.failure(path, errno) }
    }

    /// What is to be blanked out, in order, as ranges that do not touch.
    private func ranges(in buffer: [UInt8], _ count: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        buffer.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for secret in secrets {
                var position = 0
                while true {
                    let place = platform_find(base + position, Int64(count - position), secret, Int64(secret.count))
                    guard place >= 0 else { break }
                    found.append(position + Int(place)..<position + Int(place) + secret.count)
                    // A secret may overlap itself (`aXa` in `aXaXa`).
                    position += Int(place) + 1
                }
            }
        }
        found.sort { $0.lowerBound < $1.lowerBound }
        var merged: [Range<Int>] = []
        for range in found {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private func blank(_ file: Int32, _ path: String, _ range: Range<Int>, from start: Int) throws(FileError) {
        let stars = [UInt8](repeating: UInt8(ascii: "*"), count: range.count)
        var done = 0
        while done < stars.count {
            let offset = off_t(start + range.lowerBound + done)
            let count = stars.withUnsafeBytes { bytes in
                pwrite(file, bytes.baseAddress.map { $0 + done }, stars.count - done, offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path, errno) }
            done += count
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> FileError {
        FileError(message: "cannot take secrets out of \(path): \(SystemError(code: code).text); remove that file")
    }
}
