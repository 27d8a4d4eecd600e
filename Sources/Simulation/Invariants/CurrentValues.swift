import Execution
import Model

/// What a run's stored outputs make of the runbook as it is now.
struct CurrentValues {
    let values: Values
    private let runbook: Runbook

    init(runbook: Runbook, state: RunState) {
        self.runbook = runbook
        values = Values(box: FakeBox())
        for step in runbook.steps { values.set(state[step: step.id].outputs, of: step.id) }
    }

    func fingerprint(_ index: Int) -> Fingerprint? {
        do { return try Fingerprinter(runbook: runbook, values: values).fingerprint(index) } catch { return nil }
    }

    /// The step's own variables, as its body would see them; nil when one is not known.
    func inputs(_ index: Int) -> [String]? {
        var list: [String] = []
        for variable in runbook.steps[index].environment {
            guard let value = text(variable.value) else { return nil }
            list.append("\(variable.name)=\(value)")
        }
        return list
    }

    func text(_ template: Template) -> String? {
        do { return try values.resolve(template) } catch { return nil }
    }
}
