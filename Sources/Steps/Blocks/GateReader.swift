import Model

/// Reads `gate`: one gate or a list of them; a string alone is a shell command.
struct GateReader {
    let reader: Reader
    let defaults: Defaults

    /// The kinds of gates, in the order in which messages list them.
    static let kinds = FormatKey.gateKinds
    private static let common = FormatKey.names(in: .gate).filter { !kinds.contains($0) }
    private static let options = FormatPlace.gateOptions.mapValues { FormatKey.names(in: $0) }

    func read(_ node: YAMLNode) -> [Gate] {
        reader.isInGate = true
        defer { reader.isInGate = false }
        if case .sequence(let items) = node.value, items.isEmpty {
            reader.report(.missingValue, "`gate` is an empty list", at: node)
        }
        return reader.items(node).compactMap(gate)
    }

    private func gate(_ node: YAMLNode) -> Gate? {
        switch node.value {
        case .sequence:
            reader.report(.wrongType, "a gate must be a mapping or a shell command, not a list", at: node)
            return nil
        case .scalar(let text):
            if text == "process", node.style == .plain { return gate(.process, at: node.spot) }
            guard let command = reader.command(node, "gate") else { return nil }
            return gate(.command(command, stdout: nil), at: node.spot)
        case .mapping(let entries):
            return gate(entries, at: node)
        }
    }

    private func gate(_ question: Question<Template>, at spot: Spot) -> Gate {
        var gate = Gate(question: question, place: reader.source.place(spot))
        gate.within = defaults.within
        gate.every = defaults.every
        gate.stable = defaults.stable
        gate.timeout = defaults.probeTimeout
        return gate
    }

    private func gate(_ entries: [YAMLEntry], at node: YAMLNode) -> Gate? {
        let found = entries.filter { Self.kinds.contains($0.key) }
        guard let kind = found.first else {
            let known = Self.common + Self.options.values.joined()
            let typo = entries.first { entry in
                !known.contains(entry.key) && Suggestion.nearest(to: entry.key, among: Self.kinds) != nil
            }
            let foreign = entries.first { entry in
                !known.contains(entry.key) && ForeignNames.key(for: entry.key, among: Self.kinds) != nil
            }
            if let foreign, let kind = ForeignNames.key(for: foreign.key, among: Self.kinds) {
                reader.report(
                    .unknownKey, "there is no gate of kind `\(foreign.key)`", key: foreign,
                    hint: "it is called `\(kind)` here")
                return nil
            }
            if let typo {
                reader.report(
                    .unknownKey, "there is no gate of kind `\(typo.key)`", key: typo,
                    hint: Suggestion.hint(for: typo.key, among: Self.kinds))
                return nil
            }
            reader.report(
                .badGate, "this gate asks nothing: it has none of \(Reader.list(Self.kinds, word: "or"))", at: node,
                hint: "for example `{http: \"http://127.0.0.1:8500/v1/status/leader\"}`")
            return nil
        }
        if let second = found.dropFirst().first {
            reader.report(
                .badGate, "this gate asks two things, `\(kind.key)` and `\(second.key)`", key: second,
                hint: "make it a list of two gates")
            return nil
        }
        guard checkKeys(entries, of: kind.key) else { return nil }
        guard let question = GateQuestionReader(reader: reader, entries: entries).question(kind) else { return nil }
        var gate = gate(question, at: node.spot)
        for entry in entries { apply(entry, to: &gate) }
        if gate.stable >= gate.within, gate.stable > .zero {
            let at = entries.first { $0.key == "stable" } ?? kind
            reader.report(
                .outOfRange,
                "a gate that must hold for \(DurationText.text(gate.stable)) cannot do so "
                    + "within \(DurationText.text(gate.within))", key: at, hint: "make `within` longer than `stable`")
        }
        return gate
    }

    private func checkKeys(_ entries: [YAMLEntry], of kind: String) -> Bool {
        let allowed = Self.common + [kind] + Self.options[kind, default: []]
        var isFine = true
        for entry in entries where !allowed.contains(entry.key) {
            isFine = false
            let owners = Self.kinds.filter { Self.options[$0, default: []].contains(entry.key) }
            if owners.isEmpty {
                reader.unknownKey(entry, in: "a gate of kind `\(kind)`", known: allowed)
            } else {
                reader.report(
                    .misplacedKey,
                    "`\(entry.key)` belongs to gates of kind \(Reader.list(owners, word: "or")), "
                        + "not `\(kind)`", key: entry)
            }
        }
        return isFine
    }

    private func apply(_ entry: YAMLEntry, to gate: inout Gate) {
        let value = entry.value
        switch entry.key {
        case "within": gate.within = reader.duration(value, "within", in: Limits.within) ?? gate.within
        case "every": gate.every = reader.duration(value, "every", in: Limits.every) ?? gate.every
        case "stable": gate.stable = reader.duration(value, "stable", in: Limits.stable) ?? gate.stable
        case "timeout": gate.timeout = reader.duration(value, "timeout", in: Limits.probe) ?? gate.timeout
        case "name": gate.name = reader.text(value, "name")
        default: break
        }
    }
}
