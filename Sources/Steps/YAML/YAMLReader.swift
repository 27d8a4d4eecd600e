import Model

/// Turns YAML text into nodes with spots in the Markdown file.
enum YAMLReader {
    /// Nested more deeply than this is refused (and never handed to the recursive parser).
    static let depthLimit = 64
    /// More nodes than this in one piece of metadata are refused: aliases could multiply without bound.
    static let nodeLimit = 100_000
    static let aliasLimit = 20

    /// The root node; nil when the text has none.
    static func read(_ text: YAMLText) throws(YAMLProblem) -> YAMLNode? {
        try YAMLGuard.check(text)
        let yaml = String(decoding: text.bytes, as: UTF8.self)
        let root: YAMLTree?
        do {
            root = try YAMLParser.read(yaml)
        } catch {
            throw YAMLErrors.problem(error, in: text)
        }
        guard let root else { return nil }
        var count = 0
        return try convert(root, in: text, count: &count, depth: 0)
    }

    private static func convert(
        _ node: YAMLTree, in text: YAMLText, count: inout Int, depth: Int
    ) throws(YAMLProblem) -> YAMLNode {
        let spot = text.spot(line: node.mark.line, column: node.mark.column)
        count += 1
        guard count <= nodeLimit, depth <= depthLimit else {
            throw YAMLProblem(
                code: .yamlTooComplex, message: "the metadata is nested too deeply or too large", spot: spot)
        }
        try checkTag(node.tag, at: spot)
        switch node.content {
        case .scalar(let string, let style):
            return YAMLNode(value: .scalar(string), style: style, spot: spot)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            items.reserveCapacity(sequence.count)
            for item in sequence { items.append(try convert(item, in: text, count: &count, depth: depth + 1)) }
            return YAMLNode(value: .sequence(items), spot: spot)
        case .mapping(let mapping):
            var entries: [YAMLEntry] = []
            entries.reserveCapacity(mapping.count)
            var merged: [YAMLEntry] = []
            for (key, value) in mapping {
                let keyNode = try convert(key, in: text, count: &count, depth: depth + 1)
                guard let name = keyNode.scalar else { throw YAMLErrors.keyNotText(keyNode.spot) }
                let valueNode = try convert(value, in: text, count: &count, depth: depth + 1)
                if name == "<<", keyNode.style == .plain {
                    merged += try entriesToMerge(valueNode)
                } else {
                    entries.append(YAMLEntry(key: name, keySpot: keyNode.spot, value: valueNode))
                }
            }
            return YAMLNode(value: .mapping(entries.adding(merged)), spot: spot)
        }
    }

    /// The entries of the mapping, or of each mapping in the list, that a key `<<` names; the first of a name counts.
    private static func entriesToMerge(_ value: YAMLNode) throws(YAMLProblem) -> [YAMLEntry] {
        switch value.value {
        case .mapping(let entries): return entries
        case .sequence(let items):
            var all: [YAMLEntry] = []
            for item in items {
                guard case .mapping(let entries) = item.value else { throw unmergeable(item) }
                all = all.adding(entries)
            }
            return all
        case .scalar: throw unmergeable(value)
        }
    }

    private static func unmergeable(_ value: YAMLNode) -> YAMLProblem {
        YAMLProblem(
            code: .wrongType, message: "`<<` takes in a mapping, not \(value.kind)", spot: value.spot,
            hint: "for example `<<: *common`, where `common: &common {…}` stands above")
    }

    private static func checkTag(_ tag: String?, at spot: Spot) throws(YAMLProblem) {
        guard let name = tag, !name.isEmpty, name != "!", !name.hasPrefix("tag:yaml.org,2002:") else { return }
        throw YAMLProblem(
            code: .yamlSyntax, message: "the YAML tag `\(name)` means nothing here", spot: spot,
            hint: "quote the value if it should begin with `!`")
    }
}

extension [YAMLEntry] {
    /// These, and those of the others whose keys are not among them.
    fileprivate func adding(_ others: [YAMLEntry]) -> [YAMLEntry] {
        guard !others.isEmpty else { return self }
        var keys = Set(map(\.key))
        return self + others.filter { keys.insert($0.key).inserted }
    }
}
