import Model

/// Blocks become steps, undos and preludes.
extension Load {
    func readBlocks() {
        for scope in finished { readBlocks(of: scope) }
    }

    private func readBlocks(of scope: LoadingScope) {
        let source = scope.file.source
        reportHidden(scope)
        let firstStep = steps.count
        let firstUndo = undos.count
        var headings = HeadingPath(scope.file.document.headings)
        for block in scope.file.document.blocks {
            guard let text = BlockText(block, in: source) else {
                reportMisspelt(block, scope)
                continue
            }
            guard let entries = metadata(text, block, scope) else { continue }
            // `step` may name a file step, so it decides last.
            let kind = [BlockKey.undo, .prelude, .file, .step].first { key in
                entries.contains { $0.key == key.rawValue }
            }
            guard let kind else {
                suspect(entries, text, block, scope)
                continue
            }
            if !block.isClosed { reportUnclosed(block, scope) }
            let isSwallowing = scope.file.document.swallowed.contains { $0.fence.line == block.line }
            if let stray = text.stray, !isSwallowing {
                findings.report(
                    .strayMetadata, "this line is not metadata: the body has begun", in: source,
                    at: Spot(line: stray.line, column: 1), length: 2, hint: "move it above the body")
            }
            switch kind {
            case .undo: readUndo(entries, text, block, scope)
            case .prelude: readPrelude(entries, text, scope)
            case .step, .file:
                readStep(kind, entries, text, block, scope, headings.path(count: block.headingCount))
            }
        }
        addPreludes(scope, firstStep: firstStep, firstUndo: firstUndo)
        if scope.isInDocumentOrder { order(from: firstStep) }
    }

    /// The block's metadata; nil for prose, and after a finding.
    private func metadata(_ text: BlockText, _ block: CodeBlock, _ scope: LoadingScope) -> [YAMLEntry]? {
        do {
            let root = try YAMLReader.read(text.metadata)
            if case .mapping(let entries) = root?.value { return entries }
            if let (spot, loose) = text.misspelt { report(loose, at: spot, in: block, scope) }
            return nil
        } catch {
            if let (spot, loose) = text.misspelt, text.key == nil || loose.flaw(in: block.language) == .tight {
                report(loose, at: spot, in: block, scope)
                return nil
            }
            guard text.key != nil else { return nil }
            scope.reader.report(error)
            if !block.isClosed { reportUnclosed(block, scope) }
            if let id = BrokenBlock.id(text.metadata) {
                brokenIDs.insert(scope.prefix + id)
            } else {
                isIncomplete = true
            }
            return nil
        }
    }

    private func readStep(
        _ kind: BlockKey, _ entries: [YAMLEntry], _ text: BlockText, _ block: CodeBlock, _ scope: LoadingScope,
        _ headings: [Heading]
    ) {
        scope.reader.pending = []
        var reader = StepReader(
            scope: scope, text: text, block: block, kind: kind, place: scope.file.source.place(text.start))
        guard var step = reader.read(entries) else {
            if let id = BrokenBlock.id(text.metadata) { brokenIDs.insert(scope.prefix + id) }
            return
        }
        classify(&step, scope, headings)
        guard let node = reader.idNode else { return }
        if let first = index[step.id] {
            reportDuplicate(step, node, scope, first: first, kind: kind)
            return
        }
        let draft = StepDraft(
            scope: scope, idSpot: node.spot, idWidth: node.width, hasNeeds: reader.hasNeeds,
            pending: scope.reader.pending, preludeLanguage: reader.preludeLanguage,
            setsPath: scope.variables.contains("PATH") || step.environment.contains { $0.name == "PATH" },
            setsMode: reader.setsMode)
        index[step.id] = steps.count
        steps.append(step)
        drafts.append(draft)
    }

    private func classify(_ step: inout Step, _ scope: LoadingScope, _ headings: [Heading]) {
        let value = values[scope.index]
        step.headings = headings
        if step.title.isEmpty {
            step.title = headings.last?.text ?? String(step.id.dropFirst(scope.prefix.count))
        }
        if step.stage.isEmpty {
            step.stage =
                value.stage ?? headings.first { $0.level == 2 }?.text
                ?? value.title.map { String($0.prefix(Names.labelLimit)) } ?? value.name
        }
        step.layer = step.layer ?? value.layer
        step.owner = step.owner ?? value.owner
    }

