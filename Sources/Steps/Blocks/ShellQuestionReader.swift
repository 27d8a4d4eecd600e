import Model

/// Reads a question that a shell answers: a command alone, or with how long it may take.
struct ShellQuestionReader {
    let reader: Reader

    /// How long a question may take unless something else is said.
    static let timeout = Duration.seconds(60)

    /// Nil when there is no usable command; findings say why.
    func read(_ value: YAMLNode, _ label: String) -> (command: Template, timeout: Duration)? {
        guard case .mapping(let entries) = value.value else {
            return reader.command(value, label).map { ($0, Self.timeout) }
        }
        var command: Template?
        var timeout = Self.timeout
        var hasCommand = false
        for entry in entries {
            switch entry.key {
            case "command":
                hasCommand = true
                command = reader.command(entry.value, label)
            case "timeout": timeout = reader.duration(entry.value, "timeout", in: Limits.timeout) ?? timeout
            default: reader.unknownKey(entry, in: "`\(label)`", known: FormatKey.names(in: .question))
            }
        }
        if !hasCommand {
            reader.report(
                .missingValue, "`\(label)` needs a `command`", at: value, hint: "write `{command: …, timeout: 2m}`")
        }
        return command.map { ($0, timeout) }
    }
}
