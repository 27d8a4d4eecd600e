import Glibc
import Model

/// Room for the write-ahead log on disk, made ahead of its use.
///
/// A commit that makes the file longer also waits for the file system to record that, which about doubles its cost; one
/// that overwrites does not. Zeros at the end of the log mean nothing to SQLite, like the remains of an earlier round.
enum LogSpace {
    /// Commits after which it pays: the zeros cost as much as some hundred commits gain.
    static let worthwhile = 256

    /// Lengthens the log to `size` bytes. Only inside a write transaction: nobody else appends meanwhile.
    ///
    /// Does what it can: without room on the disk the log grows as it always does, and says so at the commit.
    static func prepare(_ folder: StateFolder, size: Int64) {
        let descriptor = POSIX.open(folder.log, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard let status = FileSystem.status(descriptor: descriptor), status.size > 0 else { return }
        let zeros = [UInt8](repeating: 0, count: 1 << 18)
        var end = status.size
        while end < size {
            let count = min(Int64(zeros.count), size - end)
            let portion = count < zeros.count ? Array(zeros.prefix(Int(count))) : zeros
            do { try FileIO.write(portion, to: descriptor, at: Int(end)) } catch {
                // Half of it would only keep others from the room that is left.
                _ = ftruncate(descriptor, off_t(status.size))
                return
            }
            end += count
        }
    }
}
