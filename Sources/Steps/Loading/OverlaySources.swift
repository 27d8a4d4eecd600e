import Model

/// Files with texts laid over them that are not stored yet, such as those of an editor.
///
/// A text counts under every name of its file, and for a file that is not there yet.
package struct OverlaySources: SourceProvider {
    private let base: any SourceProvider
    /// By canonical path.
    private let texts: MemorySources

    /// - Parameter texts: by absolute path.
    package init(_ texts: [String: [UInt8]], over base: any SourceProvider) {
        self.base = base
        let places = texts.map { (Self.canonical($0.key, base), $0.value) }
        self.texts = MemorySources(Dictionary(places, uniquingKeysWith: { first, _ in first }))
    }

    /// Of a file that is not there yet, that of its folder with its name.
    private static func canonical(_ path: String, _ base: any SourceProvider) -> String {
        guard path != "/", base.kind(of: path) == nil else { return base.canonical(path) }
        return Path.absolute(Path.base(of: path), in: canonical(Path.folder(of: path), base))
    }

    package func canonical(_ path: String) -> String { Self.canonical(path, base) }

    package func kind(of path: String) -> SourceKind? {
        let text = texts.kind(of: canonical(path))
        return text == .file ? .file : base.kind(of: path) ?? text
    }

    package func read(_ path: String) throws(SourceFailure) -> [UInt8] {
        let place = canonical(path)
        switch texts.kind(of: place) {
        case .file: return try texts.read(place)
        case .folder where base.kind(of: path) == nil: throw .folder
        default: return try base.read(path)
        }
    }

    package func names(in folder: String) -> [String]? {
        guard let above = texts.names(in: canonical(folder)) else { return base.names(in: folder) }
        let names = Set(above).union(base.names(in: folder) ?? [])
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
