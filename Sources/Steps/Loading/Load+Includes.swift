import Model

/// Scopes: one for each file and prefix, with its params; and the files that it includes.
extension Load {
    /// Loads a file under a prefix, then what it includes.
    ///
    /// - Parameter include: where it is included from; nil for files the user named.
    func begin(
        _ file: LoadedFile, prefix: String, params: ParamValues, include: (reader: Reader, spec: IncludeSpec)? = nil
    ) {
        let key = ScopeKey(path: canonical(file.path), prefix: prefix)
        if include == nil { roots.insert(key.path) }
        if let known = loaded[key] {
            if let include { compare(known, params, include) }
            return
        }
        guard scopes.count < Limits.files else {
            limit(include, file, "there are more than \(Limits.files) files")
            return
        }
        size += file.source.bytes.count
        guard size <= Limits.size else {
            limit(include, file, "the files are larger than \(Limits.size >> 20) MiB together")
            return
        }
        let scope = open(file, prefix: prefix, params: params)
        loaded[key] = scope
        checkWith(scope, include)
        let related = include.map { include in
            Diagnostic.Related(
                place: include.reader.source.place(include.spec.node.spot), message: "includes `\(file.source.name)`",
                sourceLine: include.reader.source.text(line: Int(include.spec.node.spot.line)))
        }
        stack.append((key.path, file.source.name, related))
        if let entry = scope.frontMatter[.include] {
            for spec in IncludeReader(reader: scope.reader).read(entry.value) { self.include(spec, from: scope) }
        }
        stack.removeLast()
        finished.append(scope)
    }

    private func open(_ file: LoadedFile, prefix: String, params: ParamValues) -> LoadingScope {
        let folder = Path.folder(of: file.path)
        let names = ScopeNames(
            work: options.work, run: options.run, runbookDirectory: folder, environment: options.environment)
        let reader = Reader(source: file.source, findings: findings, checks: checks, budget: budget, names: names)
        var root: YAMLNode?
        if let text = file.frontMatter?.yaml {
            do {
                root = try YAMLReader.read(text)
            } catch {
                reader.report(error)
                isIncomplete = true
            }
        }
        let frontMatter = FrontMatter(root, reader: reader)
        noteSecretSources(frontMatter)
        reader.names.secretSources = secretSources
        var declarations: [ParamDeclaration] = []
        if let entry = frontMatter[.params],
            let entries = reader.entries(entry.value, "params", example: "dc: {default: dc1}")
        {
            declarations = entries.compactMap { ParamDeclaration.read($0, reader) }
        }
        params.decide(declarations, reader)
        let base = Path.base(of: file.path)
        let scope = LoadingScope(
            file: file, index: scopes.count, prefix: prefix, reader: reader, frontMatter: frontMatter,
            declarations: declarations, params: params, directory: Template(folder))
        var value = Scope(
            file: file.source.name, directory: folder, prefix: prefix,
            name: frontMatter.label(.runbook, reader) ?? (base.hasSuffix(".md") ? String(base.dropLast(3)) : base))
        value.title =
            frontMatter.text(.title, reader) ?? file.document.headings.first { $0.level == 1 }?.text
        value.params = reader.names.params
        value.headings = file.document.headings
        scopes.append(scope)
        values.append(value)
        return scope
    }

    private func include(_ spec: IncludeSpec, from scope: LoadingScope) {
        let path = Path.absolute(spec.file, in: Path.folder(of: scope.file.path))
        let canonical = canonical(path)
        if let start = stack.firstIndex(where: { $0.path == canonical }) {
            reportCycle(spec, from: scope, start: start)
            return
        }
        guard stack.count < Limits.includeDepth else {
            scope.reader.report(
                .includeLimit, "includes are nested more than \(Limits.includeDepth) deep", at: spec.node)
            isIncomplete = true
            return
        }
        guard let file = file(at: path, include: (scope.reader, spec.node)) else { return }
        let prefix = spec.alias.map { scope.prefix + $0 + "." } ?? scope.prefix
        var params = ParamValues(options: options, prefix: prefix)
        for (entry, value) in spec.with {
            params.fixed[entry.key] = ParamValues.Fixed(
                value: value, place: scope.reader.source.place(entry.keySpot))
        }
        params.includer = Path.folder(of: scope.file.path)
        for param in scope.reader.names.params { params.inherited[param.name] = (param.value, param.folder) }
        begin(file, prefix: prefix, params: params, include: (scope.reader, spec))
    }

    private func reportCycle(_ spec: IncludeSpec, from scope: LoadingScope, start: Int) {
        isIncomplete = true
        let names = stack[start...].map(\.name) + [stack[start].name]
        findings.report(
            .includeCycle, "files include each other in a circle: \(names.joined(separator: " → "))",
            in: scope.reader.source, at: spec.node.spot, length: spec.node.width,
            hint: "remove one of these includes", related: stack[start...].dropFirst().compactMap(\.include))
    }

    private func limit(_ include: (reader: Reader, spec: IncludeSpec)?, _ file: LoadedFile, _ message: String) {
        isIncomplete = true
        if let include {
            include.reader.report(.includeLimit, message, at: include.spec.node)
        } else {
            findings.report(.includeLimit, message, file: file.source.name)
        }
    }

    /// Every key of `with` must be declared by the included file.
    private func checkWith(_ scope: LoadingScope, _ include: (reader: Reader, spec: IncludeSpec)?) {
        guard let include else { return }
        let declared = scope.declarations.map(\.name)
        for (entry, _) in include.spec.with where !declared.contains(entry.key) {
            include.reader.report(
                .unknownParam, "`\(scope.file.source.name)` declares no param `\(entry.key)`", key: entry,
                hint: Suggestion.hint(for: entry.key, among: declared)
                    ?? (declared.isEmpty ? nil : "it declares \(Reader.list(declared))"))
        }
    }

    /// A file that is loaded already under this prefix must have got the same params.
    private func compare(
        _ known: LoadingScope, _ params: ParamValues, _ include: (reader: Reader, spec: IncludeSpec)
    ) {
        checkWith(known, include)
        let trial = Reader(
            source: known.file.source, findings: Findings(), checks: LoadChecks(), budget: budget,
            names: ScopeNames(
                work: options.work, run: options.run, runbookDirectory: Path.folder(of: known.file.path),
                environment: options.environment))
        params.decide(known.declarations, trial)
        let before = values[known.index].params
        for param in trial.names.params {
            guard let old = before.first(where: { $0.name == param.name }), old.value != param.value else { continue }
            include.reader.report(
                .includedTwice,
                "`\(known.file.source.name)` is loaded already, with `\(param.name)` as `\(old.value)` "
                    + "and not `\(param.value)`", at: include.spec.node,
                hint: "give this one a prefix of its own with `as:`")
            return
        }
    }
}
