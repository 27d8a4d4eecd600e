import Execution
import Glibc
import Model

/// Turns an errno of a failed start into a message that says what, where, and what to do.
enum LaunchFailure {
    /// No descriptor (or what it stands for) could be had.
    static func descriptor(_ code: Int32, for purpose: String) -> LaunchError {
        resource(code) ?? permanent("cannot set up \(purpose): \(SystemError(code: code).text)")
    }

    /// No thread could be had.
    static func thread(_ code: Int32) -> LaunchError {
        resource(code) ?? permanent("cannot start a thread: \(SystemError(code: code).text)")
    }

    /// What `platform_spawn` failed with.
    static func spawn(_ code: Int32, _ launch: Launch, program: String) -> LaunchError {
        if let error = resource(code) { return error }
        let words = SystemError(code: code).text
        switch code {
        case E2BIG:
            return permanent(
                "arguments and environment of \(program) are too long for the system; pass large values in a file")
        case ENOEXEC:
            return permanent("\(program) is not something the system can execute; does its first line lack #! ?")
        case ETXTBSY:
            return LaunchError(
                message: "\(program) is being written to and cannot be executed yet; try again when it is complete",
                isTemporary: true)
        default: break
        }
        if let message = directoryProblem(launch.directory) ?? logProblem(launch.output, words) {
            return permanent(message)
        }
        if code == ENOENT {
            return permanent(
                "\(program) cannot be executed: the interpreter or loader that it names does not exist")
        }
        return permanent("cannot execute \(program): \(words)")
    }

    static func notFound(_ name: String, path: String, directory: String) -> LaunchError {
        if let message = directoryProblem(directory) { return permanent(message) }
        if name.utf8.contains(UInt8(ascii: "/")) {
            return permanent("interpreter \(name) does not exist or is not executable")
        }
        return permanent("interpreter \(name) not found in PATH (\(path)); install it or extend PATH")
    }

    /// The limits that may be out of the way a little later.
    private static func resource(_ code: Int32) -> LaunchError? {
        let reason: String
        switch code {
        case EAGAIN:
            reason =
                "the limit on processes is reached (ulimit -u, or pids.max of the control group); raise it or use "
                + "fewer --jobs"
        case ENOMEM: reason = "no memory is left; free some or use fewer --jobs"
        case EMFILE:
            reason = "all file descriptors of this program are in use; raise the limit (ulimit -n) or use fewer --jobs"
        case ENFILE: reason = "all file descriptors of the system are in use; raise fs.file-max"
        default: return nil
        }
        return LaunchError(message: "cannot start a process: \(reason)", isTemporary: true)
    }

    private static func directoryProblem(_ directory: String) -> String? {
        var status = stat()
        if POSIX.stat(directory, &status) != 0 {
            return errno == ENOENT
                ? "working directory \(directory) does not exist"
                : "working directory \(directory) cannot be entered: \(SystemError(code: errno).text)"
        }
        if status.st_mode & S_IFMT != S_IFDIR { return "working directory \(directory) is not a directory" }
        if POSIX.access(directory, X_OK) != 0 {
            return "working directory \(directory) cannot be entered: \(SystemError(code: errno).text)"
        }
        return nil
    }

    private static func logProblem(_ output: Launch.Output, _ words: String) -> String? {
        guard case .log(let path) = output else { return nil }
        // Tried here once more, without making the file: its existence says that a process was started.
        if POSIX.access(Path.folder(of: path), W_OK | X_OK) != 0 {
            return "cannot write the log \(path): \(SystemError(code: errno).text)"
        }
        var status = stat()
        if POSIX.stat(path, &status) == 0 {
            if POSIX.access(path, W_OK) != 0 || status.st_mode & S_IFMT == S_IFDIR {
                return "cannot write the log \(path): \(words)"
            }
            return nil
        }
        return "cannot make the log \(path): \(words)"
    }

    private static func permanent(_ message: String) -> LaunchError {
        LaunchError(message: message, isTemporary: false)
    }
}
