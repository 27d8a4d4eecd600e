import Model

/// Reads a mapping of environment variables.
struct VariableReader {
    let reader: Reader

    func read(_ value: YAMLNode, _ label: String, allowsOutputs: Bool) -> [Variable] {
        guard let entries = reader.entries(value, label, example: "{NAME: value}") else { return [] }
        return entries.compactMap { entry in
            guard let name = reader.variable(entry, "environment variable") else { return nil }
            guard !name.hasPrefix("RUNBOOK_") else {
                reader.report(
                    .reservedName, "`\(name)` belongs to runbook itself", key: entry, hint: "choose another name")
                return nil
            }
            if let reason = Names.shellReservation(of: name) {
                reader.report(
                    .reservedName, "`\(name)` cannot be set: \(reason)", key: entry, hint: "choose another name")
                return nil
            }
            if let raw = entry.value.scalar, let found = ShellPath.find(in: raw) {
                reader.reportUnexpanded(found, of: name, at: entry.value)
            }
            if allowsOutputs {
                return reader.template(entry.value, name).map { Variable(name: name, value: $0) }
            }
            return reader.constant(entry.value, name).map { Variable(name: name, value: $0) }
        }
    }
}

/// Reads the outputs that a body declares.
struct OutputReader {
    let reader: Reader

    func read(_ value: YAMLNode) -> [OutputSpec] {
        var outputs: [OutputSpec] = []
        for item in reader.items(value) {
            if case .mapping(let entries) = item.value {
                for entry in entries { add(entry.key, at: entry.keySpot, options: entry.value, to: &outputs) }
            } else if let name = reader.text(item, "outputs") {
                add(name, at: item.spot, options: nil, to: &outputs)
            }
        }
        return outputs
    }

    private func add(_ name: String, at spot: Spot, options: YAMLNode?, to outputs: inout [OutputSpec]) {
        let source = reader.source
        let width = max(1, name.unicodeScalars.count)
        guard Names.isOutput(name) else {
            reader.findings.report(
                .badName, "`\(name)` cannot be the name of an output", in: source, at: spot, length: width,
                hint: "use letters, digits, `_` and `-`, and begin with a letter")
            return
        }
        guard !outputs.contains(where: { $0.name == name }) else {
            reader.findings.report(
                .duplicateKey, "the output `\(name)` is declared twice", in: source, at: spot, length: width)
            return
        }
        var output = OutputSpec(name: name, isSecret: false, place: source.place(spot))
        if let options, !options.isNull,
            let entries = reader.entries(options, name, example: "\(name): {secret: true}")
        {
            for entry in entries {
                if entry.key == "secret" {
                    output.isSecret = reader.flag(entry.value, "secret") ?? false
                } else {
                    reader.unknownKey(entry, in: "an output", known: FormatKey.names(in: .output))
                }
            }
        }
        outputs.append(output)
    }
}
