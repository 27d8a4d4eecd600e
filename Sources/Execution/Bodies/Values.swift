package import Model

/// The values that become known while a run goes on: outputs of steps and fetched secrets.
///
/// Owned by the engine's thread. Everything secret that passes through here is added to `mask`.
package final class Values {
    package let mask: Redactor
    private let box: any SecretBox
    private var outputs: [OutputReference: Entry] = [:]
    /// Sealed outputs that are no longer current, as long as `mask` does not know them.
    private var earlier: [[UInt8]] = []
    /// By scope index and name.
    private var secrets: [SecretName: String] = [:]

    private struct SecretName: Hashable {
        var scope: Int
        var name: String
    }

    private struct Entry {
        var stored: Output.Value
        var opened: String?
    }

    /// - Parameter mask: shared with whatever shows text.
    package init(box: any SecretBox, mask: Redactor = Redactor()) {
        self.box = box
        self.mask = mask
    }

    /// Takes over what a step handed on; replaces all its earlier outputs.
    package func set(_ list: [Output], of step: String) {
        for output in list {
            let reference = OutputReference(step: step, name: output.name)
            if let old = outputs[reference], old.opened == nil, old.stored != output.value { keepEarlier([old.stored]) }
            outputs[reference] = Entry(stored: output.value, opened: nil)
        }
    }

    /// Takes over what a step has handed on, and what it had handed on before.
    package func set(_ status: StepStatus, of step: String) {
        set(status.outputs, of: step)
        earlier += status.earlierSecrets
        for attempt in status.attempts { keepEarlier(attempt.kept.map(\.value)) }
    }

    private func keepEarlier(_ values: [Output.Value]) {
        for case .sealed(let bytes) in values { earlier.append(bytes) }
    }

    /// Opens what is no longer current, so that `mask` knows it: logs of what saw it may still hold it.
    package func openEarlier() {
        for bytes in earlier { if let text = try? box.open(bytes) { mask.add(text) } }
        earlier = []
    }

    /// Somebody has handed it on.
    package func knows(_ reference: OutputReference) -> Bool { outputs[reference] != nil }

    /// The text of an output, opened where it is sealed.
    package func output(_ reference: OutputReference) throws(ValueError) -> String {
        guard var entry = outputs[reference] else {
            throw ValueError("output `\(reference.name)` of \(reference.step) is not known")
        }
        if let opened = entry.opened { return opened }
        switch entry.stored {
        case .plain(let text): return text
        case .sealed(let bytes):
            do {
                let text = try box.open(bytes)
                entry.opened = text
                outputs[reference] = entry
                mask.add(text)
                return text
            } catch {
                throw ValueError(error.message)
            }
        }
    }

    package func resolve(_ template: Template) throws(ValueError) -> String {
        if let constant = template.constant { return constant }
        return try template.resolved { (reference: OutputReference) throws(ValueError) -> String in
            try output(reference)
        }
    }

    /// The working folder of a step: a relative `dir` is meant from the folder of its file.
    package func directory(of step: Step, in scope: Scope) throws(ValueError) -> String {
        let directory = try resolve(step.directory)
        return directory.utf8.first == UInt8(ascii: "/") ? directory : "\(scope.directory)/\(directory)"
    }

    /// For what is kept of files.
    func seal(_ text: String) throws(ValueError) -> [UInt8] {
        do { return try box.seal(text) } catch { throw ValueError(error.message) }
    }

    func unseal(_ bytes: [UInt8]) throws(ValueError) -> String {
        do { return try box.open(bytes) } catch { throw ValueError(error.message) }
    }

    func keyedDigest(_ text: String) throws(ValueError) -> String {
        do { return try box.digest(text) } catch { throw ValueError(error.message) }
    }

    /// What a fingerprint may keep of an output: the text, or a keyed digest of a secret; nil when it is not known.
    package func fingerprintValue(_ reference: OutputReference) throws(ValueError) -> String? {
        guard let entry = outputs[reference] else { return nil }
        switch entry.stored {
        case .plain(let text): return text
        case .sealed:
            let text = try output(reference)
            do { return "sealed:" + (try box.digest(text)) } catch { throw ValueError(error.message) }
        }
    }

    /// Makes sure that secrets can be sealed, while nothing depends on it yet.
    package func prepareSealing() throws(ValueError) {
        do { try box.prepare() } catch { throw ValueError(error.message) }
    }

    /// What a text hands on: what is declared secret sealed, the rest as it is; and what is wrong with it.
    package func store(_ reading: OutputText.Reading, specs: [OutputSpec]) -> HandedOn {
        noteSecrets(in: reading, specs: specs)
        var handed = HandedOn()
        handed.fault = reading.failure.map { "RUNBOOK_OUTPUT, line \($0.line): \($0.message)" }
        let declared = Set(specs.map(\.name))
        handed.remark = Self.remark(on: reading, specs)
        handed.isWhole = reading.failure == nil && reading.values.keys.allSatisfy(declared.contains)
        for spec in specs.sorted(by: { $0.name < $1.name }) {
            guard let bytes = reading.values[spec.name] else {
                handed.fault = handed.fault ?? "output `\(spec.name)` was declared and not written"
                continue
            }
            do {
                handed.outputs.append(Output(name: spec.name, value: try stored(bytes, spec)))
            } catch {
                handed.fault = handed.fault ?? error.message
                handed.isWhole = false
            }
        }
        return handed
    }

    /// That something was handed on which nobody will ever see.
    private static func remark(on reading: OutputText.Reading, _ specs: [OutputSpec]) -> String? {
        let (names, others) = reading.undeclared(Dictionary(specs.map { ($0.name, $0.isSecret) }) { $0 || $1 })
        var told = names.prefix(5).map { "`\($0)`" }
        if names.count > told.count { told.append("\(names.count - told.count) more") }
        if !told.isEmpty { return "warning: it handed on \(told.joined(separator: ", ")), not named in its `outputs`" }
        guard others > 0 else { return nil }
        return
            "warning: \(others) \(others == 1 ? "line" : "lines") of what it handed on belong to no output it declares"
    }

    private func stored(_ bytes: [UInt8], _ spec: OutputSpec) throws(ValueError) -> Output.Value {
        guard bytes.count <= OutputText.limit else {
            throw ValueError("output `\(spec.name)` has \(bytes.count) bytes; at most \(OutputText.limit) are allowed")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ValueError("output `\(spec.name)` is not UTF-8")
        }
        let text = OSText.text(of: bytes)
        guard spec.isSecret else { return .plain(text) }
        try Self.checkLength(text, of: "output `\(spec.name)`")
        do { return .sealed(try box.seal(text)) } catch { throw ValueError(error.message) }
    }

    /// Sealed form of bytes that are no output.
    package func sealed(_ bytes: [UInt8]) throws(JournalError) -> [UInt8] { try box.seal(bytes: bytes) }

    /// What `sealed` made.
    package func opened(_ sealed: [UInt8]) throws(JournalError) -> [UInt8] { try box.bytes(of: sealed) }

    /// Masks what an attempt wrote as secret outputs, whether they came to count or not.
    package func noteSecrets(in reading: OutputText.Reading, specs: [OutputSpec]) {
        let isSecret = Dictionary(specs.map { ($0.name, $0.isSecret) }, uniquingKeysWith: { $0 || $1 })
        for value in reading.secrets(isSecret) { mask.add(value) }
    }

    /// Opens every sealed output, so that `mask` knows it; those that cannot be opened are left out.
    package func openAll() {
        for (reference, entry) in outputs {
            if case .sealed = entry.stored { _ = try? output(reference) }
        }
        openEarlier()
    }

    package func secret(_ name: String, scope: Int) -> String? {
        secrets[SecretName(scope: scope, name: name)]
    }

    package func setSecret(_ text: String, name: String, scope: Int) throws(ValueError) {
        try Self.checkLength(text, of: "secret `\(name)`")
        secrets[SecretName(scope: scope, name: name)] = text
        mask.add(text)
    }

    private static func checkLength(_ text: String, of what: String) throws(ValueError) {
        guard OSText.bytes(of: text).count >= Redactor.shortest else {
            throw ValueError("\(what) is shorter than 4 bytes: masking it would blank out everything")
        }
    }
}

/// A value that is missing or cannot be used; the message names it.
package struct ValueError: Error, Hashable, Sendable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}
