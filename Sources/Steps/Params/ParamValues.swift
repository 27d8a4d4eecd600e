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
    /// What the including file has under the same name.
    var inherited: [String: String] = [:]

    private struct Candidate {
        var value: String
        var source: Param.Source
        /// For messages: `from …`.
        var origin: String
    }

    /// The first of: `with`, `-p prefix.name`, `-p name`, the params file, the environment, the includer.
    private func given(_ name: String) -> Candidate? {
        if let fixed = fixed[name] {
            return Candidate(value: fixed.value, source: .include, origin: "`with` at \(fixed.place)")
        }
        for key in prefix.isEmpty ? [name] : [prefix + name, name] {
            if let found = options.params.last(where: { $0.name == key }) {
                return Candidate(value: found.value, source: .commandLine, origin: "`-p \(key)=…`")
            }
        }
        for key in prefix.isEmpty ? [name] : [prefix + name, name] {
            if let found = options.fileParams.last(where: { $0.name == key }) {
                return Candidate(value: found.value, source: .file, origin: "`\(key)` in the params file")
            }
        }
        let variable = "RUNBOOK_PARAM_" + name.uppercased()
        if let value = options.environment[variable] {
            return Candidate(value: value, source: .environment, origin: "`\(variable)` in the environment")
        }
        if let value = inherited[name] {
            return Candidate(value: value, source: .include, origin: "the including file")
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
            if let candidate = given(declaration.name) {
                param.source = candidate.source
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
            reader.names.add(param)
        }
    }

    private func check(_ candidate: Candidate, _ declaration: ParamDeclaration, _ reader: Reader) -> String? {
        switch declaration.checked(candidate.value) {
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
        switch declaration.checked(text) {
        case .success(let value): return value
        case .failure(let problem):
            reader.report(
                .badParamValue, "the default `\(text)` of param `\(declaration.name)` \(problem.message)", at: node)
            return nil
        }
    }
}
