import Model

/// Files that are in memory alone: what was stored with a run, a test's or a fuzzer's.
///
/// A folder is there when a file is below it.
package struct MemorySources: SourceProvider {
    private var files: [String: [UInt8]]
    /// The canonical path of what has more than one name.
    private var links: [String: String]

    /// - Parameters:
    ///   - files: by absolute path.
    ///   - links: other names of files, with the path that each leads to.
    package init(_ files: [String: [UInt8]], links: [String: String] = [:]) {
        self.files = files
        self.links = links
    }

    /// Files as they were loaded once, under all names that they were asked for by.
    package init(_ stored: [SourceFile]) {
        files = Dictionary(stored.map { ($0.path, Array($0.text.utf8)) }, uniquingKeysWith: { first, _ in first })
        links = Dictionary(stored.map { ($0.path, $0.canonical) }, uniquingKeysWith: { first, _ in first })
    }

    private func bytes(_ path: String) -> [UInt8]? { files[path] ?? links[path].flatMap { files[$0] } }

    private func isFolder(_ path: String) -> Bool {
        let start = path == "/" ? path : path + "/"
        return files.keys.contains { $0.utf8.starts(with: start.utf8) }
    }

    package func kind(of path: String) -> SourceKind? {
        bytes(path) != nil ? .file : isFolder(path) ? .folder : nil
    }

    package func read(_ path: String) throws(SourceFailure) -> [UInt8] {
        guard let bytes = bytes(path) else { throw isFolder(path) ? .folder : .missing }
        guard bytes.count <= SourceLimits.size else { throw .tooLarge }
        return bytes
    }

    package func names(in folder: String) -> [String]? {
        guard isFolder(folder) else { return nil }
        let depth = Path.parts(folder).count
        let start = folder == "/" ? folder : folder + "/"
        let inside = (Array(files.keys) + links.keys).filter { $0.utf8.starts(with: start.utf8) }
        let names = Set(inside.compactMap { Path.parts($0).dropFirst(depth).first.map(String.init) })
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func canonical(_ path: String) -> String { links[path] ?? path }
}
