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
        return try WholeFile.read(file.number, path: request.path, limit: content.count) == content
    }

    // MARK: Writing

    /// A short account for people.
    func write() throws(FileError) -> String {
        guard let folder = try TargetFolder.open(request, makes: true) else {
            throw FileError(message: "the folder of \(request.path) vanished while the file was written; try again")
        }
        if (try? matches(in: folder.number)) == true {
            // Whoever wrote it may not have waited until it was on disk.
            try syncFile(in: folder.number)
            return "unchanged"
        }
        try refuseSpecial(folder.number)
        let name = Self.name(of: request.path)
        try WholeFile.replaceDurably(name, in: folder.number, with: content, { failure($0.text) }, finish: giveAway)
        try sync(folder.number)
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

    /// Gives the file its owner and group; the mode that it is to have.
    private func giveAway(_ file: Int32) throws(FileError) -> mode_t {
        if owner != nil || group != nil, fchown(file, owner ?? uid_t.max, group ?? gid_t.max) != 0 {
            let error = SystemError()
            let hint = error.code == EPERM ? " (only root can give files to others)" : ""
            throw FileError(
                message: "cannot give \(request.path) to "
                    + "\(request.owner ?? "")\(request.group.map { ":\($0)" } ?? ""): \(error.text)\(hint)")
        }
        return mode_t(request.mode & 0o7777)
    }

    /// Waits until the file that is there, and its name, are on disk.
    private func syncFile(in folder: Int32) throws(FileError) {
        let name = Self.name(of: request.path)
        guard
            let file = Descriptor(owning: POSIX.openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)),
            fsync(file.number) == 0
        else { throw failure("it is there, but may not survive a power failure: \(SystemError().text)") }
        try sync(folder)
    }

    /// Waits until the names in the folder are on disk.
    private func sync(_ folder: Int32) throws(FileError) {
        do { try FileIO.syncFolder(folder) } catch {
            // Some folders may not be read, and some file systems cannot sync one at all.
            guard error.code != EACCES, error.code != EINVAL else { return }
            throw failure("it was written, but may not survive a power failure: \(error.text)")
        }
    }

    private func failure(_ reason: String) -> FileError {
        FileError(message: "cannot write \(request.path): \(reason)")
    }

    // MARK: Names

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}
