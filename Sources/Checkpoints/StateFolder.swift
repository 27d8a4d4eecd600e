import Glibc
import Model

/// A folder that holds runs: their database, lock, logs and the files they work on.
///
/// Two names of one folder (symbolic links, `..`) give equal values.
package struct StateFolder: Hashable, Sendable {
    /// Absolute, without symbolic links.
    package let path: String
    /// Who files made in it are to belong to, where that is not the user we run as (root through sudo).
    let giveTo: UInt32?

    package var database: String { path + "/state.db" }
    /// SQLite's write-ahead log.
    var log: String { database + "-wal" }
    package var lock: String { path + "/lock" }
    /// The newest record that was told to be on disk.
    package var acknowledged: String { path + "/acknowledged" }
    package var runs: String { path + "/runs" }
    /// `${work}`: lasts as long as the state folder.
    package var work: String { path + "/work" }

    /// The logs and files of one run.
    package func run(_ number: Int) -> String { "\(runs)/\(number)" }

    /// An existing state folder; makes and changes nothing.
    package init(existing path: String) throws(StoreError) {
        guard let resolved = FileSystem.canonical(path) else {
            let code = errno
            if code == ENOENT || code == ENOTDIR {
                throw StoreError(
                    .missing,
                    "There is no state folder \(path). Start a run with it, or name another one with --state.")
            }
            throw FileSystem.failure("cannot reach the state folder \(path)", code)
        }
        try self.init(resolved: resolved)
    }

    /// A state folder, made when it is not there, together with the folders in it.
    ///
    /// New folders have mode 0700 whatever the umask; so have those on the way to it that are missing.
    package init(creating path: String) throws(StoreError) {
        if FileSystem.status(path) == nil, errno == ENOENT || errno == ENOTDIR {
            try Self.make(path)
        }
        try self.init(existing: path)
        if FileSystem.status(database, following: false) == nil { keepFromGit() }
        try Self.syncName(self.path)
        for folder in [runs, work] {
            _ = try FileSystem.makeFolder(folder, mode: 0o700, owner: giveTo)
            guard FileSystem.status(folder)?.isFolder == true else {
                throw StoreError(.misplaced, "\(folder) is not a folder. Move it away.")
            }
        }
    }

    /// What is in the folder is nobody's to publish: a new one tells Git so. Best effort, and once: whoever removes the
    /// file means it.
    private func keepFromGit() {
        let file = path + "/.gitignore"
        guard FileSystem.status(file, following: false) == nil,
            let descriptor = try? FileSystem.openPrivate(file, owner: giveTo)
        else { return }
        try? FileIO.write(Array("*\n".utf8), to: descriptor)
        close(descriptor)
    }

    /// Nothing in the folder outlives a power cut that its name does not outlive, whoever made it.
    private static func syncName(_ path: String) throws(StoreError) {
        let parent = parent(of: path)
        // Some parents may not be read, and some file systems cannot sync a folder.
        try FileSystem.syncFolder(parent, tolerating: [EACCES, EINVAL])
    }

    /// Makes the folder of a run; true when it was not there before.
    func makeRun(_ number: Int) throws(StoreError) -> Bool {
        try FileSystem.makeFolder(run(number), mode: 0o700, owner: giveTo)
    }

    private init(resolved: String) throws(StoreError) {
        guard let status = FileSystem.status(resolved) else {
            throw FileSystem.failure("cannot reach the state folder \(resolved)", errno)
        }
        guard status.isFolder else {
            throw StoreError(.misplaced, "\(resolved) is not a folder. Name another state folder with --state.")
        }
        giveTo = try Self.recipient(owner: status.owner, path: resolved)
        guard status.mode & 0o022 == 0 else {
            throw StoreError(
                .exposed,
                "Other users may write to the state folder \(resolved), and so change what runs. "
                    + "Close it with: chmod go-w \(resolved)")
        }
        path = resolved
    }

    private static func make(_ path: String) throws(StoreError) {
        var made: [String] = []
        do throws(StoreError) {
            for folder in try missing(path) {
                if try FileSystem.makeFolder(folder, mode: 0o700) { made.append(folder) }
                try syncName(folder)
            }
        } catch {
            // What nobody wanted for itself goes again.
            for folder in made.reversed() { POSIX.rmdir(folder) }
            throw error
        }
    }

    /// The folders that have to be made for this one, the outermost first.
    private static func missing(_ path: String) throws(StoreError) -> [String] {
        var missing: [String] = []
        var rest = path
        while FileSystem.status(rest) == nil {
            let code = errno
            guard FileSystem.status(rest, following: false) == nil else {
                throw StoreError(
                    .misplaced,
                    "\(rest) is a symbolic link to a folder that does not exist. Make that one, or remove the link.")
            }
            guard code == ENOENT, missing.count < mostMissing else {
                throw FileSystem.failure("cannot make the state folder \(path)", code)
            }
            missing.append(rest)
            rest = parent(of: rest)
        }
        return missing.reversed()
    }

    /// Folders that are made at most for one.
    private static let mostMissing = 100

    private static func parent(of path: String) -> String {
        Path.folder(of: path)
    }

    /// Refuses a folder of another user; root may use the folder of the user who called sudo, and gives what it makes
    /// there to that user.
    private static func recipient(owner: UInt32, path: String) throws(StoreError) -> UInt32? {
        try recipient(
            owner: owner, path: path, user: geteuid(),
            caller: POSIX.getenv("SUDO_UID").flatMap { UInt32($0) })
    }

    static func recipient(
        owner: UInt32, path: String, user: UInt32, caller: UInt32?
    ) throws(StoreError) -> UInt32? {
        if owner == user { return nil }
        if user == 0, owner == caller { return owner }
        throw StoreError(
            .foreign,
            "The state folder \(path) belongs to \(name(of: owner)), and you are \(name(of: user)). "
                + "Run as that user, or name a folder of your own with --state.")
    }

    private static func name(of user: UInt32) -> String {
        guard let entry = getpwuid(user) else { return "user \(user)" }
        return String(cString: entry.pointee.pw_name)
    }
}
