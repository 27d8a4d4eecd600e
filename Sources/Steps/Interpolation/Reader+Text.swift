import Model
import Patterns

/// Text with `${…}`: constant text, templates, code and shell commands.
extension Reader {
    /// Text that must be known now: params, built-ins and environment are put in, outputs are refused.
    func text(_ node: YAMLNode, _ label: String, _ wanted: String = "text") -> String? {
        guard let raw = scalar(node, label, wanted) else { return nil }
        guard Interpolation.isNeeded(raw) else { return raw }
        return template(raw, label, locate: locator(node, raw), allowsOutputs: false)?.constant
    }

    /// The same, with the names of the params that were put in.
    func constant(_ node: YAMLNode, _ label: String) -> Template? {
        guard let raw = scalar(node, label) else { return nil }
        guard Interpolation.isNeeded(raw) else { return Template(raw) }
        return template(raw, label, locate: locator(node, raw), allowsOutputs: false)
    }

    /// Text in which outputs may be missing until their steps are done.
    func template(_ node: YAMLNode, _ label: String) -> Template? {
        guard let raw = scalar(node, label) else { return nil }
        guard Interpolation.isNeeded(raw) else { return Template(raw) }
        return template(raw, label, locate: locator(node, raw), allowsOutputs: true)
    }

    /// A shell command: nothing is put in, so no value can become code; the shell expands params itself.
    func command(_ node: YAMLNode, _ label: String) -> Template? {
        guard let raw = scalar(node, label) else { return nil }
        guard !raw.utf8.allSatisfy({ BlockLines.isBlank($0) || $0 == UInt8(ascii: "\n") }) else {
            report(.missingValue, "`\(label)` is an empty command", at: node)
            return nil
        }
        guard !TruthText.isMeant(raw) || TruthText.isCommand(raw) else {
            report(
                .constantCondition, "`\(raw)` is no shell command that could answer `\(label)`", at: node,
                hint: label == "when"
                    ? "compare a param, `when: {tls: true}`, or write `true` or `false`"
                    : "write a command; `true` and `false` are commands")
            return nil
        }
        guard let found = ShellText.foreignReference(in: raw) else { return Template(raw) }
        findings.report(
            .unusableValue, "`${\(found.text)}` means nothing to the shell that runs `\(label)`", in: source,
            at: locator(node, raw)(found.offset), length: found.text.unicodeScalars.count + 3,
            hint: found.isEnvironment
                ? "commands see the environment: write `$\(found.text.dropFirst(4))`"
                : "hand the output over in `env:`, and write `$NAME` here")
        return nil
    }

    /// A regular expression: values are put in as literal text.
    func pattern(_ node: YAMLNode, _ label: String) -> String? {
        guard let raw = scalar(node, label) else { return nil }
        var pattern = raw
        if Interpolation.isNeeded(raw), raw.contains("${") {
            guard
                let text = template(
                    raw, label, locate: locator(node, raw), allowsOutputs: false, encode: { Pattern.escaped($0) })?
                    .constant
            else { return nil }
            pattern = text
        }
        do { _ = try Pattern(pattern) } catch {
            report(.badPattern, "`\(label)` is not a regular expression: \(error.message)", at: node)
            return nil
        }
        return pattern
    }

    /// A jq program: values may not bring operators or quotes with them.
    func program(_ node: YAMLNode, _ label: String) -> String? {
        guard let raw = scalar(node, label) else { return nil }
        var program = raw
        if raw.contains("${") {
            guard
                let text = template(
                    raw, label, locate: locator(node, raw), allowsOutputs: false,
                    encode: { ShellText.isHarmless($0) ? $0 : nil })?.constant
            else { return nil }
            program = text
        }
        if let problem = checks.jq?(program) {
            report(.badJQ, "`\(label)` is not a jq program: \(problem)", at: node)
            return nil
        }
        return program
    }

    /// Most findings in one text.
    private static var mostFindings: Int { 100 }

