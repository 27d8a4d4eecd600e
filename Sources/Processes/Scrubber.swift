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
        do throws(SystemError) {
            while true {
                let block = try FileIO.read(file.number, at: position.offset, count: Self.blockSize)
                if block.isEmpty { break }
                for range in block.withUnsafeBufferPointer({ matcher.stretches(in: $0, after: &position) }) {
                    let stars = [UInt8](repeating: UInt8(ascii: "*"), count: range.count)
                    try FileIO.write(stars, to: file.number, at: range.lowerBound)
                    hasChanged = true
                }
            }
            if hasChanged, fdatasync(file.number) != 0 { throw SystemError() }
        } catch {
            throw Self.failure(path, error.code)
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> FileError {
        FileError(message: "cannot take secrets out of \(path): \(SystemError(code: code).text); remove that file")
    }
}
