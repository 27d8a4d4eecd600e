import Model

/// Reads `secrets`: where each secret is fetched from when a step needs it.
struct SecretReader {
    let reader: Reader

    private static let kinds = FormatKey.names(in: .secret).filter { $0 != "timeout" }
    private static let example = "{env: NAME}"

    func read(_ value: YAMLNode) -> [Secret] {
        guard let entries = reader.entries(value, "secrets", example: "{TOKEN: {env: TOKEN}}") else { return [] }
        return entries.compactMap(secret)
    }

    private func secret(_ entry: YAMLEntry) -> Secret? {
        guard let name = reader.variable(entry, "secret") else { return nil }
        if let reason = Names.reservation(of: name) {
            reader.report(
                .reservedName, "a secret cannot be called `\(name)`: \(reason)", key: entry, hint: "choose another name"
            )
            return nil
        }
        guard let sources = reader.entries(entry.value, name, example: Self.example) else { return nil }
        let timed = sources.filter { $0.key != "timeout" }
        guard timed.count == 1, let source = timed.first else {
            reader.report(
                .missingValue, "secret `\(name)` needs one source", at: entry.value,
                hint: "one of \(Reader.list(Self.kinds, word: "or")): `\(Self.example)`")
            return nil
        }
        guard let origin = origin(source) else { return nil }
        var secret = Secret(name: name, origin: origin, place: reader.source.place(entry.keySpot))
        if let limit = sources.first(where: { $0.key == "timeout" }) {
            guard case .command = origin else {
                reader.report(.misplacedKey, "only the `command` of a secret has a `timeout`", key: limit)
                return secret
            }
            secret.timeout = reader.duration(limit.value, "timeout", in: Limits.timeout) ?? secret.timeout
        }
        return secret
    }

    private func origin(_ source: YAMLEntry) -> Secret.Origin? {
        switch source.key {
        case "env":
            guard let name = reader.text(source.value, "env") else { return nil }
            guard Names.isIdentifier(name.utf8) else {
                reader.report(.badName, "`\(name)` cannot be the name of a variable", at: source.value)
                return nil
            }
            return .environment(name)
        case "file": return reader.constantPath(source.value, "file").map { .file($0) }
        case "command": return reader.command(source.value, "command").map { .command($0) }
        case "vault":
            reader.report(
                .notSupportedYet, "secrets from `vault` are not supported yet", key: source,
                hint: "a `command` can ask it")
            return nil
        default:
            reader.unknownKey(source, in: "a secret", known: Self.kinds)
            return nil
        }
    }
}

/// Reads `defaults`: limits for every step and gate of the file.
struct DefaultsReader {
    let reader: Reader

    func read(_ value: YAMLNode) -> Defaults {
        var defaults = Defaults()
        guard let entries = reader.entries(value, "defaults", example: "{timeout: 5m, within: 60s}") else {
            return defaults
        }
        let retries = RetryReader(reader: reader)
        for entry in entries {
            let node = entry.value
            switch entry.key {
            case "timeout": defaults.timeout = reader.duration(node, "timeout", in: Limits.timeout)
            case "retries": retries.read(.retries, node, into: &defaults.retries)
            case "backoff": retries.read(.backoff, node, into: &defaults.retries)
            case "retry-on": retries.read(.retryOn, node, into: &defaults.retries)
            case "within": defaults.within = reader.duration(node, "within", in: Limits.within) ?? defaults.within
            case "every": defaults.every = reader.duration(node, "every", in: Limits.every) ?? defaults.every
            case "stable": defaults.stable = reader.duration(node, "stable", in: Limits.stable) ?? defaults.stable
            case "probe-timeout":
                defaults.probeTimeout =
                    reader.duration(node, "probe-timeout", in: Limits.probe) ?? defaults.probeTimeout
            default: reader.unknownKey(entry, in: "`defaults`", known: FormatKey.names(in: .defaults))
            }
        }
        return defaults
    }
}
