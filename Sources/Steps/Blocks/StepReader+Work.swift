import Model

/// What a step does: its conditions, limits, environment and what it hands on.
extension StepReader {
    mutating func readWork(_ key: StepKey, _ entry: YAMLEntry) {
        let value = entry.value
        switch key {
        case .when: readWhen(value)
        case .check:
            guard let question = ShellQuestionReader(reader: reader).read(value, "check") else { break }
            step.check = question.command
            step.checkPlace = reader.source.place(value.spot)
            step.checkTimeout = question.timeout
        case .gate: later[key] = entry
        case .service:
            step.isService = reader.flag(value, "service") ?? false
            later[key] = entry
        case .once: step.isOnce = reader.flag(value, "once") ?? false
        case .optional: step.isOptional = reader.flag(value, "optional") ?? false
        case .interactive:
            later[key] = entry
            step.isInteractive = reader.flag(value, "interactive") ?? false
        case .confirm: readConfirm(value)
        case .timeout:
            later[key] = entry
            step.timeout = reader.duration(value, "timeout", in: Limits.timeout)
        case .retries, .backoff, .retryOn: RetryReader(reader: reader).read(key, value, into: &step.retries)
        case .env: step.environment = VariableReader(reader: reader).read(value, "env", allowsOutputs: true)
        case .dir: if let directory = reader.path(value, "dir") { step.directory = directory }
        case .outputs:
            later[key] = entry
            step.outputs = OutputReader(reader: reader).read(value)
        case .secrets: readSecrets(value)
        case .pool: readPool(value)
        case .shell: readShell(value)
        default: break
        }
    }

    private mutating func readWhen(_ value: YAMLNode) {
        step.whenPlace = reader.source.place(value.spot)
        guard case .mapping(let entries) = value.value, isQuestion(entries) else {
            step.when = ConditionReader(reader: reader).read(value)
            return
        }
        guard let question = ShellQuestionReader(reader: reader).read(value, "when") else { return }
        step.when = .command(question.command)
        step.whenTimeout = question.timeout
    }

    private mutating func readConfirm(_ value: YAMLNode) {
        if value.style == .plain, let text = value.scalar, TruthText.isMeant(text) {
            reader.report(
                .wrongType, "`confirm` is a question for a person, not `\(text)`", at: value,
                hint: "write the question, or leave `confirm` out")
            return
        }
        step.confirm = reader.template(value, "confirm")
    }

    /// `command` with its `timeout`, unless that is the name of a param.
    private func isQuestion(_ entries: [YAMLEntry]) -> Bool {
        entries.contains { $0.key == "command" } && reader.names.param("command") == nil
    }

    private mutating func readSecrets(_ value: YAMLNode) {
        for item in reader.items(value) {
            guard let name = reader.text(item, "secrets") else { continue }
            guard scope.secretNames.contains(name) else {
                reader.report(
                    .unknownSecret, "the front matter declares no secret `\(name)`", at: item,
                    hint: Suggestion.hint(for: name, among: scope.secretNames.sorted())
                        ?? "add it there: `secrets: {\(name): {env: \(name)}}`")
                continue
            }
            if !step.secrets.contains(name) { step.secrets.append(name) }
        }
    }

    private mutating func readPool(_ value: YAMLNode) {
        guard let name = reader.text(value, "pool") else { return }
        let full = [scope.prefix + name, name].first { scope.pools[$0] != nil }
        if full == nil {
            reader.report(
                .unknownPool, "no pool `\(name)` is declared", at: value,
                hint: Suggestion.hint(for: name, among: scope.pools.keys.sorted())
                    ?? "add it to the front matter: `pools: {\(name): 1}`")
        }
        step.pool = full
    }

    private mutating func readShell(_ value: YAMLNode) {
        let words =
            value.scalar == nil
            ? reader.items(value).compactMap { reader.text($0, "shell") }
            : reader.text(value, "shell").map { $0.words(at: " ").map(String.init) } ?? []
        guard let first = words.first else {
            if value.scalar != nil, !value.isNull { reader.report(.missingValue, "`shell` is empty", at: value) }
            return
        }
        if words.count == 1, let known = scope.languages.interpreter(for: first) {
            shell = (known, scope.languages.canonical(first))
        } else {
            shell = (Languages.interpreter(words), nil)
        }
    }
}
