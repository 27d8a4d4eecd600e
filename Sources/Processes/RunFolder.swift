import CPlatform
package import Execution
import Glibc
import Model

/// The folder of one run: logs, outputs, scripts and exit notes, readable by nobody else.
///
/// `<state>/runs/<N>/` has `logs/`, `outputs/`, `scripts/` and the file `exits`. Folders have mode 0700 and files 0600
/// under any umask.
package final class RunFolder: RunFiles, Sendable {
    /// Most that is read of the notes of ended shell bodies.
    static let exitsLimit = 64 << 20
    /// Bytes that are kept free for these notes (some thousands of them), so that a full disk does not lose them.
    private static let exitsSpace = 64 << 10

    /// Bytes that are kept free for what an attempt hands on, before its body starts.
    private static let outputsSpace = 64 << 10

    /// Absolute when the state folder is.
    package let path: String
    package let exitsPath: String
    private let logs: String
    private let outputs: String
    private let scripts: String

    /// Makes the folders that do not exist yet.
    ///
    /// Throws when one cannot be made, or belongs to another user: what it says would not be ours to trust.
    package init(state: String, run: Int) throws(FileError) {
        path = Self.path(state: state, run: run)
        exitsPath = "\(path)/exits"
        logs = "\(path)/logs"
        outputs = "\(path)/outputs"
        scripts = "\(path)/scripts"
        for folder in [state, "\(state)/runs", path, logs, outputs, scripts] {
            try Self.makePrivateFolder(folder)
        }
        try Self.makePrivate(exitsPath)
        reserveExits()
    }

    /// Where the folder of a run is, whether it exists or not.
    package static func path(state: String, run: Int) -> String {
        "\(state)/runs/\(run)"
    }

    /// Makes a folder of mode 0700 unless it exists; its parent must exist.
    package static func makePrivateFolder(_ folder: String) throws(FileError) {
        if POSIX.mkdir(folder, 0o700) == 0 {
            POSIX.chmod(folder, 0o700)
            return
        }
        let code = errno
        var status = stat()
        guard code == EEXIST, POSIX.stat(folder, &status) == 0 else {
            throw FileError(message: "cannot make the folder \(folder): \(SystemError(code: code).text)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(message: "\(folder) is in the way: it is not a folder")
        }
        guard status.st_uid == geteuid() else {
            throw FileError(
                message: "the folder \(folder) belongs to another user (\(status.st_uid)); use one of your own "
                    + "(--state)")
        }
    }

    // MARK: Names

    package func log(step: String, role: Role, attempt: Int) -> String {
        "\(logs)/\(RunFileName.name(step: step, role: role, attempt: attempt)).log"
    }

    package func outputs(step: String, attempt: Int) -> String {
        "\(outputs)/\(RunFileName.name(step: step, role: .body, attempt: attempt))"
    }

    package func sealedOutputs(step: String, attempt: Int) -> String {
        outputs(step: step, attempt: attempt) + ".sealed"
    }

    package func script(step: String, role: Role, attempt: Int) -> String {
        "\(scripts)/\(RunFileName.name(step: step, role: role, attempt: attempt))"
    }

    // MARK: Reading

    package func exists(_ path: String) -> Bool { Self.exists(path) }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return POSIX.lstat(path, &status) == 0
    }

    package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        try WholeFile.read(path, limit: limit)
    }

    package func tail(_ path: String, lines: Int) -> [String] {
        LogTail.lines(of: path, count: lines)
    }

    package func exits() -> [ExitNote] {
        ExitNotes.parse(LogTail.bytes(of: exitsPath, limit: Self.exitsLimit))
    }

    // MARK: Changing

    /// Where the file system cannot do it, notes are written as long as there is room.
    private func reserveExits() {
        guard let file = Descriptor(owning: POSIX.open(exitsPath, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)) else { return }
        _ = platform_reserve(file.number, off_t(Self.exitsSpace))
    }

    /// Notes that the attempt was ended by the executor, which could not store that: the exit status that the body left
    /// behind is not its own result.
    package func noteInterrupted(step: String, attempt: Int) {
        guard let file = Descriptor(owning: POSIX.open(exitsPath, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)) else {
            return
        }
        try? FileIO.write(OSText.bytes(of: "\n\(step) \(attempt) \(ExitNotes.interrupted)\n"), to: file.number)
    }

    package func remove(_ path: String) { Self.remove(path) }

    static func remove(_ path: String) { POSIX.unlink(path) }

    static func makePrivate(_ path: String) throws(FileError) {
        let result = POSIX.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard let file = Descriptor(owning: result) else {
            if errno == EEXIST {
                _ = try WholeFile.read(path, limit: exitsLimit)
                return
            }
            throw FileError(message: "cannot make \(path): \(SystemError(code: errno).text)")
        }
        fchmod(file.number, 0o600)
        let error = -platform_reserve(file.number, off_t(outputsSpace))
        guard error != ENOSPC, error != EDQUOT else {
            POSIX.unlink(path)
            throw FileError(message: "no room for \(path): \(SystemError(code: error).text)")
        }
    }

    package func keep(_ bytes: [UInt8], at path: String) throws(FileError) {
        try WholeFile.replaceDurably(path, with: bytes)
    }

    package func look(at place: FilePlace) throws(FileError) -> (found: FoundFile, missing: [String]) {
        try FileKeeper.look(place)
    }

    package func replace(
        _ place: FilePlace, with file: FoundFile, folders: Set<String>
    ) throws(FileError) -> String {
        try FileKeeper.replace(place, with: file, folders: folders)
    }

    package func matches(_ request: FileRequest) -> Bool {
        (try? FileWriter(request).matches()) ?? false
    }
}