    /// Replaces what `${…}` stands for; nil after a finding.
    ///
    /// - Parameters:
    ///   - locate: the spot in the file of a byte offset in `raw`.
    ///   - encode: makes a value fit to be put in; nil when it cannot be.
    func template(
        _ raw: String, _ label: String, locate: (Int) -> Spot, allowsOutputs: Bool,
        encode: (String) -> String? = { $0 }
    ) -> Template? {
        let segments: [Interpolation.Segment]
        do {
            segments = try Interpolation.segments(of: raw)
        } catch {
            findings.report(
                .badInterpolation, error.message, in: source, at: locate(error.offset), length: error.length,
                hint: error.hint)
            return nil
        }
        var pieces: [Template.Piece] = []
        var params: Set<String> = []
        var isComplete = true
        var text = ""
        let before = findings.diagnostics.count
        for segment in segments {
            // Each one found costs a walk through the text.
            if findings.diagnostics.count - before >= Self.mostFindings { break }
            switch segment {
            case .text(let part): text += part
            case .name(let name, let offset):
                if let value = value(name, at: locate(offset)),
                    let code = encoded(value, name, locate(offset), encode), fits(code, label, locate(offset))
                {
                    text += code
                    if names.param(name) != nil { params.insert(name) }
                } else {
                    isComplete = false
                }
            case .environment(let name, let offset):
                if let value = variable(name, at: locate(offset)),
                    let code = encoded(value, name, locate(offset), encode), fits(code, label, locate(offset))
                {
                    text += code
                } else {
                    isComplete = false
                }
            case .output(let step, let name, let offset):
                guard accept(step, name, label, at: locate(offset), allowsOutputs) else {
                    isComplete = false
                    continue
                }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.output(step: step, name: name))
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return isComplete ? Template(pieces: pieces, params: params.sorted()) : nil
    }

    private func value(_ name: String, at spot: @autoclosure () -> Spot) -> String? {
        if let param = names.param(name) { return param.value }
        if let builtin = names.builtin(name) { return builtin }
        if let others = names.conflicts[name] {
            let files = others.map { $0.place.file }
            findings.report(
                .unknownName, "`\(name)` has different values in \(Reader.list(files))", in: source, at: spot(),
                length: name.unicodeScalars.count + 3, hint: "declare it in this file's `params`")
            return nil
        }
        let isVariable = names.environment[name] != nil
        findings.report(
            .unknownName, "there is no param `\(name)`", in: source, at: spot(), length: name.unicodeScalars.count + 3,
            hint: Suggestion.hint(for: name, among: names.known)
                ?? (isVariable
                    ? "`${env.\(name)}` is the variable of the environment"
                    : "declare it in the front matter's `params`, or write `$${\(name)}` for the characters themselves")
        )
        return nil
    }

    private func variable(_ name: String, at spot: @autoclosure () -> Spot) -> String? {
        if let secret = names.secretSources[name] {
            findings.report(
                .unusableValue, "`\(name)` is where the secret `\(secret)` comes from: it cannot stand in text",
                in: source, at: spot(), length: name.unicodeScalars.count + 7,
                hint: "ask for it with `secrets: [\(secret)]`, and the body sees `$\(secret)`")
            return nil
        }
        if let value = names.environment[name] { return value }
        findings.report(
            .unknownName, "the environment has no variable `\(name)`", in: source, at: spot(),
            length: name.unicodeScalars.count + 7, hint: "set it, or declare a param with a default in its place")
        return nil
    }

    private func encoded(
        _ value: String, _ name: String, _ spot: @autoclosure () -> Spot, _ encode: (String) -> String?
    ) -> String? {
        if let code = encode(value) { return code }
        findings.report(
            .unusableValue, "the value of `\(name)` cannot be put into a jq program", in: source, at: spot(),
            length: name.unicodeScalars.count + 3, hint: "it may have only letters, digits, `_`, `.`, `:`, `/` and `-`")
        return nil
    }

    /// False, told once, when all texts together become too large by it.
    private func fits(_ value: String, _ label: String, _ spot: @autoclosure () -> Spot) -> Bool {
        let wasSpent = budget.isSpent
        if budget.take(value.utf8.count) { return true }
        if !wasSpent {
            findings.report(
                .textTooLarge,
                "with `\(label)`, texts in which references are replaced are larger than "
                    + "\(TextBudget.limit >> 20) MiB together", in: source, at: spot(), length: 2,
                hint: "a param is put into too many places, or into params that are")
        }
        return false
    }

    private func accept(_ step: String, _ name: String, _ label: String, at spot: Spot, _ isAllowed: Bool) -> Bool {
        let width = step.unicodeScalars.count + name.unicodeScalars.count + 4
        if isAllowed {
            pending.append(PendingOutput(step: step, name: name, spot: spot, width: width, isInGate: isInGate))
            return true
        }
        findings.report(
            .unusableOutput, "`\(label)` must be known before anything runs, and an output is not", in: source,
            at: spot,
            length: width, hint: "use a param, or hand the output over in `env:`")
        return false
    }

    /// Finds bytes of a scalar's value in the file: the n-th `${` of the value is the n-th one after its start.
    func locator(_ node: YAMLNode, _ raw: String) -> (Int) -> Spot {
        { [source] offset in
            let bytes = Array(raw.utf8)
            var ordinal = 0
            for index in bytes.indices.dropLast() where index <= offset && bytes[index] == UInt8(ascii: "$") {
                if bytes[index + 1] == UInt8(ascii: "{") { ordinal += 1 }
            }
            var position = source.offset(of: node.spot)
            while position + 1 < source.bytes.count {
                if source.bytes[position] == UInt8(ascii: "$"), source.bytes[position + 1] == UInt8(ascii: "{") {
                    ordinal -= 1
                    if ordinal <= 0 { return source.spot(offset: position) }
                }
                position += 1
            }
            return node.spot
        }
    }
}
