import Model

/// Decides the params of one file: which source wins, and whether the value keeps to the declaration.
struct ParamValues {
    /// One value from the includer's `with`.
    struct Fixed {
        var value: String
        var place: Place
    }

    let options: LoadOptions
    let prefix: String
    /// From the `with` of the include.
    var fixed: [String: Fixed] = [:]
    /// The folder of the including file.
    var includer: String?
    /// What the including file has under the same name, and the folder it was meant from.
    var inherited: [String: (value: String, folder: String)] = [:]

    private struct Candidate {
        var value: String
        var source: Param.Source
        /// For messages: `from …`.
        var origin: String
        /// Where it was written: a relative path is meant from this folder.
        var folder: String
    }

    /// The first of: `with`, `-p prefix.name`, `-p name`, the params file, what the run was given before, the
    /// environment, the includer. What is taken down is what it was: there `with` comes after what the run had.
    private func given(_ name: String) -> Candidate? {
        let earlier = options.earlier?.values[prefix + name]
        if options.earlier?.isKept == true, let earlier {
            return typed(name)
                ?? Candidate(
                    value: earlier, source: .default, origin: "this run", folder: options.workingDirectory)
        }
        if let fixed = fixed[name] {
            return Candidate(
                value: fixed.value, source: .include, origin: "`with` at \(fixed.place)",
                folder: includer ?? options.workingDirectory)
        }
        if let typed = typed(name) { return typed }
        if let recorded = found(name, in: options.earlier?.given ?? []) {
            return Candidate(
                value: recorded.value, source: .commandLine,
                origin: "this run, which was given it before; give it another one with `-p \(recorded.key)=…`",
                folder: options.workingDirectory)
        }
        let variable = "RUNBOOK_PARAM_" + name.uppercased()
        if earlier == nil, let value = options.environment[variable] {
            return Candidate(
                value: value, source: .environment, origin: "`\(variable)` in the environment",
                folder: options.workingDirectory)
        }
        if let value = inherited[name] {
            return Candidate(
                value: value.value, source: .include, origin: "the including file", folder: value.folder)
        }
        return nil
    }

    /// What the command line says now.
    private func typed(_ name: String) -> Candidate? {
        if let found = found(name, in: options.params) {
            return Candidate(
                value: found.value, source: .commandLine, origin: "`-p \(found.key)=…`",
                folder: options.workingDirectory)
        }
        for key in prefix.isEmpty ? [name] : [prefix + name, name] {
            if let found = options.fileParams.last(where: { $0.name == key }) {
                return Candidate(
                    value: found.value, source: .file, origin: "`\(key)` in the params file",
                    folder: found.folder ?? options.workingDirectory)
            }
        }
        return nil
    }

    /// The last value under the name with its prefix, else under the name alone.
    private func found(_ name: String, in list: [(name: String, value: String)]) -> (key: String, value: String)? {
        for key in prefix.isEmpty ? [name] : [prefix + name, name] {
            if let found = list.last(where: { $0.name == key }) { return (key, found.value) }
        }
        return nil
    }

    /// Decides every declared param in order, so that a default can name earlier ones; `reader.names` grows with them.
    func decide(_ declarations: [ParamDeclaration], _ reader: Reader) {
        for declaration in declarations {
            let place = reader.source.place(declaration.entry.keySpot)
            var param = Param(name: declaration.name, value: "", place: place)
            param.kind = declaration.kind
            param.help = declaration.help
            param.folder = declaration.folder
            if let candidate = given(declaration.name) {
                param.source = candidate.source
                param.folder = candidate.folder
                param.value = check(candidate, declaration, reader) ?? candidate.value
            } else if let node = declaration.defaultNode {
                if let text = reader.text(node, declaration.name) {
                    param.value = check(default: text, at: node, declaration, reader) ?? text
                }
            } else if declaration.isRequired {
                reader.report(
                    .missingParam, "param `\(declaration.name)` has no value", key: declaration.entry,
                    hint: "give it with `-p \(prefix)\(declaration.name)=…`, or add a `default`")
            }
            reader.names.add(param, declaration)
        }
    }

    private func check(_ candidate: Candidate, _ declaration: ParamDeclaration, _ reader: Reader) -> String? {
        if candidate.value.isEmpty, declaration.defaultNode == nil {
            guard declaration.isRequired else { return "" }
            reader.report(
                .missingParam, "param `\(declaration.name)` is empty, and must have a value", key: declaration.entry,
                hint: "the empty value comes from \(candidate.origin); `required: false` lets it be empty")
            return nil
        }
        switch declaration.checked(candidate.value, from: candidate.folder) {
        case .success(let value): return value
        case .failure(let problem):
            reader.report(
                .badParamValue,
                "the value `\(candidate.value)` of param `\(declaration.name)` \(problem.message)",
                key: declaration.entry, hint: "the value comes from \(candidate.origin)")
            return nil
        }
    }

    private func check(
        default text: String, at node: YAMLNode, _ declaration: ParamDeclaration, _ reader: Reader
    ) -> String? {
        if declaration.kind == .path, let raw = node.scalar, let found = ShellPath.find(in: raw) {
            reader.reportShellPath(found, declaration.name, at: node)
            return nil
        }
        switch declaration.checked(text) {
        case .success(let value): return value
        case .failure(let problem):
            reader.report(
                .badParamValue, "the default `\(text)` of param `\(declaration.name)` \(problem.message)", at: node)
            return nil
        }
    }
}
