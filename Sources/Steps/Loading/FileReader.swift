import Glibc

/// Reads whole files and folders, with every limit checked before memory is spent.
enum FileReader {
    /// Files above this many bytes are refused.
    static let limit = 16 << 20

    enum Failure: Error, Equatable {
        case missing
        case directory
        case tooLarge
        /// The system's words for why.
        case unreadable(String)
    }

    /// The file's bytes.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .directory }
        if status.st_mode & S_IFMT == S_IFREG, status.st_size > limit { throw .tooLarge }
        var bytes: [UInt8] = []
        var capacity = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) + 1 : 64 << 10
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw .unreadable(String(cString: strerror(failure))) }
            if chunk.isEmpty { return bytes }
            if bytes.count + chunk.count > limit { throw .tooLarge }
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            capacity = 64 << 10
        }
    }

    /// The names in a folder, sorted; nil when it cannot be read.
    static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path with symbolic links resolved; nil when it does not exist.
    static func canonical(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// True when an executable file of that name is in a folder of `path` (the format of the `PATH` variable).
    static func isExecutable(_ name: String, path: String, relativeTo folder: String) -> Bool {
        if name.utf8.contains(UInt8(ascii: "/")) {
            return isProgram(Path.absolute(name, in: folder))
        }
        return path.split(separator: ":", omittingEmptySubsequences: false).contains { entry in
            isProgram(Path.absolute(entry.isEmpty ? "." : String(entry), in: folder) + "/" + name)
        }
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
