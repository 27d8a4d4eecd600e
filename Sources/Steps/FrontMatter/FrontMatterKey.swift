import Model

/// The keys of the front matter.
enum FrontMatterKey: String, CaseIterable {
    case runbook, title, layer, stage, owner, include, params, secrets, env, dir, pools, defaults, interpreters
    case hosts, order

    var isReserved: Bool { FormatKey.key(rawValue, in: .frontMatter)?.isReserved == true }
}

/// The front matter of one file, key by key.
struct FrontMatter {
    private var values: [FrontMatterKey: YAMLEntry] = [:]

    subscript(key: FrontMatterKey) -> YAMLEntry? { values[key] }

    init() {}

    /// Reports unknown keys.
    init(_ root: YAMLNode?, reader: Reader) {
        guard let root, !root.isNull else { return }
        guard case .mapping(let entries) = root.value else {
            reader.report(
                .wrongType, "the front matter must be a mapping, not \(root.kind)", at: root,
                hint: "for example `runbook: zone`")
            return
        }
        for entry in entries {
            guard let key = FrontMatterKey(rawValue: entry.key) else {
                reader.unknownKey(entry, in: "the front matter", known: FormatKey.names(in: .frontMatter))
                continue
            }
            if key.isReserved {
                reader.report(.notSupportedYet, "`\(entry.key)` is not supported yet", key: entry)
                continue
            }
            values[key] = entry
        }
    }

    /// The constant text of a key that has one.
    func text(_ key: FrontMatterKey, _ reader: Reader) -> String? {
        values[key].flatMap { reader.text($0.value, key.rawValue) }
    }

    func label(_ key: FrontMatterKey, _ reader: Reader) -> String? {
        values[key].flatMap { reader.label($0.value, key.rawValue) }
    }
}
