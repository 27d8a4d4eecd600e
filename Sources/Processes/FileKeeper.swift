import CPlatform
import Execution
import Glibc
import Model

/// Looks at the file of a `file:` step before it is written over, and puts back what was there.
enum FileKeeper {
    /// Most bytes that are kept of a file.
    static let limit = 16 << 20

    /// What is there, and the folders on the way to it that are not, as absolute paths, outermost first.
    static func look(_ place: FilePlace) throws(FileError) -> (found: FoundFile, missing: [String]) {
        guard let folder = try TargetFolder.open(request(place), makes: false) else {
            return (.nothing, try missing(place))
        }
        let name = FileWriter.name(of: place.path)
        var status = stat()
        guard POSIX.fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return (.nothing, []) }
            throw failure(place, errno)
        }
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            guard let target = POSIX.readlinkat(folder.number, name) else { throw failure(place, errno) }
            return (.link(target), [])
        case S_IFREG:
            let result = POSIX.openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            guard let file = Descriptor(owning: result) else { throw failure(place, errno) }
            let bytes: [UInt8]
            do { bytes = try WholeFile.read(file.number, path: place.path, limit: limit) } catch {
                throw FileError(message: "what is in the way cannot be kept: \(error.message); move it away")
            }
            return (
                .file(bytes, mode: UInt32(status.st_mode & 0o7777), user: status.st_uid, group: status.st_gid), []
            )
        default: return (.other, [])
        }
    }

    /// Puts something in the place of what is there, durably, and removes these folders on the way to it where that
    /// leaves them empty.
    ///
    /// - Returns: what could not be done, for people; empty where all was.
    static func replace(
        _ place: FilePlace, with file: FoundFile, folders: Set<String>
    ) throws(FileError) -> String {
        guard let folder = try TargetFolder.open(request(place), makes: file != .nothing) else {
            removeFolders(place, folders)
            return ""
        }
        let name = FileWriter.name(of: place.path)
        var remark = ""
        switch file {
        case .nothing:
            guard POSIX.unlinkat(folder.number, name, 0) == 0 || errno == ENOENT else { throw failure(place, errno) }
        case .link(let target):
            let draft = WholeFile.draftName(for: name)
            POSIX.unlinkat(folder.number, draft, 0)
            guard POSIX.symlinkat(target, folder.number, draft) == 0,
                POSIX.renameat(folder.number, draft, folder.number, name) == 0
            else { throw failure(place, errno) }
        case .file(let bytes, let mode, let user, let group):
            try WholeFile.replaceDurably(name, in: folder.number, with: bytes, { failure(place, $0.code) }) {
                file throws(FileError) in
                if fchown(file, user, group) == 0 { return mode_t(mode & 0o7777) }
                guard errno == EPERM else { throw failure(place, errno) }
                remark = ", but its owner \(user):\(group) only root can give back"
                // Another owner's file with set-user-id bits would be ours with them.
                return mode_t(mode & 0o777)
            }
        case .other: return ""
        }
        // What cannot be synced is there all the same.
        try? FileIO.syncFolder(folder.number)
        if file == .nothing { removeFolders(place, folders) }
        return remark
    }

    // MARK: Folders

    /// The folders on the way to the file, outermost first: as the path names them, and absolute.
    private static func folders(_ place: FilePlace) -> [(path: String, absolute: String)] {
        let parts = Path.parts(place.path).dropLast().map(String.init)
        let isAbsolute = place.path.utf8.first == UInt8(ascii: "/")
        return parts.indices.map { end in
            let path = (isAbsolute ? "/" : "") + parts[...end].joined(separator: "/")
            return (path, isAbsolute ? path : "\(place.directory)/\(path)")
        }
    }

    private static func missing(_ place: FilePlace) throws(FileError) -> [String] {
        var missing: [String] = []
        for folder in folders(place) {
            let inside = FilePlace(path: folder.path + "/x", directory: place.directory)
            if try TargetFolder.open(request(inside), makes: false) == nil { missing.append(folder.absolute) }
        }
        return missing
    }

    /// Innermost first, until one is not ours or not empty.
    private static func removeFolders(_ place: FilePlace, _ made: Set<String>) {
        for folder in folders(place).reversed() {
            guard made.contains(folder.absolute) else { return }
            let inside = request(FilePlace(path: folder.path, directory: place.directory))
            do {
                guard let parent = try TargetFolder.open(inside, makes: false) else { continue }
                guard
                    POSIX.unlinkat(parent.number, FileWriter.name(of: folder.path), AT_REMOVEDIR) == 0
                        || errno == ENOENT
                else { return }
                try? FileIO.syncFolder(parent.number)
            } catch { continue }
        }
    }

    private static func request(_ place: FilePlace) -> FileRequest {
        FileRequest(path: place.path, directory: place.directory, content: "", mode: 0, owner: nil, group: nil)
    }

    private static func failure(_ place: FilePlace, _ code: Int32) -> FileError {
        FileError(message: "\(place.path): \(SystemError(code: code).text)")
    }
}
