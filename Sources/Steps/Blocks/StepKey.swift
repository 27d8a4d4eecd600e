/// Every key that a block's metadata may have.
enum StepKey: String, CaseIterable {
    case step, file, undo, prelude
    case title, needs, provides, uses, monitors, operates
    case stage, layer, component, owner, tags
    case when, check, gate, service, once, confirm
    case timeout, retries, backoff
    case retryOn = "retry-on"
    case env, dir, outputs, secrets
    case on, serial
    case maxFail = "max-fail"
    case pool, optional, interactive, shell, estimate, accept
    case template, mode, group

    /// Keys of the format that are refused for now.
    static let unsupported: Set<StepKey> = [.on, .serial, .maxFail]

    private static let ofFilesOnly: Set<StepKey> = [.template, .mode, .group]
    private static let ofScriptsOnly: Set<StepKey> = [
        .service, .once, .timeout, .retries, .backoff, .retryOn, .outputs, .secrets, .interactive,
    ]
    private static let ofUndo: Set<StepKey> = [.undo, .timeout, .shell]

    /// True when a block of this kind may have the key.
    func belongs(in block: BlockKey) -> Bool {
        switch block {
        case .step: !Self.ofFilesOnly.contains(self) && ![.file, .undo, .prelude].contains(self)
        case .file: !Self.ofScriptsOnly.contains(self) && ![.undo, .prelude].contains(self)
        case .undo: Self.ofUndo.contains(self)
        case .prelude: self == .prelude
        }
    }

    /// The keys of a block of this kind, for suggestions.
    static func all(in block: BlockKey) -> [String] {
        allCases.filter { $0.belongs(in: block) && !unsupported.contains($0) }.map(\.rawValue)
    }
}
