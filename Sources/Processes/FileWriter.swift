import CPlatform
import Execution
import Glibc
import Model

/// Writes the file of a `file:` step: wholly or not at all, and durably.
struct FileWriter {
    private let request: FileRequest
    private let content: [UInt8]
    private let owner: uid_t?
    private let group: gid_t?

    /// Throws for a path that names no file and for an owner or group that does not exist.
    init(_ request: FileRequest) throws(FileError) {
        let name = Self.name(of: request.path)
        guard !name.isEmpty, name != ".", name != "..", !request.path.utf8.contains(0) else {
            throw FileError(message: "\(request.path.isEmpty ? "an empty path" : request.path) does not name a file")
        }
        self.request = request
        content = OSText.bytes(of: request.content)
        owner = try request.owner.map { name throws(FileError) in try Accounts.user(name) }
        group = try request.group.map { name throws(FileError) in try Accounts.group(name) }
    }

    // MARK: Comparing

    /// The file has exactly this content, mode, and owner and group where they are asked for.
    func matches() throws(FileError) -> Bool {
        guard let folder = try TargetFolder.open(request, makes: false) else { return false }
        return try matches(in: folder.number)
    }

    private func matches(in folder: Int32) throws(FileError) -> Bool {
        let result = POSIX.openat(
            folder, Self.name(of: request.path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard let file = Descriptor(owning: result) else { return false }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & 0o7777 == request.mode & 0o7777, Int(status.st_size) == content.count,
            owner.map({ $0 == status.st_uid }) ?? true, group.map({ $0 == status.st_gid }) ?? true
        else { return false }
        return try FileBytes.read(file.number, path: request.path, limit: content.count) == content
    }

    // MARK: Writing

    /// A short account for people.
    func write() throws(FileError) -> String {
        guard let folder = try TargetFolder.open(request, makes: true) else {
            throw FileError(message: "the folder of \(request.path) vanished while the file was written; try again")
        }
        if (try? matches(in: folder.number)) == true {
            // Whoever wrote it may not have waited until it was on disk.
            try sync(Self.name(of: request.path), in: folder.number)
            return "unchanged"
        }
        try refuseSpecial(folder.number)
        let temporary = Self.temporaryName(for: Self.name(of: request.path))
        do {
            try writeTemporary(temporary, in: folder.number)
            try place(temporary, in: folder.number)
        } catch {
            POSIX.unlinkat(folder.number, temporary, 0)
            throw error
        }
        return "wrote \(content.count) byte\(content.count == 1 ? "" : "s")"
    }

    /// A folder, device or pipe is not replaced by a file; a symbolic link is (and what it points to stays).
    private func refuseSpecial(_ folder: Int32) throws(FileError) {
        var status = stat()
        guard POSIX.fstatat(folder, Self.name(of: request.path), &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFLNK: return
        case S_IFDIR: throw failure("it is a folder")
        default: throw failure("it is not a regular file")
        }
    }

    private func writeTemporary(_ name: String, in folder: Int32) throws(FileError) {
        // What a killed executor left behind.
        POSIX.unlinkat(folder, name, 0)
        let result = POSIX.openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard let file = Descriptor(owning: result) else { throw failure(SystemError(code: errno).text) }
        let error = FileBytes.write(content, to: file.number)
        guard error == 0 else { throw failure(SystemError(code: error).text) }
        // First, since it takes set-user-id bits away.
        if owner != nil || group != nil,
            fchown(file.number, owner ?? uid_t.max, group ?? gid_t.max) != 0
        {
            let hint = errno == EPERM ? " (only root can give files to others)" : ""
            throw FileError(
                message: "cannot give \(request.path) to "
                    + "\(request.owner ?? "")\(request.group.map { ":\($0)" } ?? ""): "
                    + SystemError(code: errno).text + hint)
        }
        guard fchmod(file.number, mode_t(request.mode & 0o7777)) == 0, fsync(file.number) == 0 else {
            throw failure(SystemError(code: errno).text)
        }
    }

    private func place(_ temporary: String, in folder: Int32) throws(FileError) {
        guard POSIX.renameat(folder, temporary, folder, Self.name(of: request.path)) == 0 else {
            throw failure(SystemError(code: errno).text)
        }
        try sync(".", in: folder)
    }

    /// Waits until a file, and its name, or the names in the folder (`.`) are on disk.
    private func sync(_ name: String, in folder: Int32) throws(FileError) {
        if name != "." {
            guard
                let file = Descriptor(
                    owning: POSIX.openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)),
                fsync(file.number) == 0
            else {
                throw failure("it is there, but may not survive a power failure: \(SystemError(code: errno).text)")
            }
        }
        // Folders are opened without the right to read them; some file systems cannot sync one at all.
        let readable = POSIX.openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let readable = Descriptor(owning: readable) else { return }
        guard fsync(readable.number) == 0 || errno == EINVAL else {
            throw failure("it was written, but may not survive a power failure: \(SystemError(code: errno).text)")
        }
    }

    private func failure(_ reason: String) -> FileError {
        FileError(message: "cannot write \(request.path): \(reason)")
    }

    // MARK: Names

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// Beside the file, always the same, so that one that was left behind is found; within 255 bytes.
    static func temporaryName(for name: String) -> String {
        var kept = name.unicodeScalars
        while OSText.bytes(of: String(kept)).count > 230 { kept.removeLast() }
        return ".\(String(kept)).runbook-tmp"
    }
}
