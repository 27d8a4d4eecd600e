internal import Glibc

/// Reading from and writing to open files: what the system does in parts, or breaks off for a signal, goes on here.
package enum FileIO {
    /// Most bytes that are read by one call of the system.
    private static let portion = 64 << 10

    /// The bytes from where the descriptor stands until the end, or the first `limit` of them.
    ///
    /// - Parameter expected: how many there may be, to make room for.
    package static func read(
        _ descriptor: Int32, limit: Int = .max, expecting expected: Int = 0
    ) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, min(limit, expected)))
        while bytes.count < limit, try append(from: descriptor, to: &bytes, atMost: limit - bytes.count) > 0 {}
        return bytes
    }

    /// Reads once, at most 64 KiB.
    ///
    /// - Returns: how many bytes came; 0 at the end.
    package static func append(
        from descriptor: Int32, to bytes: inout [UInt8], atMost limit: Int
    ) throws(SystemError) -> Int {
        let (count, code) = withUnsafeTemporaryAllocation(byteCount: portion, alignment: 16) { buffer in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, min(buffer.count, limit))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return (count, errno) }
                bytes += buffer[..<count]
                return (count, 0)
            }
        }
        guard count >= 0 else { throw SystemError(code: code) }
        return count
    }

    /// `count` bytes from `offset`; fewer where the file ends before.
    package static func read(
        _ descriptor: Int32, at offset: Int, count: Int
    ) throws(SystemError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, done in
            while done < buffer.count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                done += got
            }
        }
        guard code == 0 else { throw SystemError(code: code) }
        return bytes
    }

    /// Writes all of it where the descriptor stands.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        try write(bytes) { start, count, _ in Glibc.write(descriptor, start, count) }
    }

    /// Writes all of it at `offset`, wherever the descriptor stands.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int) throws(SystemError) {
        try write(bytes) { start, count, done in pwrite(descriptor, start, count, off_t(offset + done)) }
    }

    private static func write(
        _ bytes: [UInt8], _ call: (UnsafeRawPointer?, Int, _ done: Int) -> Int
    ) throws(SystemError) {
        let code: Int32 = bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = call(bytes.baseAddress.map { $0 + done }, bytes.count - done, done)
                if count < 0, errno == EINTR { continue }
                // A file that takes nothing, and gives no reason, would be asked for ever.
                guard count > 0 else { return count < 0 ? errno : EIO }
                done += count
            }
            return 0
        }
        guard code == 0 else { throw SystemError(code: code) }
    }

    /// Waits until the names in a folder are on disk.
    ///
    /// EACCES where the folder may not be read; EINVAL where the file system cannot sync one.
    package static func syncFolder(_ path: String) throws(SystemError) { try syncFolder(AT_FDCWD, path) }

    /// As above, of a folder that may have been opened without the right to read it (`O_PATH`).
    package static func syncFolder(_ folder: Int32) throws(SystemError) { try syncFolder(folder, ".") }

    private static func syncFolder(_ base: Int32, _ path: String) throws(SystemError) {
        let descriptor = POSIX.openat(base, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError() }
        let code = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        guard code == 0 else { throw SystemError(code: code) }
    }
}
