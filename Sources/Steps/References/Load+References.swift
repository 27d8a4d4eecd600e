import Model

/// Names become indices: needs, outputs, undos.
extension Load {
    /// - Returns: false when there are more needs than a graph is made of.
    func resolve() -> Bool {
        var resolution = Resolution(self)
        checkCapabilities(resolution)
        // Every relation counts: a step may use a capability that thousands provide.
        var left = Limits.needs
        for position in steps.indices {
            guard resolveReferences(of: position, &resolution, &left) else {
                report(
                    .tooManyNeeds, "all needs together are more than \(Limits.needs)", at: position,
                    hint: "put one step between two large stages, and need that")
                return false
            }
            resolveOutputs(of: position, &resolution)
            closeFile(at: position)
            steps[position].needs = Self.merged(steps[position].references.filter(\.isOrdering).map(\.targets))
        }
        resolveUndos(resolution)
        return true
    }

    /// The members of sorted lists, each once, sorted.
    private static func merged(_ lists: [[Int]]) -> [Int] {
        guard lists.count > 1 else { return lists.first ?? [] }
        var all: [Int] = []
        for target in lists.joined().sorted() where target != all.last { all.append(target) }
        return all
    }

    /// Reports at the id of a step.
    func report(
        _ code: DiagnosticCode, _ message: String, at position: Int, hint: String? = nil,
        related: [Diagnostic.Related] = []
    ) {
        let draft = drafts[position]
        findings.report(
            code, message, in: draft.scope.file.source, at: draft.idSpot, length: draft.idWidth, hint: hint,
            related: related)
    }

    /// A place of a loaded file with its line.
    func related(_ place: Place, _ message: String, in scope: LoadingScope) -> Diagnostic.Related {
        Diagnostic.Related(place: place, message: message, sourceLine: scope.file.source.text(line: place.line))
    }

    private func report(
        _ code: DiagnosticCode, _ message: String, _ reference: Reference, at position: Int, hint: String?
    ) {
        findings.report(
            code, message, in: drafts[position].scope.file.source,
            at: Spot(line: reference.place.line, column: reference.place.column),
            length: reference.text.unicodeScalars.count, hint: hint)
    }

    /// A capability may share its name with a step only when that step is all that provides it.
    private func checkCapabilities(_ resolution: Resolution) {
        for (name, providers) in resolution.providers.sorted(by: { $0.key < $1.key }) {
            guard let step = index[name], providers != [step] else { continue }
            let other = providers.first { $0 != step } ?? step
            report(
                .ambiguousCapability, "`\(name)` is both a step and a capability that `\(steps[other].id)` provides",
                at: step, hint: "rename one of the two",
                related: [related(steps[other].place, "provided here", in: drafts[other].scope)])
        }
    }

    // MARK: - References

    /// - Parameter left: how many more targets the references of all steps may have.
    /// - Returns: false when there are more.
    private func resolveReferences(of position: Int, _ resolution: inout Resolution, _ left: inout Int) -> Bool {
        let scope = drafts[position].scope
        for number in steps[position].references.indices {
            let reference = steps[position].references[number]
            guard reference.relation != .order else { continue }
            switch resolution.find(reference.text, from: scope) {
            case .step(let target):
                if target == position { reportSelf(reference, position) }
                steps[position].references[number].targets = target == position ? [] : [target]
            case .capability(let applicable, let all):
                steps[position].references[number].targets = applicable.filter { $0 != position }
                if all.contains(position) { reportSelf(reference, position) }
                if applicable.isEmpty, reference.relation == .needs, steps[position].mayApply {
                    reportInapplicable(reference, all, position)
                }
            case .group(let members):
                let others = members.filter { $0 != position }
                steps[position].references[number].targets = others
                if others.isEmpty {
                    let what = reference.text.hasPrefix("#") ? "under this heading" : "of this stage"
                    report(
                        .nothingMeetsNeed, "there is no \(members.isEmpty ? "" : "other ")step \(what)", reference,
                        at: position, hint: nil)
                }
            case .nothing: reportUnknown(reference, position, &resolution)
            }
            left -= steps[position].references[number].targets.count
            if left < 0 { return false }
        }
        return true
    }

    private func reportSelf(_ reference: Reference, _ position: Int) {
        let verb = reference.relation == .needs ? "need" : reference.relation.rawValue.dropLast().description
        report(
            .selfReference, "step `\(steps[position].id)` cannot \(verb) itself", reference, at: position,
            hint: reference.text == steps[position].id ? nil : "it provides `\(reference.text)` itself")
    }

    private func reportInapplicable(_ reference: Reference, _ all: [Int], _ position: Int) {
        let whys = all.prefix(3).map { provider in
            guard case .decided(_, let text) = steps[provider].when else { return "`\(steps[provider].id)`" }
            return "`\(steps[provider].id)` applies only when \(text)"
        }
        report(
            .nothingMeetsNeed, "no step that provides `\(reference.text)` applies", reference, at: position,
            hint: whys.joined(separator: "; "))
    }

    private func reportUnknown(_ reference: Reference, _ position: Int, _ resolution: inout Resolution) {
        let scope = drafts[position].scope
        guard !isIncomplete, !brokenIDs.contains(scope.prefix + reference.text), !brokenIDs.contains(reference.text)
        else { return }
        let text = reference.text
        let message: String
        if text.hasPrefix("#") {
            message = "there is no heading `\(text)`"
        } else if text.hasPrefix("stage:") {
            message = "there is no stage `\(text.dropFirst(6))`"
        } else {
            message = "there is no step or capability `\(text)`"
        }
        report(
            .unknownReference, message, reference, at: position, hint: resolution.hint(for: text, from: scope))
    }

