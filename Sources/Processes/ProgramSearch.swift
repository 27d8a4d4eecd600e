import Glibc
import Model

/// Finds programs the way a shell does, by the child's own PATH.
///
/// What was found counts until it is forgotten: many steps start in one moment, and mostly the same program.
struct ProgramSearch {
    private struct Question: Hashable {
        var name: String
        var path: String
        var directory: String
    }

    private var found: [Question: String] = [:]

    /// Where programs are looked for when the environment has no PATH.
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    /// The file to execute for `name`, as when it was last looked for; nil when there was none.
    mutating func find(_ name: String, path: String, directory: String) -> String? {
        let question = Question(name: name, path: path, directory: directory)
        if let known = found[question] { return known }
        let program = Self.find(name, path: path, directory: directory)
        if let program { found[question] = program }
        return program
    }

    /// Whatever ran meanwhile may have installed something.
    mutating func forget() {
        if !found.isEmpty { found.removeAll(keepingCapacity: true) }
    }

    /// The file to execute for `name`; nil when there is none.
    ///
    /// A name with a slash stands for itself, relative to `directory`, as do relative folders of `path`.
    static func find(_ name: String, path: String, directory: String) -> String? {
        if name.utf8.contains(UInt8(ascii: "/")) {
            return isProgram(absolute(name, directory)) ? name : nil
        }
        guard !name.isEmpty else { return nil }
        for folder in path.parts(at: ":") {
            let candidate = absolute(folder.isEmpty ? name : "\(folder)/\(name)", directory)
            if isProgram(candidate) { return candidate }
        }
        return nil
    }

    private static func absolute(_ path: String, _ directory: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(directory)/\(path)"
    }

    private static func isProgram(_ path: String) -> Bool {
        guard POSIX.access(path, X_OK) == 0 else { return false }
        // Only what looks executable is looked at more closely: a folder does, too.
        var status = stat()
        return POSIX.stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
