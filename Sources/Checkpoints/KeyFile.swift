import Cryptography
import Glibc
import Model

/// The file with the key of a user's secrets.
struct KeyFile {
    /// What is derived from the key: one key for each use, and a mark that tells keys apart.
    struct Keys {
        var path: String
        var sealing: [UInt8]
        var digesting: [UInt8]
        var mark: [UInt8]

        init(path: String, bytes: [UInt8]) {
            self.path = path
            func derived(_ use: String, _ count: Int) -> [UInt8] {
                Digest.derivedKey(from: bytes, for: "runbook \(use)", count: count)
            }
            sealing = derived("seal", 32)
            digesting = derived("digest", 32)
            mark = derived("mark", 8)
        }
    }

    /// Bytes of a key.
    static let size = 32

    let path: String
    private var folder: String { Path.folder(of: path) }

    /// - Parameter environment: `XDG_CONFIG_HOME` counts when it is absolute, as its specification says.
    init(environment: [String: String]) throws(StoreError) {
        if let configuration = environment["XDG_CONFIG_HOME"], Path.isAbsolute(configuration) {
            path = configuration + "/runbook/key"
        } else if let home = environment["HOME"], Path.isAbsolute(home) {
            path = home + "/.config/runbook/key"
        } else {
            throw StoreError(
                .missing,
                "There is no place for the key that seals secrets: set HOME (or XDG_CONFIG_HOME) to a folder "
                    + "of yours.")
        }
    }

    func read(canCreate: Bool) throws(StoreError) -> Keys {
        if let bytes = try bytes() { return Keys(path: path, bytes: bytes) }
        guard canCreate else {
            throw StoreError(
                .missing,
                "The key that secrets were sealed with is missing: \(path). Put it back there, or run the steps "
                    + "that made the secrets again (`reset` them, then `resume`).")
        }
        try create()
        // Another process may have been first: its key counts.
        guard let bytes = try bytes() else {
            throw StoreError(.broken, "The key \(path) vanished while it was made. Try again.")
        }
        return Keys(path: path, bytes: bytes)
    }

    /// Nil when there is no such file.
    private func bytes() throws(StoreError) -> [UInt8]? {
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw FileSystem.failure("cannot open the key \(path)", code)
        }
        defer { close(descriptor) }
        guard let status = FileSystem.status(descriptor: descriptor), status.isFile else {
            throw StoreError(.misplaced, "The key \(path) is not a regular file. Move it away.")
        }
        guard status.owner == geteuid() else {
            throw StoreError(
                .foreign, "The key \(path) belongs to another user. Make it yours, or set XDG_CONFIG_HOME.")
        }
        guard status.mode & 0o077 == 0 else {
            throw StoreError(
                .exposed, "Other users may read or write the key \(path). Close it with: chmod 600 \(path)")
        }
        let bytes = (try? FileIO.read(descriptor, limit: Self.size + 1)) ?? []
        guard bytes.count == Self.size, status.size == Int64(Self.size) else {
            throw StoreError(
                .corrupt,
                "The key \(path) has \(status.size) bytes, not \(Self.size). Put the right one back; or remove it "
                    + "to get a new one, and run again the steps that made secrets.")
        }
        return bytes
    }

    /// Puts a new key in place whole and on disk, unless there is one.
    private func create() throws(StoreError) {
        try makeFolder()
        var random = SystemRandomNumberGenerator()
        let suffix = String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
        let draft = "\(path).\(suffix)"
        let descriptor = POSIX.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileSystem.failure("cannot make the key \(path)", errno) }
        defer {
            close(descriptor)
            POSIX.unlink(draft)
        }
        let key = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        do throws(SystemError) {
            guard fchmod(descriptor, 0o600) == 0 else { throw SystemError() }
            try FileIO.write(key, to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError() }
        } catch {
            throw FileSystem.failure("cannot write the key \(path)", error.code)
        }
        // A link, unlike a rename, never replaces the key of a process that was faster.
        guard POSIX.link(draft, path) == 0 || errno == EEXIST else {
            throw FileSystem.failure("cannot put the key \(path) in place", errno)
        }
        try FileSystem.syncFolder(folder)
    }

    /// The folder and what leads to it, each 0700 when it is made, and on disk before the key is.
    private func makeFolder() throws(StoreError) {
        var path = ""
        for component in Path.parts(folder) {
            let parent = path.isEmpty ? "/" : path
            path += "/\(component)"
            if FileSystem.status(path)?.isFolder == true { continue }
            guard try FileSystem.makeFolder(path, mode: 0o700) else { continue }
            try FileSystem.syncFolder(parent)
        }
    }
}