    // MARK: - Outputs

    private func resolveOutputs(of position: Int, _ resolution: inout Resolution) {
        guard !drafts[position].pending.isEmpty else { return }
        let scope = drafts[position].scope
        var renamed: [String: String] = [:]
        for pending in drafts[position].pending {
            guard let target = resolution.step(pending.step, from: scope) else {
                if !isIncomplete, !brokenIDs.contains(scope.prefix + pending.step), !brokenIDs.contains(pending.step) {
                    report(
                        .unknownName, "there is no step `\(pending.step)`", pending, scope,
                        hint: resolution.stepHint(for: pending.step, from: scope))
                }
                continue
            }
            if steps[target].id != pending.step { renamed[pending.step] = steps[target].id }
            guard check(pending, of: target, for: position), target != position else { continue }
            let isKnown = steps[position].references.contains { $0.relation == .output && $0.targets == [target] }
            if !isKnown {
                steps[position].references.append(
                    Reference(
                        relation: .output, text: "\(pending.step).\(pending.name)",
                        place: scope.file.source.place(pending.spot), targets: [target]))
            }
        }
        guard !renamed.isEmpty else { return }
        steps[position].mapTemplates { template in
            var template = template
            template.pieces = template.pieces.map { piece in
                guard case .output(let step, let name) = piece, let full = renamed[step] else { return piece }
                return .output(step: full, name: name)
            }
            return template
        }
    }

    /// A file that takes in a secret output is private unless its mode was chosen.
    private func closeFile(at position: Int) {
        guard case .file(var file) = steps[position].kind, !drafts[position].setsMode else { return }
        let takesSecret = file.content.outputs.contains { reference in
            guard let target = index[reference.step] else { return false }
            return steps[target].outputs.contains { $0.name == reference.name && $0.isSecret }
        }
        guard takesSecret else { return }
        file.mode = 0o600
        steps[position].kind = .file(file)
    }

    private func check(_ pending: PendingOutput, of target: Int, for position: Int) -> Bool {
        let scope = drafts[position].scope
        let outputs = steps[target].outputs.map(\.name)
        guard outputs.contains(pending.name) else {
            report(
                .unknownOutput, "step `\(pending.step)` declares no output `\(pending.name)`", pending, scope,
                hint: Suggestion.hint(for: pending.name, among: outputs)
                    ?? (outputs.isEmpty
                        ? "add `outputs: [\(pending.name)]` to it" : "it declares \(Reader.list(outputs))"))
            return false
        }
        if target == position, !pending.isInGate {
            report(
                .unusableOutput, "a step's own outputs are known only to its gates", pending, scope,
                hint: "the body can keep the value in a variable")
            return false
        }
        if case .decided(false, let text) = steps[target].when, steps[position].mayApply {
            report(
                .unusableOutput, "step `\(pending.step)` does not apply, so its outputs are never known", pending,
                scope,
                hint: "it applies only when \(text)")
            return false
        }
        if let condition = steps[target].when, !steps[position].shares(condition), steps[position].mayApply,
            target != position,
            !steps[position].references.contains(where: { $0.relation == .output && $0.targets == [target] })
        {
            report(
                .outputOfConditional,
                "`\(steps[position].id)` takes an output of `\(pending.step)`, which may not apply: then it fails",
                pending, scope,
                hint: "give both the same `when`: `\(pending.step)` applies when \(condition.text)")
        }
        return true
    }

    private func report(
        _ code: DiagnosticCode, _ message: String, _ pending: PendingOutput, _ scope: LoadingScope, hint: String?
    ) {
        findings.report(
            code, message, in: scope.file.source, at: pending.spot, length: pending.width, hint: hint)
    }

    // MARK: - Undo

    private func resolveUndos(_ resolution: Resolution) {
        for draft in undos {
            guard let target = resolution.step(draft.target, from: draft.scope) else {
                if isIncomplete || brokenIDs.contains(draft.scope.prefix + draft.target) { continue }
                let ids = steps.lazy.map(\.id).filter { $0.hasPrefix(draft.scope.prefix) }
                    .map { String($0.dropFirst(draft.scope.prefix.count)) }
                draft.scope.reader.report(
                    .unknownUndo, "there is no step `\(draft.target)` to undo", at: draft.node,
                    hint: Suggestion.hint(for: draft.target, among: ids))
                continue
            }
            if let first = steps[target].undo {
                findings.report(
                    .duplicateUndo, "step `\(steps[target].id)` has an undo block already",
                    in: draft.scope.file.source, at: draft.node.spot, length: draft.node.width,
                    hint: "put both scripts into one block",
                    related: [
                        Diagnostic.Related(
                            place: first.place, message: "the first one is here",
                            sourceLine: undos.first { $0.undo.place == first.place }?
                                .scope.file.source.text(line: first.place.line))
                    ])
                continue
            }
            steps[target].undo = draft.undo
        }
    }
}

extension Condition {
    /// As written, for people.
    fileprivate var text: String {
        switch self {
        case .decided(_, let text): text
        case .command(let command): "`\(command.display)` says so"
        }
    }
}

extension Step {
    /// Where this step applies, a step with that condition does.
    fileprivate func shares(_ condition: Condition) -> Bool {
        switch (when, condition) {
        // Without a param in it, it holds always.
        case (_, .decided(true, "true")): true
        case (.command(let own), .command(let other)): own == other
        case (.decided(_, let own), .decided(_, let other)):
            Set(own.components(of: ", ")).isSuperset(of: other.components(of: ", "))
        default: false
        }
    }
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] { split(separator: separator) }
}
