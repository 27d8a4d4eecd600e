import Execution
import Glibc
import Model

/// Reading and writing whole files, with limits and with errors that name the file.
enum FileBytes {
    /// The content of a regular file or a file of /proc; nil when there is none.
    ///
    /// Throws when it is larger than `limit` bytes, or no file (a folder, a pipe: it never waits for a writer).
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        let result = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(message: "cannot read \(path): \(SystemError(code: errno).text)")
        }
        return try read(file.number, path: path, limit: limit)
    }

    static func read(_ file: Int32, path: String, limit: Int) throws(FileError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw FileError(message: "cannot read \(path): \(SystemError(code: errno).text)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(message: "cannot read \(path): it is not a regular file")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, Int(status.st_size)) + 1)
        let error = append(file, to: &bytes, limit: limit + 1)
        guard error == 0 else { throw FileError(message: "cannot read \(path): \(SystemError(code: error).text)") }
        guard bytes.count <= limit else {
            throw FileError(message: "\(path) is larger than \(limit) bytes, the most that is read of it")
        }
        return bytes
    }

    /// Reads on until the end or until there are `limit` bytes; 0 or an errno.
    private static func append(_ file: Int32, to bytes: inout [UInt8], limit: Int) -> Int32 {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            while bytes.count < limit {
                let count = Glibc.read(file, buffer.baseAddress, min(buffer.count, limit - bytes.count))
                if count == 0 { return 0 }
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                bytes += buffer[..<count]
            }
            return 0
        }
    }

    /// Writes all of it at the descriptor's position; 0 or an errno.
    static func write(_ text: String, to file: Int32) -> Int32 { write(OSText.bytes(of: text), to: file) }

    static func write(_ bytes: [UInt8], to file: Int32) -> Int32 { bytes.withUnsafeBytes { write($0, to: file) } }

    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
        var position = 0
        while position < bytes.count {
            let count = Glibc.write(file, bytes.baseAddress.map { $0 + position }, bytes.count - position)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            position += count
        }
        return 0
    }

    /// Puts a private file (mode 0600 under any umask) of these bytes in place, whole and on disk.
    static func replaceDurably(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let draft = path + ".new"
        POSIX.unlink(draft)
        let result = POSIX.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard let file = Descriptor(owning: result) else {
            throw FileError(message: "cannot make \(draft): \(SystemError(code: errno).text)")
        }
        var error = fchmod(file.number, 0o600) == 0 ? 0 : errno
        if error == 0 { error = write(bytes, to: file.number) }
        if error == 0, fsync(file.number) != 0 { error = errno }
        if error == 0, POSIX.rename(draft, path) != 0 { error = errno }
        guard error == 0 else {
            POSIX.unlink(draft)
            throw FileError(message: "cannot write \(path): \(SystemError(code: error).text)")
        }
        let folder = POSIX.open(Path.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if let folder = Descriptor(owning: folder) { fsync(folder.number) }
    }

    /// Makes a new private file (mode 0600 under any umask) of this text, in place of one that is there.
    static func replace(_ path: String, with text: String) throws(FileError) {
        POSIX.unlink(path)
        let result = POSIX.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard let file = Descriptor(owning: result) else {
            throw FileError(message: "cannot make \(path): \(SystemError(code: errno).text)")
        }
        var error = fchmod(file.number, 0o600) == 0 ? 0 : errno
        if error == 0 { error = write(text, to: file.number) }
        guard error == 0 else {
            POSIX.unlink(path)
            throw FileError(message: "cannot write \(path): \(SystemError(code: error).text)")
        }
    }
}
