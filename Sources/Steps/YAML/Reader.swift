import Model

/// Reads the metadata of one loaded file: typed values out of nodes, and a finding for each that does not fit.
final class Reader {
    let source: SourceText
    let findings: Findings
    let checks: LoadChecks
    let budget: TextBudget
    var names: ScopeNames
    /// Outputs met since they were last taken.
    var pending: [PendingOutput] = []
    var isInGate = false

    init(source: SourceText, findings: Findings, checks: LoadChecks, budget: TextBudget, names: ScopeNames) {
        self.source = source
        self.findings = findings
        self.checks = checks
        self.budget = budget
        self.names = names
    }

    func report(
        _ code: DiagnosticCode, _ message: String, at node: YAMLNode, hint: @autoclosure () -> String? = nil
    ) {
        findings.report(code, message, in: source, at: node.spot, length: node.width, hint: hint())
    }

    func report(
        _ code: DiagnosticCode, _ message: String, key entry: YAMLEntry, hint: @autoclosure () -> String? = nil
    ) {
        findings.report(code, message, in: source, at: entry.keySpot, length: entry.keyWidth, hint: hint())
    }

    func report(_ problem: YAMLProblem) {
        var related: [Diagnostic.Related] = []
        if let spot = problem.related {
            related = [
                Diagnostic.Related(
                    place: source.place(spot), message: "first written here",
                    sourceLine: source.text(line: Int(spot.line)))
            ]
        }
        findings.report(
            problem.code, problem.message, in: source, at: problem.spot, hint: problem.hint, related: related)
    }

    // MARK: - Shapes

    /// The scalar as it is written; a finding for anything else.
    ///
    /// - Parameter wanted: what it should be, in a person's words.
    func scalar(_ node: YAMLNode, _ label: String, _ wanted: String = "text") -> String? {
        guard let text = node.scalar else {
            report(.wrongType, "`\(label)` must be \(wanted), not \(node.kind)", at: node)
            return nil
        }
        guard !node.isNull else {
            report(.missingValue, "`\(label)` has no value", at: node, hint: numberSignHint(node))
            return nil
        }
        return text
    }

    /// YAML takes an unquoted `#heading` for a comment, which leaves nothing behind.
    private func numberSignHint(_ node: YAMLNode) -> String? {
        let line = source.range(line: Int(node.spot.line))
        let rest = source.bytes[min(source.offset(of: node.spot), line.upperBound)..<line.upperBound]
        return rest.contains(UInt8(ascii: "#")) ? "YAML takes `#` for a comment: quote it, as in '#heading'" : nil
    }

    /// The items of a list, or the one value that stands in its place.
    func items(_ node: YAMLNode) -> [YAMLNode] {
        if case .sequence(let items) = node.value { items } else { [node] }
    }

    func entries(_ node: YAMLNode, _ label: String, example: String) -> [YAMLEntry]? {
        if case .mapping(let entries) = node.value { return entries }
        report(.wrongType, "`\(label)` must be a mapping, not \(node.kind)", at: node, hint: "for example `\(example)`")
        return nil
    }

    func unknownKey(_ entry: YAMLEntry, in what: String, known: [String]) {
        report(
            .unknownKey, "\(what) has no key `\(entry.key)`", key: entry,
            hint: ForeignNames.key(for: entry.key, among: known).map { "it is called `\($0)` here" }
                ?? Suggestion.hint(for: entry.key, among: known)
                ?? (known.count > 12
                    ? "docs/format.md lists its keys"
                    : "\(known.count == 1 ? "its only key is" : "its keys are") \(Self.list(known))"))
    }

    /// `a`, `b` and `c`
    static func list(_ names: [String], word: String = "and") -> String {
        let quoted = names.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " \(word) " + last
    }

    // MARK: - Typed scalars

    func flag(_ node: YAMLNode, _ label: String) -> Bool? {
        guard let value = text(node, label, "true or false") else { return nil }
        switch value {
        case "true": return true
        case "false": return false
        default:
            report(.wrongType, "`\(label)` must be true or false, not `\(value)`", at: node)
            return nil
        }
    }

    func integer(_ node: YAMLNode, _ label: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = text(node, label, "a whole number") else { return nil }
        guard let number = Int(value) else {
            report(.wrongType, "`\(label)` must be a whole number, not `\(value)`", at: node)
            return nil
        }
        guard range.contains(number) else {
            report(
                .outOfRange, "`\(label)` must be from \(range.lowerBound) to \(range.upperBound), not \(number)",
                at: node)
            return nil
        }
        return number
    }

    /// - Parameter range: with whole bounds.
    func number(_ node: YAMLNode, _ label: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = text(node, label, "a number") else { return nil }
        guard let number = Double(value), number.isFinite else {
            report(.wrongType, "`\(label)` must be a number, not `\(value)`", at: node)
            return nil
        }
        guard range.contains(number) else {
            let (least, most) = (Int(range.lowerBound), Int(range.upperBound))
            report(.outOfRange, "`\(label)` must be from \(least) to \(most), not \(value)", at: node)
            return nil
        }
        return number
    }

    func duration(_ node: YAMLNode, _ label: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let value = text(node, label, "a duration") else { return nil }
        let duration: Duration
        do {
            duration = try DurationText.parse(value)
        } catch {
            report(.badDuration, "`\(label)`: \(error.message)", at: node, hint: error.hint)
            return nil
        }
        guard range.contains(duration) else {
            let least = DurationText.text(range.lowerBound)
            let most = DurationText.text(range.upperBound)
            report(.outOfRange, "`\(label)` must be from \(least) to \(most), not \(value)", at: node)
            return nil
        }
        return duration
    }

    /// The name of a stage, layer and the like, which many steps share.
    func label(_ node: YAMLNode, _ label: String) -> String? {
        guard let value = text(node, label) else { return nil }
        guard value.utf8.count <= Names.labelLimit else {
            report(.badName, "`\(label)` is longer than \(Names.labelLimit) bytes", at: node, hint: "shorten it")
            return nil
        }
        return value
    }

    /// An id, capability, pool or prefix.
    func id(_ node: YAMLNode, _ label: String) -> String? {
        guard let value = text(node, label) else { return nil }
        guard Names.isID(value) else {
            report(.badName, "`\(label)`: `\(value)` is not a usable id", at: node, hint: Names.idHint)
            return nil
        }
        return value
    }

    /// The name of a variable that bodies will see.
    func variable(_ entry: YAMLEntry, _ label: String) -> String? {
        guard Names.isIdentifier(entry.key.utf8) else {
            report(
                .badName, "\(label) `\(entry.key)` cannot be the name of a variable", key: entry,
                hint: "use letters, digits and `_`, and begin with a letter")
            return nil
        }
        return entry.key
    }
}
