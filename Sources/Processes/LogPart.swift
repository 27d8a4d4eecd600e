import Execution
import Glibc
import Model

/// A stretch of a log that may be written to meanwhile.
enum LogPart {
    /// At most `limit` bytes from an offset on, and the size of the whole; nil where there is no file.
    static func read(_ path: String, from offset: Int, limit: Int) throws(FileError) -> (bytes: [UInt8], size: Int)? {
        let result = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(message: "cannot read \(path): \(SystemError(code: errno).text)")
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else {
            throw FileError(message: "cannot read \(path): \(SystemError(code: errno).text)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(message: "cannot read \(path): it is not a regular file")
        }
        let size = Int(status.st_size)
        let wanted = max(0, min(limit, size - max(0, offset)))
        do throws(SystemError) {
            return (try FileIO.read(file.number, at: max(0, offset), count: wanted), size)
        } catch {
            throw FileError(message: "cannot read \(path): \(error.text)")
        }
    }
}
