import Model

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

    /// What a block of this kind may say of the key; nil where it does not belong.
    func format(in block: BlockKey) -> FormatKey? { FormatKey.key(rawValue, in: block.place) }

    /// Refused for now wherever it stands.
    var isReserved: Bool { FormatKey.key(rawValue, in: .step)?.isReserved == true }
}

extension BlockKey {
    var place: FormatPlace {
        switch self {
        case .step: .step
        case .file: .file
        case .undo: .undo
        case .prelude: .prelude
        }
    }
}
