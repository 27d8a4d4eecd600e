import Model

/// Reads `retries`, `backoff` and `retry-on`, of a step or of the defaults.
struct RetryReader {
    let reader: Reader

    func read(_ key: StepKey, _ value: YAMLNode, into retries: inout Retries) {
        switch key {
        case .retries: retries.count = reader.integer(value, "retries", in: Limits.retries) ?? 0
        case .retryOn:
            retries.statuses = reader.items(value).compactMap { item in
                reader.integer(item, "retry-on", in: 1...255).map { Int32($0) }
            }
        case .backoff: backoff(value, into: &retries)
        default: break
        }
    }

    private func backoff(_ value: YAMLNode, into retries: inout Retries) {
        guard let entries = reader.entries(value, "backoff", example: "{initial: 1s, factor: 2, max: 30s}") else {
            return
        }
        for entry in entries {
            switch entry.key {
            case "initial":
                retries.initial = reader.duration(entry.value, "initial", in: Limits.stable) ?? retries.initial
            case "factor": retries.factor = reader.number(entry.value, "factor", in: 1...100) ?? retries.factor
            case "max": retries.max = reader.duration(entry.value, "max", in: Limits.stable) ?? retries.max
            case "jitter": retries.jitter = reader.flag(entry.value, "jitter") ?? retries.jitter
            default: reader.unknownKey(entry, in: "`backoff`", known: FormatKey.names(in: .backoff))
            }
        }
        if retries.max < retries.initial {
            if let entry = entries.first(where: { $0.key == "max" }) {
                reader.report(.outOfRange, "`max` is shorter than `initial`", key: entry)
            } else {
                retries.max = retries.initial
            }
        }
    }
}
