package import Model

/// Reads the file of `--params`: a YAML mapping of names to plain values.
package enum ParamFile {
    /// What is wrong with the file.
    package struct Failure: Error, Hashable, Sendable {
        package var diagnostics: [Diagnostic]
    }

    /// The values in the order written; an empty file has none.
    ///
    /// - Parameter path: relative to the folder.
    package static func read(
        _ path: String, in folder: String, from sources: any SourceProvider = FileSources()
    ) throws(Failure) -> [(name: String, value: String, folder: String?)] {
        let findings = Findings()
        var entries: [YAMLEntry] = []
        if let source = source(path, in: folder, sources, findings) { entries = mapping(source, findings) }
        guard findings.diagnostics.isEmpty else { throw Failure(diagnostics: findings.sorted) }
        let own = Path.folder(of: Path.absolute(path, in: folder))
        return entries.compactMap { entry in entry.value.scalar.map { (entry.key, $0, own) } }
    }

    private static func source(
        _ path: String, in folder: String, _ sources: any SourceProvider, _ findings: Findings
    ) -> SourceText? {
        let bytes: [UInt8]
        do {
            bytes = try sources.read(Path.absolute(path, in: folder))
        } catch {
            let (code, message, hint) = error.explanation
            findings.report(code, "this file \(message)", file: path.isEmpty ? "''" : path, hint: hint)
            return nil
        }
        return TextCheck.source(name: path, bytes: TextCheck.unmarked(bytes), findings: findings)
    }

    private static func mapping(_ source: SourceText, _ findings: Findings) -> [YAMLEntry] {
        var text = YAMLText()
        for line in 1..<(source.lineCount + 1) {
            text.append(source.bytes[source.range(line: line)], line: line, indent: 0)
        }
        let root: YAMLNode?
        do { root = try YAMLReader.read(text) } catch {
            findings.report(error.code, error.message, in: source, at: error.spot, hint: error.hint)
            return []
        }
        guard let root else { return [] }
        guard case .mapping(let entries) = root.value else {
            findings.report(
                .wrongType, "a file of params is a mapping of names to values, not \(root.kind)", in: source,
                at: root.spot, hint: "for example `dc: dc1`, each on a line of its own")
            return []
        }
        for entry in entries where entry.value.scalar == nil {
            findings.report(
                .wrongType, "the value of `\(entry.key)` must be plain, not \(entry.value.kind)", in: source,
                at: entry.value.spot, length: entry.value.width)
        }
        return entries
    }
}
