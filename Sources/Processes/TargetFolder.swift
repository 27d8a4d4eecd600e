import CPlatform
import Execution
import Glibc
import Model

/// The folder a file is to be written to, found without leaving the runbook's folder for relative paths.
enum TargetFolder {
    /// Opens the folder of `request.path`; nil when it does not exist and is not to be made.
    ///
    /// A relative path is followed below `request.directory` only: `..` and symbolic links may not lead out of it.
    /// An absolute one may lead anywhere.
    static func open(_ request: FileRequest, makes: Bool) throws(FileError) -> Descriptor? {
        let isAbsolute = request.path.utf8.first == UInt8(ascii: "/")
        let parts = Path.parts(request.path).dropLast().map(String.init)
        let base = isAbsolute ? "/" : request.directory
        let result = openFolder(-1, base, 0)
        guard let root = Descriptor(owning: result) else {
            if result == -ENOENT, !makes { return nil }
            throw failure(request, "its base \(base): \(SystemError(code: -result).text)")
        }
        guard !parts.isEmpty else { return root }
        let confined: Int32 = isAbsolute ? 0 : 1
        let whole = parts.joined(separator: "/")
        var opened = openFolder(root.number, whole, confined)
        if opened == -ENOENT {
            guard makes else { return nil }
            for count in 1...parts.count {
                try make(parts[..<count], below: root.number, confined, request)
            }
            opened = openFolder(root.number, whole, confined)
        }
        guard let folder = Descriptor(owning: opened) else { throw failure(request, reason(-opened)) }
        return folder
    }

    /// Makes the last of these folders unless it exists.
    private static func make(
        _ parts: ArraySlice<String>, below root: Int32, _ confined: Int32, _ request: FileRequest
    ) throws(FileError) {
        guard let name = parts.last else { return }
        let path = parts.joined(separator: "/")
        let existing = openFolder(root, path, confined)
        if Descriptor(owning: existing) != nil { return }
        guard existing == -ENOENT else { throw failure(request, reason(-existing)) }
        let parent = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        let opened = openFolder(root, parent, confined)
        guard let folder = Descriptor(owning: opened) else { throw failure(request, reason(-opened)) }
        guard POSIX.mkdirat(folder.number, name, 0o777) == 0 || errno == EEXIST else {
            throw failure(request, "the folder \(path): \(SystemError(code: errno).text)")
        }
        try? FileIO.syncFolder(folder.number)
    }

    /// A descriptor, or a negated errno.
    private static func openFolder(_ root: Int32, _ path: String, _ confined: Int32) -> Int32 {
        OSText.withCString(path) { platform_open_folder(root, $0, confined) }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EXDEV:
            "its path leaves the runbook's folder (through .. or a symbolic link); use an absolute path to mean that"
        case ENOSYS: "this kernel cannot confine relative paths (Linux 5.6 can); use an absolute path"
        default: SystemError(code: code).text
        }
    }

    private static func failure(_ request: FileRequest, _ reason: String) -> FileError {
        FileError(message: "cannot write \(request.path): \(reason)")
    }
}
