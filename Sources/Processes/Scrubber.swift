import Execution
import Glibc
import Model

/// Blanks out secrets in a file in place, while others may be appending to it.
///
/// Each byte of a secret becomes one asterisk, so that no offset and no size changes and only bytes of secrets are
/// ever written. Secrets that overlap are blanked out all the way.
struct Scrubber {
    private static let blockSize = 1 << 20

    private let matcher: ByteMatcher

    init(_ matcher: ByteMatcher) {
        self.matcher = matcher
    }

    /// Works block by block, so that the size of the file does not matter; nothing to do when there is no file.
    func scrub(_ path: String) throws(FileError) {
        guard !matcher.isEmpty else { return }
        let result = POSIX.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else {
            if errno == ENOENT { return }
            throw Self.failure(path, errno)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(message: "cannot take secrets out of \(path): it is not a regular file")
        }
        var position = ByteMatcher.Position()
        var hasChanged = false
        var buffer = [UInt8](repeating: 0, count: Self.blockSize)
        while true {
            let count = pread(file.number, &buffer, buffer.count, off_t(position.offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            if count == 0 { break }
            let found = buffer.withUnsafeBufferPointer { buffer in
                matcher.stretches(in: UnsafeBufferPointer(rebasing: buffer[..<count]), after: &position)
            }
            for range in found {
                try blank(file.number, path, range)
                hasChanged = true
            }
        }
        if hasChanged, fdatasync(file.number) != 0 { throw Self.failure(path, errno) }
    }

    private func blank(_ file: Int32, _ path: String, _ range: Range<Int>) throws(FileError) {
        let stars = [UInt8](repeating: UInt8(ascii: "*"), count: range.count)
        var done = 0
        while done < stars.count {
            let offset = off_t(range.lowerBound + done)
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