    private func reportDuplicate(_ step: Step, _ node: YAMLNode, _ scope: LoadingScope, first: Int, kind: BlockKey) {
        let draft = drafts[first]
        let other = draft.scope.file.source
        findings.report(
            .duplicateID, "there is already a step `\(step.id)`", in: scope.file.source, at: node.spot,
            length: node.width,
            hint: kind == .file ? "two files of one name need ids of their own: add `step: ID`" : "rename one of them",
            related: [
                Diagnostic.Related(
                    place: other.place(draft.idSpot), message: "the first one is here",
                    sourceLine: other.text(line: Int(draft.idSpot.line)))
            ])
    }

    // MARK: - Undo and prelude

    private func readUndo(_ entries: [YAMLEntry], _ text: BlockText, _ block: CodeBlock, _ scope: LoadingScope) {
        let reader = scope.reader
        var helper = StepReader(
            scope: scope, text: text, block: block, kind: .undo, place: reader.source.place(text.start))
        helper.readUndo(entries)
        guard let node = helper.idNode, let target = reader.text(node, "undo") else { return }
        guard text.hasBody else {
            reader.report(
                .nothingToDo, "this undo block has no body", at: node, hint: "write the script below the metadata")
            return
        }
        var undo = Undo(
            place: helper.step.place, interpreter: helper.step.interpreter, prelude: "", body: text.body,
            timeout: helper.step.timeout ?? scope.defaults.timeout)
        undo.bodyPlace = BodyPlace(head: text.bodyHead, line: text.bodyLine)
        undos.append(
            UndoDraft(scope: scope, target: target, node: node, undo: undo, preludeLanguage: helper.preludeLanguage))
    }

    private func readPrelude(_ entries: [YAMLEntry], _ text: BlockText, _ scope: LoadingScope) {
        let reader = scope.reader
        for entry in entries where entry.key != BlockKey.prelude.rawValue {
            if StepKey(rawValue: entry.key) == nil {
                reader.unknownKey(entry, in: "a `prelude` block", known: [BlockKey.prelude.rawValue])
            } else {
                reader.report(.misplacedKey, "`\(entry.key)` does not belong in a `prelude` block", key: entry)
            }
        }
        guard let entry = entries.first(where: { $0.key == BlockKey.prelude.rawValue }),
            let name = reader.text(entry.value, "prelude")
        else { return }
        let language = scope.languages.canonical(name.lowercased())
        guard scope.languages.interpreter(for: language) != nil else {
            reader.report(
                .unknownLanguage, "nothing is known that runs `\(name)`", at: entry.value,
                hint: Suggestion.hint(for: language, among: scope.languages.known)
                    ?? "the languages are \(Reader.list(scope.languages.known))")
            return
        }
        let body = text.body.isEmpty || text.body.utf8.last == UInt8(ascii: "\n") ? text.body : text.body + "\n"
        scope.preludes[language, default: ""] += body
    }

    private func addPreludes(_ scope: LoadingScope, firstStep: Int, firstUndo: Int) {
        guard !scope.preludes.isEmpty else { return }
        for position in firstStep..<steps.count {
            // A file step has no script: it needs the prelude only for its shell commands.
            if case .file = steps[position].kind, !steps[position].asksShell { continue }
            if let text = scope.preludes[drafts[position].preludeLanguage] { steps[position].prelude = text }
        }
        for position in firstUndo..<undos.count {
            if let text = scope.preludes[undos[position].preludeLanguage] { undos[position].undo.prelude = text }
        }
    }

    /// `order: document`: each step without `needs` needs the one before it.
    private func order(from first: Int) {
        guard first < steps.count else { return }
        for position in (first + 1)..<max(first + 1, steps.count) where !drafts[position].hasNeeds {
            steps[position].references.append(
                Reference(
                    relation: .order, text: steps[position - 1].id, place: steps[position].place,
                    targets: [position - 1]))
        }
    }
}
