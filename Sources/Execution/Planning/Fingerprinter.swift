internal import Cryptography
package import Model

/// Computes what a step's result stands for.
package struct Fingerprinter {
    private let runbook: Runbook
    private let values: Values
    private let preludes = PreludeDigests()

    package init(runbook: Runbook, values: Values) {
        self.runbook = runbook
        self.values = values
    }

    /// Longest value that stands in a fingerprint as it is; longer ones stand as their digest.
    static let longestPlainValue = 64

    /// The fingerprint of a step now; nil while an output that it names is not known yet.
    package func fingerprint(_ index: Int) throws(ValueError) -> Fingerprint? {
        let step = runbook.steps[index]
        let scope = runbook.scopes[step.scope]
        var parts: [Fingerprint.Part] = []
        func add(_ name: String, _ value: String) { parts.append(Fingerprint.Part(name: name, value: value)) }

        for reference in outputReferences(of: step, in: scope) {
            guard let value = try values.fingerprintValue(reference) else { return nil }
            add("output \(reference.step).\(reference.name)", Self.short(value))
        }
        for name in step.paramNames(in: scope) {
            if let param = scope.params.first(where: { $0.name == name }) {
                add("param \(name)", Self.short(param.value))
            }
        }
        for variable in step.environment { add("env \(variable.name)", Self.short(variable.value.display)) }
        if step.directory.constant != scope.directory { add("dir", Self.short(step.directory.display)) }
        switch step.kind {
        case .script:
            add("script", definition(index).digest)
            add("interpreter", step.interpreter.arguments.joined(separator: " "))
            if !step.prelude.isEmpty { add("prelude", preludes.digest(step.prelude)) }
        case .file(let file):
            add("content", definition(index).digest)
            add("path", Self.short(file.path.display))
            add("mode", String(file.mode, radix: 8))
            if let owner = file.owner { add("owner", owner) }
            if let group = file.group { add("group", group) }
        }
        parts.sort { $0.name < $1.name }
        return Fingerprint(parts: parts)
    }

    /// The text of a step, as it is kept for `explain`: outputs stand as their names.
    package func definition(_ index: Int) -> Definition {
        let step = runbook.steps[index]
        let text =
            switch step.kind {
            case .script: Self.normalised(step.body)
            case .file(let file): file.content.display
            }
        return Definition(digest: Self.digest(text), text: text)
    }

    /// Outputs whose values the step sees, each once.
    private func outputReferences(of step: Step, in scope: Scope) -> [OutputReference] {
        var references: Set<OutputReference> = []
        for variable in step.environment + scope.environment { references.formUnion(variable.value.outputs) }
        references.formUnion(step.directory.outputs)
        if case .file(let file) = step.kind {
            references.formUnion(file.path.outputs)
            references.formUnion(file.content.outputs)
        }
        return references.sorted()
    }

    /// The text without the line ends at its end; everything else counts, blanks at the ends of lines too: they decide
    /// what a here-document holds, and whether a backslash continues a line.
    static func normalised(_ text: String) -> String {
        let bytes = text.utf8
        guard let last = bytes.lastIndex(where: { $0 != 0x0A }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }

    private static func short(_ value: String) -> String {
        value.utf8.count <= longestPlainValue ? value : "sha256:" + digest(value)
    }

    /// SHA-256 of the text's UTF-8, hexadecimal.
    package static func digest(_ text: String) -> String {
        var text = text
        let digest = text.withUTF8 { Digest.sha256(UnsafeRawBufferPointer($0)) }
        var hex: [UInt8] = []
        hex.reserveCapacity(64)
        for byte in digest {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        return String(decoding: hex, as: UTF8.self)
    }

    /// The digest of the latest prelude: neighbours have the same one, which is not even compared.
    private final class PreludeDigests {
        private var latest = (text: "", digest: "")

        func digest(_ text: String) -> String {
            if latest.text != text { latest = (text, Fingerprinter.digest(Fingerprinter.normalised(text))) }
            return latest.digest
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

extension Fingerprint {
    /// How this differs from an earlier one, in words: `edited: script`, `edited: param dc dc1→dc2`; empty when equal.
    package func changes(since earlier: Fingerprint) -> [String] {
        var changes: [String] = []
        var old = Dictionary(earlier.parts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for part in parts {
            guard let before = old.removeValue(forKey: part.name) else {
                changes.append("\(part.name) added")
                continue
            }
            guard before != part.value else { continue }
            let isPlain = !(part.isDigest || Fingerprint.Part(name: part.name, value: before).isDigest)
            changes.append(isPlain ? "\(part.name) \(before)→\(part.value)" : part.name)
        }
        changes += old.keys.sorted().map { "\($0) removed" }
        return changes
    }
}

extension Fingerprint.Part {
    /// The value is a digest, which says nothing to a reader.
    package var isDigest: Bool {
        name == "script" || name == "content" || name == "prelude" || value.hasPrefix("sha256:")
            || value.hasPrefix("sealed:")
    }
}
