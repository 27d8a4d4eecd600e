import Model

/// What can only be decided once every key of a block has been read.
extension StepReader {
    mutating func finish() {
        finishInterpreter()
        if file != nil { finishFile() }
        if kind == .step { step.body = text.body }
        finishGates()
        finishBody()
    }

    /// Reads the keys of an undo block.
    mutating func readUndo(_ entries: [YAMLEntry]) {
        for entry in entries {
            guard let key = StepKey(rawValue: entry.key) else {
                reader.unknownKey(entry, in: "an `undo` block", known: FormatKey.names(in: .undo))
                continue
            }
            switch key {
            case .undo: idNode = entry.value
            case .timeout, .shell: readWork(key, entry)
            default:
                reader.report(.misplacedKey, "`\(entry.key)` does not belong in an `undo` block", key: entry)
            }
        }
        finishInterpreter()
    }

    private mutating func finishInterpreter() {
        if let shell {
            step.interpreter = shell.interpreter
        } else if kind != .file {
            if let known = scope.languages.interpreter(for: step.language) {
                step.interpreter = known
            } else if text.hasBody {
                let hint = Suggestion.hint(for: step.language, among: scope.languages.known)
                findings(
                    .unknownLanguage,
                    step.language.isEmpty
                        ? "the block names no language, so nothing can run its body"
                        : "nothing is known that runs `\(step.language)`",
                    hint: step.language.isEmpty
                        ? "write it after the fence: ```` ```bash ````"
                        : hint ?? "say what does: `interpreters: {\(step.language): [program, argument]}` in the front "
                            + "matter, or `shell:` here")
            }
        }
    }

    /// The language whose preludes are put in front of the body.
    var preludeLanguage: String {
        if let language = shell?.language { return language }
        if step.language.isEmpty || kind == .file { return "sh" }
        return scope.languages.canonical(step.language)
    }

    /// Reports at the line of the opening fence.
    private func findings(_ code: DiagnosticCode, _ message: String, hint: String?) {
        let line = reader.source.range(line: block.line)
        let bytes = reader.source.bytes[line]
        let indent = bytes.prefix { $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "~") }
        reader.findings.report(
            code, message, in: reader.source,
            at: Spot(line: block.line, column: SourceText.scalars(in: indent) + 1),
            length: SourceText.scalars(in: bytes) - SourceText.scalars(in: indent), hint: hint)
    }

    // MARK: - Files

    private mutating func finishFile() {
        guard var spec = file else { return }
        let content = isTemplate ? template(text.body) : Template(text.body)
        if let content { spec.content = content }
        step.kind = .file(spec)
        guard let node = idNode else { return }
        if let path = spec.path.constant {
            if path.isEmpty || path.hasSuffix("/") || path.utf8.contains(0) {
                reader.report(.badValue, "`file` must be the path of a file", at: node)
            } else if Path.escapes(path) {
                reader.report(
                    .badValue, "a relative path may not lead out of the step's folder", at: node,
                    hint: "begin it with `${work}/` or `/`")
            }
        }
        guard step.id.isEmpty else { return }
        var name = ""
        for piece in spec.path.pieces.reversed() {
            guard case .text(let text) = piece else {
                reader.report(
                    .missingValue, "the name of this file is not known before an output is, so it needs an id",
                    at: node,
                    hint: "add `step: ID`")
                return
            }
            name = text + name
            if text.utf8.contains(UInt8(ascii: "/")) { break }
        }
        name = Path.base(of: name)
        guard !name.isEmpty, name.utf8.count <= Names.limit else {
            reader.report(.badName, "no id can be made of this path", at: node, hint: "add `step: ID`")
            return
        }
        step.id = "\(scope.prefix)file:\(name)"
    }

    private func template(_ body: String) -> Template? {
        guard Interpolation.isNeeded(body) else { return Template(body) }
        let inner = SourceText(name: "", bytes: Array(body.utf8))
        let step = step
        let source = reader.source
        return reader.template(
            body, "file",
            locate: { offset in
                let line = Int(inner.spot(offset: offset).line)
                let from = inner.range(line: line)
                let to = source.range(line: step.fileLine(ofBody: line - 1))
                // What stands before the line's own text is the indentation of the blocks around it.
                let outside = max(0, to.count - from.count)
                return source.spot(offset: min(to.lowerBound + outside + offset - from.lowerBound, to.upperBound))
            }, allowsOutputs: true)
    }

    // MARK: - Gates

    private mutating func finishGates() {
        if let entry = later[.gate] {
            step.gates = GateReader(reader: reader, defaults: scope.defaults).read(entry.value)
        }
        for gate in step.gates {
            let spot = Spot(line: gate.place.line, column: gate.place.column)
            if case .process = gate.question, !step.isService {
                reader.findings.report(
                    .badGate, "a `process` gate asks for the process of a service, and this step is none",
                    in: reader.source, at: spot, hint: "add `service: true`, or ask something else")
            }
            if case .log = gate.question, !text.hasBody || kind == .file {
                reader.findings.report(
                    .badGate, "a `log` gate reads the step's own output, and this step has no script",
                    in: reader.source, at: spot, hint: "`command: grep …` reads any file")
            }
        }
        guard step.isService, let service = later[.service] else { return }
        let hasProcess = step.gates.contains { if case .process = $0.question { true } else { false } }
        if !hasProcess {
            var gate = Gate(question: .process, place: reader.source.place(service.keySpot))
            gate.within = scope.defaults.within
            gate.every = scope.defaults.every
            step.gates.insert(gate, at: 0)
        }
    }

    // MARK: - Body

    private mutating func finishBody() {
        guard kind == .step else { return }
        if step.isService {
            if let timeout = later[.timeout] {
                reader.report(
                    .misplacedKey, "a service runs on, so it has no `timeout`", key: timeout,
                    hint: "`within` of its gates limits how long it may take to come up")
            }
            if step.isInteractive, let entry = later[.interactive] {
                reader.report(.misplacedKey, "a service cannot have the terminal", key: entry)
            }
            step.timeout = nil
        }
        guard !text.hasBody else { return }
        step.body = ""
        guard let node = idNode else { return }
        if step.isService {
            reader.report(.nothingToDo, "a service needs a body: the process to run", at: node)
        } else if step.gates.isEmpty, later[.gate] == nil, step.confirm == nil {
            reader.report(
                .nothingToDo, "step `\(step.id)` has no body, no `gate` and no `confirm`", at: node,
                hint: "write the script below the metadata")
        } else if let outputs = later[.outputs] {
            reader.report(.nothingToDo, "without a body there is nothing that could write outputs", key: outputs)
        }
    }
}
