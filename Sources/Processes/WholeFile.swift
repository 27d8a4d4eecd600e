import Execution
import Glibc
import Model

/// Reading and replacing whole files, with limits and with errors that name the file.
enum WholeFile {
    /// The content of a regular file or a file of /proc; nil when there is none.
    ///
    /// Throws when it is larger than `limit` bytes, or no file (a folder, a pipe: it never waits for a writer).
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        let result = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(message: "cannot read \(path): \(SystemError().text)")
        }
        return try read(file.number, path: path, limit: limit)
    }

    static func read(_ file: Int32, path: String, limit: Int) throws(FileError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw FileError(message: "cannot read \(path): \(SystemError().text)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(message: "cannot read \(path): it is not a regular file")
        }
        let bytes: [UInt8]
        do { bytes = try FileIO.read(file, limit: limit + 1, expecting: Int(status.st_size) + 1) } catch {
            throw FileError(message: "cannot read \(path): \(error.text)")
        }
        guard bytes.count <= limit else {
            throw FileError(message: "\(path) is larger than \(limit) bytes, the most that is read of it")
        }
        return bytes
    }

    /// Puts a private file (mode 0600 under any umask) of these bytes in place, whole and on disk.
    static func replaceDurably(_ path: String, with bytes: [UInt8]) throws(FileError) {
        func failure(_ error: SystemError) -> FileError {
            FileError(message: "cannot write \(path): \(error.text)")
        }
        let result = POSIX.open(Path.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let folder = Descriptor(owning: result) else { throw failure(SystemError()) }
        try replaceDurably(FileWriter.name(of: path), in: folder.number, with: bytes, failure) { _ in 0o600 }
    }

    /// Puts a file of these bytes in the place of what has this name, whole and on disk.
    ///
    /// - Parameters:
    ///   - failure: the error for a call that failed.
    ///   - finish: changes owner and group where that is wanted, and gives the mode that the file is to have.
    static func replaceDurably(
        _ name: String, in folder: Int32, with bytes: [UInt8], _ failure: (SystemError) -> FileError,
        finish: (Int32) throws(FileError) -> mode_t
    ) throws(FileError) {
        let draft = draftName(for: name)
        // What a killed executor left behind.
        POSIX.unlinkat(folder, draft, 0)
        let result = POSIX.openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard let file = Descriptor(owning: result) else { throw failure(SystemError()) }
        do throws(FileError) {
            do throws(SystemError) { try FileIO.write(bytes, to: file.number) } catch { throw failure(error) }
            // The owner first, since that takes set-user-id bits away.
            let mode = try finish(file.number)
            guard fchmod(file.number, mode) == 0, fsync(file.number) == 0,
                POSIX.renameat(folder, draft, folder, name) == 0
            else { throw failure(SystemError()) }
        } catch {
            POSIX.unlinkat(folder, draft, 0)
            throw error
        }
    }

    /// Beside the file, always the same, so that one that was left behind is found; within 255 bytes.
    static func draftName(for name: String) -> String {
        var kept = name.unicodeScalars
        while OSText.bytes(of: String(kept)).count > 230 { kept.removeLast() }
        return ".\(String(kept)).runbook-tmp"
    }

    /// Makes a new private file (mode 0600 under any umask) of this text, in place of one that is there.
    static func replace(_ path: String, with text: String) throws(FileError) {
        POSIX.unlink(path)
        let result = POSIX.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard let file = Descriptor(owning: result) else {
            throw FileError(message: "cannot make \(path): \(SystemError().text)")
        }
        do throws(SystemError) {
            guard fchmod(file.number, 0o600) == 0 else { throw SystemError() }
            try FileIO.write(OSText.bytes(of: text), to: file.number)
        } catch {
            POSIX.unlink(path)
            throw FileError(message: "cannot write \(path): \(error.text)")
        }
    }
}
