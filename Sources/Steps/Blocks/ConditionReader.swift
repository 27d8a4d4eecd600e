import Model

/// Reads `when`: params compared with values, a shell command, or a plain truth value.
struct ConditionReader {
    let reader: Reader

    func read(_ value: YAMLNode) -> Condition? {
        guard case .mapping(let entries) = value.value else {
            if let text = value.scalar, text == "true" || text == "false" {
                return .decided(text == "true", text: text)
            }
            return reader.command(value, "when").map { .command($0) }
        }
        var holds = true
        var parts: [String] = []
        for entry in entries {
            guard let param = reader.names.param(entry.key) else {
                reader.report(
                    .unknownName, "there is no param `\(entry.key)`", key: entry,
                    hint: Suggestion.hint(for: entry.key, among: reader.names.params.map(\.name))
                        ?? "`when` compares params with values; a condition of another kind is a shell command")
                continue
            }
            let wanted = reader.items(entry.value).compactMap { node in
                reader.text(node, entry.key).map { (text: $0, node: node) }
            }
            // Each is looked at, so that each mistake is told.
            let isMet = wanted.map { matches(param, $0.text, at: $0.node) }.contains(true)
            holds = holds && isMet
            parts.append("\(entry.key): \(wanted.map(\.text).joined(separator: " or "))")
        }
        return .decided(holds, text: parts.joined(separator: ", "))
    }

    /// Compares by the type of the param; a value that it can never have is a mistake.
    private func matches(_ param: Param, _ text: String, at node: YAMLNode) -> Bool {
        guard let declaration = reader.names.declaration(of: param.name) else { return param.value == text }
        switch declaration.comparable(text) {
        case .success(let value): return declaration.canonical(param.value) == value
        case .failure(let problem):
            reader.report(
                .constantCondition,
                "`\(param.name)` can never be `\(text)`: as a value of that param, it \(problem.message)", at: node,
                hint: declaration.kind == .bool ? "write `true` or `false`" : nil)
            return false
        }
    }
}

/// Texts that are meant as true or false, and are no shell commands.
enum TruthText {
    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n", "0", "1"]

    static func isMeant(_ text: String) -> Bool {
        words.contains(
            String(decoding: text.utf8.filter { !BlockLines.isBlank($0) && $0 != 0x0A }, as: UTF8.self).lowercased())
    }

    /// `true` and `false` are commands that say just that.
    static func isCommand(_ text: String) -> Bool { text == "true" || text == "false" }
}
