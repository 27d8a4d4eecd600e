package import Model

// What a step takes from others: is it there?
extension Engine {
    /// Why the condition of a step cannot be asked: it uses an output that nobody has handed on. Those that it does not
    /// use it is asked without.
    func missingForCondition(_ index: Int, _ command: String) -> String? {
        let step = runbook.steps[index]
        let words = Set(
            command.unicodeScalars.split {
                !($0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || $0 == "_"))
            }
            .map { String($0) })
        let used = step.environment.filter { words.contains($0.name) }.map(\.value)
        return missing(in: used + [step.directory], of: step)
    }

    /// Why a step that applies cannot go on: an output that it takes was not handed on.
    func missingInput(_ index: Int) -> String? {
        missing(in: runbook.steps[index].inputs, of: runbook.steps[index])
    }

    private func missing(in templates: [Template], of step: Step) -> String? {
        for output in templates.flatMap(\.outputs) where output.step != step.id && !values.knows(output) {
            let provider = state[step: output.step]
            let what = "it applies and takes the output `\(output.name)` of \(output.step)"
            guard provider.state == .skipped else { return "\(what), which is \(provider.state.rawValue) without it" }
            return "\(what), which was skipped (\(provider.reason)): give both the same `when`"
        }
        return nil
    }
}

extension Step {
    /// Whatever of it may take outputs of other steps.
    package var inputs: [Template] {
        var templates = environment.map(\.value) + [directory]
        if let confirm { templates.append(confirm) }
        if case .file(let file) = kind { templates += [file.path, file.content] }
        for gate in gates {
            _ = gate.question.map { (text: Template) -> Template in
                templates.append(text)
                return text
            }
        }
        return templates
    }
}
