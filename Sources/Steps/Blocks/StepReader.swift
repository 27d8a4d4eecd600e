import Model

/// Reads the metadata of a `step:` or `file:` block, key by key.
struct StepReader {
    let scope: LoadingScope
    let text: BlockText
    let block: CodeBlock
    let kind: BlockKey
    var step: Step
    var file: FileSpec?
    var idNode: YAMLNode?
    var hasNeeds = false
    var shell: (interpreter: Interpreter, language: String?)?
    /// Entries that can only be judged once all keys are known.
    var later: [StepKey: YAMLEntry] = [:]
    var isTemplate = false
    private var mode: UInt32?
    private var fileOwner: String?
    private var fileGroup: String?

    var reader: Reader { scope.reader }
    var setsMode: Bool { mode != nil }

    init(scope: LoadingScope, text: BlockText, block: CodeBlock, kind: BlockKey, place: Place) {
        self.scope = scope
        self.text = text
        self.block = block
        self.kind = kind
        step = Step(
            id: "", place: place, scope: scope.index, title: "", interpreter: .sh, directory: scope.directory)
        step.retries = scope.defaults.retries
        if kind == .step { step.timeout = scope.defaults.timeout }
        step.language = block.language
        step.bodyHead = text.bodyHead
        step.bodyLine = text.bodyLine
    }

    /// Nil when nothing usable came out; findings say why.
    mutating func read(_ entries: [YAMLEntry]) -> Step? {
        for entry in entries {
            guard let key = StepKey(rawValue: entry.key) else {
                reader.unknownKey(entry, in: "a `\(kind.rawValue)` block", known: FormatKey.names(in: kind.place))
                continue
            }
            if key.isReserved {
                reader.report(.notSupportedYet, "`\(entry.key)` is not supported yet", key: entry)
            } else if key.format(in: kind) != nil {
                if !readIdentity(key, entry), !readClass(key, entry) { readWork(key, entry) }
            } else {
                misplaced(entry)
            }
        }
        file?.mode = mode ?? 0o644
        file?.owner = fileOwner
        file?.group = fileGroup
        finish()
        return step.id.isEmpty ? nil : step
    }

    private func misplaced(_ entry: YAMLEntry) {
        let other = BlockKey(rawValue: entry.key)
        reader.report(
            .misplacedKey, "`\(entry.key)` does not belong in a `\(kind.rawValue)` block", key: entry,
            hint: other == nil ? nil : "make it a block of its own")
    }

    // MARK: - What it is

    private mutating func readIdentity(_ key: StepKey, _ entry: YAMLEntry) -> Bool {
        let value = entry.value
        switch key {
        case .step:
            guard let id = reader.text(value, "step") else { return true }
            idNode = value
            checkID(id, at: value)
            step.id = scope.prefix + id
        case .file:
            guard let path = reader.path(value, "file") else { return true }
            file = FileSpec(path: path, content: Template(""))
            if idNode == nil { idNode = value }
        case .template: isTemplate = reader.flag(value, "template") ?? false
        case .mode:
            guard let text = reader.text(value, "mode") else { return true }
            if let mode = Self.mode(text) {
                self.mode = mode
            } else {
                reader.report(
                    .badValue, "`\(text)` is not a file mode", at: value,
                    hint: "write octal digits as for chmod: `0644`, `640`, `0o600`")
            }
        case .group: fileGroup = reader.text(value, "group")
        case .owner where kind == .file: fileOwner = reader.text(value, "owner")
        default: return false
        }
        return true
    }

    private func checkID(_ id: String, at node: YAMLNode) {
        if id == "env" {
            reader.report(
                .badName, "a step cannot be called `env`", at: node, hint: "`${env.NAME}` means the environment")
        } else if !Names.isID(id) {
            reader.report(.badName, "`\(id)` is not a usable id", at: node, hint: Names.idHint)
        } else if id == "latest" || id.utf8.allSatisfy(Names.isDigit) {
            reader.report(
                .badName, "a step cannot be called `\(id)`: to commands that is a run", at: node,
                hint: "call it `step-\(id)`")
        }
    }

    /// Octal digits, with or without `0o`.
    static func mode(_ text: String) -> UInt32? {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard (3...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let mode = UInt32(digits, radix: 8), mode <= 0o7777
        else { return nil }
        return mode
    }

    // MARK: - Where it belongs

    private mutating func readClass(_ key: StepKey, _ entry: YAMLEntry) -> Bool {
        let value = entry.value
        switch key {
        case .title: step.title = reader.text(value, "title") ?? ""
        case .stage: step.stage = reader.label(value, "stage") ?? ""
        case .layer: step.layer = reader.label(value, "layer")
        case .component: step.component = reader.label(value, "component")
        case .owner: step.owner = reader.label(value, "owner")
        case .tags: step.tags = reader.items(value).compactMap { reader.text($0, "tags") }
        case .needs:
            hasNeeds = true
            addReferences(.needs, value)
        case .uses: addReferences(.uses, value)
        case .monitors: addReferences(.monitors, value)
        case .operates: addReferences(.operates, value)
        case .provides:
            for item in reader.items(value) {
                guard let name = reader.id(item, "provides") else { continue }
                let full = scope.prefix + name
                if step.provides.contains(full) {
                    reader.report(.duplicateKey, "`\(name)` is provided twice", at: item)
                } else {
                    step.provides.append(full)
                }
            }
        case .estimate: step.estimate = reader.duration(value, "estimate", in: Limits.estimate)
        case .accept: readAccepts(value)
        default: return false
        }
        return true
    }

    private mutating func addReferences(_ relation: Reference.Relation, _ value: YAMLNode) {
        for item in reader.items(value) {
            guard let text = reader.text(item, relation.rawValue) else { continue }
            step.references.append(
                Reference(relation: relation, text: text, place: reader.source.place(item.spot)))
        }
    }

    private mutating func readAccepts(_ value: YAMLNode) {
        guard let entries = reader.entries(value, "accept", example: "{W302: \"why it is acceptable\"}") else { return }
        for entry in entries {
            let digits = entry.key.dropFirst()
            guard entry.key.hasPrefix("W"), digits.utf8.count == 3, digits.utf8.allSatisfy(Names.isDigit) else {
                reader.report(
                    .badValue, "`\(entry.key)` is not the code of a warning", key: entry, hint: "codes look like `W302`"
                )
                continue
            }
            guard HazardCode(rawValue: entry.key) != nil else {
                let known = HazardCode.allCases.map(\.rawValue)
                reader.report(
                    .badValue, "`\(entry.key)` is not the code of a hazard", key: entry,
                    hint: Suggestion.nearest(to: entry.key, among: known).map { "did you mean `\($0)`?" }
                        ?? "docs/hazards.md lists them")
                continue
            }
            guard let reason = reader.text(entry.value, entry.key) else { continue }
            guard !reason.isEmpty else {
                reader.report(.missingValue, "say why `\(entry.key)` is acceptable", at: entry.value)
                continue
            }
            step.accepts.append(
                AcceptedHazard(code: entry.key, reason: reason, place: reader.source.place(entry.keySpot)))
        }
    }
}
