import Model

/// Which files are loaded, and reading them.
extension Load {
    /// Loads a file or folder that the user named.
    func open(_ path: String) {
        guard !path.isEmpty else {
            isIncomplete = true
            findings.report(
                .unreadableFile, "an empty path names no file", file: "''",
                hint: "is a variable empty that should not be?")
            return
        }
        let absolute = Path.absolute(path, in: options.workingDirectory)
        guard options.sources.kind(of: absolute) == .folder else {
            guard let file = file(at: absolute, include: nil) else { return }
            if !file.isRunbook, file.frontMatter?.has(.include) != true { reportNoRunbook(file) }
            begin(file, prefix: "", params: ParamValues(options: options, prefix: ""))
            return
        }
        let name = Path.display(absolute, from: options.workingDirectory)
        guard let names = options.sources.names(in: absolute) else {
            isIncomplete = true
            findings.report(.unreadableFile, "this folder cannot be read", file: name, hint: "check its permissions")
            return
        }
        let candidates = names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }.map { absolute + "/" + $0 }
        let found = candidates.compactMap { runbook(at: $0) }
        if found.isEmpty {
            if !findings.hasErrors {
                findings.report(
                    .notARunbook, "no file in this folder is a runbook", file: name,
                    hint: "a runbook is a `.md` file with `runbook:` in its front matter, or a block that begins with "
                        + "`#| step: ID`")
            }
            return
        }
        for file in entriesFirst(found) { begin(file, prefix: "", params: ParamValues(options: options, prefix: "")) }
    }

    /// A file of a folder, if it is a runbook; what is wrong with other files does not matter.
    private func runbook(at path: String) -> LoadedFile? {
        if let kind = options.sources.kind(of: path), kind != .file { return nil }
        let trial = Findings()
        let wasIncomplete = isIncomplete
        let file = file(at: path, include: nil, findings: trial)
        if file.map(\.isRunbook) ?? looksLikeRunbook(path) {
            for diagnostic in trial.diagnostics { findings.report(diagnostic) }
            return file
        }
        isIncomplete = wasIncomplete
        return nil
    }

    /// For files that cannot be read as text: true unless it is clear that they are something else.
    private func looksLikeRunbook(_ path: String) -> Bool {
        guard let bytes = try? options.sources.read(path) else { return true }
        return ["|step:", "| step:", "| file:", "\nrunbook:"].contains { bytes.contains($0.utf8) }
    }

    /// Files that no other file of the folder includes come first, so that includes decide the params of the rest.
    private func entriesFirst(_ found: [LoadedFile]) -> [LoadedFile] {
        guard found.count > 1 else { return found }
        var included: Set<String> = []
        for file in found {
            guard let text = file.frontMatter?.yaml, let root = try? YAMLReader.read(text),
                case .mapping(let entries) = root.value, let include = entries.first(where: { $0.key == "include" })
            else { continue }
            let items: [YAMLNode]
            if case .sequence(let list) = include.value.value { items = list } else { items = [include.value] }
            for item in items {
                var target = item.scalar
                if case .mapping(let keys) = item.value { target = keys.first { $0.key == "file" }?.value.scalar }
                guard let target else { continue }
                let path = Path.absolute(target, in: Path.folder(of: file.path))
                if path != file.path { included.insert(canonical(path)) }
            }
        }
        func isIncluded(_ file: LoadedFile) -> Bool {
            included.contains(canonical(file.path))
        }
        return found.filter { !isIncluded($0) } + found.filter { isIncluded($0) }
    }

    private func reportNoRunbook(_ file: LoadedFile) {
        let isEmpty = file.source.bytes.allSatisfy { BlockLines.isBlank($0) || $0 == 0x0A || $0 == 0x0D }
        findings.report(
            .notARunbook, isEmpty ? "this file is empty" : "this file has no runbook block", file: file.source.name,
            hint: "a step is a fenced code block that begins with `#| step: ID`")
    }

    /// Reads and parses a file once; reports and returns nil when that is not possible.
    ///
    /// - Parameter include: the place of the include that names it, for the report.
    func file(
        at path: String, include: (reader: Reader, node: YAMLNode)?, findings trial: Findings? = nil
    ) -> LoadedFile? {
        let findings = trial ?? self.findings
        let key = canonical(path)
        if let known = files[key] {
            note(known, path, key)
            return known
        }
        let name = Path.display(path, from: options.workingDirectory)
        let bytes: [UInt8]
        do {
            bytes = try options.sources.read(path)
        } catch {
            isIncomplete = true
            let (code, message, hint) = error.explanation
            if let include {
                include.reader.report(code, "`\(name)` \(message)", at: include.node, hint: hint)
            } else {
                findings.report(code, "this file \(message)", file: name, hint: hint)
                files[key] = .some(nil)
            }
            return nil
        }
        let file = parse(bytes, path: path, name: name, findings: findings)
        files[key] = .some(file)
        note(file, path, key)
        if file == nil { isIncomplete = true }
        return file
    }

    func canonical(_ path: String) -> String { options.sources.canonical(path) }

    private func note(_ file: LoadedFile?, _ path: String, _ canonical: String) {
        guard let file, !asked.contains(where: { $0.path == path }) else { return }
        asked.append((path, canonical, file))
    }

    /// What was loaded, as it can be stored: files of a folder that are no runbooks are left out.
    var sources: [SourceFile] {
        let used = Set(loaded.keys.map(\.path))
        return asked.filter { used.contains($0.canonical) }.map { asked in
            SourceFile(
                path: asked.path, canonical: asked.canonical,
                text: String(decoding: asked.file.source.bytes, as: UTF8.self), isRoot: roots.contains(asked.canonical))
        }
    }

    private func parse(_ bytes: [UInt8], path: String, name: String, findings: Findings) -> LoadedFile? {
        let bytes = TextCheck.unmarked(bytes)
        guard let source = TextCheck.source(name: name, bytes: bytes, findings: findings) else { return nil }
        var frontMatter: FrontMatterText?
        switch FrontMatterText.find(in: source) {
        case .none: break
        case .found(let found): frontMatter = found
        case .unclosed(let line):
            findings.report(
                .unclosedFrontMatter, "the front matter that begins here never ends", in: source,
                at: Spot(line: line, column: 1), length: 3,
                hint: "end it with a line `---`"
                    + (source.lineCount > FrontMatterText.lineLimit
                        ? ", within \(FrontMatterText.lineLimit) lines" : ""))
        }
        do throws(MarkdownExcess) {
            let skipped = frontMatter?.lineCount ?? 0
            let document = try MarkdownParser.parse(source, skipped: skipped)
            for line in FrontMatterText.misplaced(in: source, after: skipped + 1, fences: document.fences) {
                findings.report(
                    .misplacedFrontMatter, "this looks like front matter, and is not read", in: source,
                    at: Spot(line: line, column: 1), length: 3, hint: Self.placeOfFrontMatter(frontMatter))
            }
            return LoadedFile(path: path, source: source, document: document, frontMatter: frontMatter)
        } catch {
            report(error, in: source, findings)
            return nil
        }
    }

    private static func placeOfFrontMatter(_ found: FrontMatterText?) -> String {
        found == nil
            ? "move it to the top of the file, `---` at the left edge; only comments and blank lines may stand above"
            : "a file has one front matter, at its top: put both together"
    }

    private func report(_ excess: MarkdownExcess, in source: SourceText, _ findings: Findings) {
        let spot = Spot(line: excess.line, column: 1)
        switch excess.kind {
        case .depth:
            findings.report(
                .markdownTooComplex, "quotes and lists are nested more than \(MarkdownStructure.depthLimit) deep",
                in: source, at: spot, hint: "if this is meant to be code, put a fence around it")
        case .memory:
            findings.report(
                .markdownTooComplex,
                "the Markdown up to here takes more than \(MarkdownMemory.limit >> 20) MiB to read", in: source,
                at: spot, hint: "split the file, and `include` the parts")
        }
    }
}
