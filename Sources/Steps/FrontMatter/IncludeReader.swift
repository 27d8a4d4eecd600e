import Model

/// One entry of the front matter's `include`.
struct IncludeSpec {
    var file: String
    var node: YAMLNode
    /// The prefix without its dot.
    var alias: String?
    var with: [(entry: YAMLEntry, value: String)] = []
}

/// Reads `include`: paths, or mappings with `file`, `as` and `with`.
struct IncludeReader {
    let reader: Reader

    func read(_ value: YAMLNode) -> [IncludeSpec] { reader.items(value).compactMap(include) }

    private func include(_ node: YAMLNode) -> IncludeSpec? {
        guard case .mapping(let entries) = node.value else {
            return reader.constantPath(node, "include")?.constant.map { IncludeSpec(file: $0, node: node) }
        }
        guard let target = entries.first(where: { $0.key == "file" }) else {
            reader.report(
                .missingValue, "an include needs a `file`", at: node, hint: "for example `{file: consul.md, as: dc2}`")
            return nil
        }
        guard let path = reader.constantPath(target.value, "file")?.constant else { return nil }
        var spec = IncludeSpec(file: path, node: target.value)
        for entry in entries {
            switch entry.key {
            case "file": break
            case "as":
                guard let alias = reader.id(entry.value, "as") else { continue }
                if alias == "env" {
                    reader.report(.badName, "a prefix cannot be called `env`", at: entry.value)
                }
                spec.alias = alias
            case "with":
                guard let values = reader.entries(entry.value, "with", example: "{dc: dc2}") else { continue }
                for item in values {
                    if let text = reader.text(item.value, item.key) { spec.with.append((item, text)) }
                }
            default: reader.unknownKey(entry, in: "an include", known: FormatKey.names(in: .include))
            }
        }
        return spec
    }
}
