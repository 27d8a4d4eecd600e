import Glibc
import Model

/// The few system calls on files that this target makes, with errors that name the file.
enum FileSystem {
    /// What `lstat` or `stat` tells.
    struct Status {
        var device: UInt64
        var inode: UInt64
        var owner: UInt32
        var mode: UInt32
        var size: Int64

        var isFolder: Bool { mode & S_IFMT == S_IFDIR }
        var isFile: Bool { mode & S_IFMT == S_IFREG }
    }

    /// Status of what `path` leads to, symbolic links followed unless said otherwise; nil with `errno` set.
    static func status(_ path: String, following: Bool = true) -> Status? {
        var raw = stat()
        guard (following ? POSIX.stat(path, &raw) : POSIX.lstat(path, &raw)) == 0 else { return nil }
        return status(raw)
    }

    static func status(descriptor: Int32) -> Status? {
        var raw = stat()
        return fstat(descriptor, &raw) == 0 ? status(raw) : nil
    }

    private static func status(_ raw: stat) -> Status {
        Status(
            device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), owner: raw.st_uid, mode: raw.st_mode,
            size: Int64(raw.st_size))
    }

    /// The path with every symbolic link resolved; nil with `errno` set.
    static func canonical(_ path: String) -> String? { POSIX.realpath(path) }

    /// A new folder with exactly this mode, whatever the umask; false when something is there already.
    static func makeFolder(_ path: String, mode: UInt32, owner: UInt32? = nil) throws(StoreError) -> Bool {
        guard POSIX.mkdir(path, mode) == 0 else {
            let code = errno
            if code == EEXIST { return false }
            throw failure("cannot make the folder \(path)", code)
        }
        guard POSIX.chmod(path, mode) == 0 else { throw failure("cannot set the mode of \(path)", errno) }
        if let owner, POSIX.chown(path, owner, gid_t.max) != 0 {
            throw failure("cannot give \(path) to its owner", errno)
        }
        return true
    }

    /// Opens a file for reading and writing, making it with mode 0600, whatever the umask, when it is not there.
    ///
    /// Never follows a symbolic link in the last component. The descriptor is not inherited by other programs.
    static func openPrivate(_ path: String, owner: UInt32? = nil) throws(StoreError) -> Int32 {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
        var descriptor = POSIX.open(path, flags)
        if descriptor < 0, errno == ENOENT {
            descriptor = POSIX.open(path, flags | O_CREAT | O_EXCL, 0o600)
            if descriptor >= 0 {
                _ = fchmod(descriptor, 0o600)
                if let owner { _ = fchown(descriptor, owner, gid_t.max) }
            } else if errno == EEXIST {
                descriptor = POSIX.open(path, flags)
            }
        }
        guard descriptor >= 0 else { throw failure("cannot open \(path)", errno) }
        return descriptor
    }

    /// Throws unless this many more descriptors can be opened.
    static func requireDescriptors(_ count: Int, for path: String) throws(StoreError) {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = POSIX.open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure("cannot open \(path)", errno) }
            opened.append(descriptor)
        }
    }

    /// Waits until the names in the folder are on disk, which some folders do not allow for reasons in `tolerated`.
    static func syncFolder(_ path: String, tolerating tolerated: Set<Int32> = []) throws(StoreError) {
        do { try FileIO.syncFolder(path) } catch {
            guard tolerated.contains(error.code) else {
                throw failure("cannot write the folder \(path) to disk", error.code)
            }
        }
    }

    /// The error for a failed system call.
    static func failure(_ what: String, _ code: Int32) -> StoreError {
        let message = "\(what): \(SystemError(code: code).words)"
        switch code {
        case ENOSPC, EDQUOT:
            return StoreError(.full, "\(message). Free some space there, then try again.")
        case EROFS, EACCES, EPERM:
            return StoreError(
                .readOnly,
                "\(message). Mend its permissions, or use another place "
                    + "(--state for runs, XDG_CONFIG_HOME for the key)."
            )
        case EMFILE, ENFILE:
            return StoreError(.broken, "\(message). Raise the limit (ulimit -n), then try again.")
        default:
            return StoreError(.broken, "\(message).")
        }
    }
}
