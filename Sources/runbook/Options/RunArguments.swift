import ArgumentParser

/// Words that may begin with the number of a run: `[RUN] STEP…`.
struct RunReference {
    /// nil: the latest.
    var number: Int?
    var rest: [String]
    /// Whether the first word named one.
    var isNamed = false

    /// A first word that is a number or `latest` names the run.
    init(_ words: [String]) {
        guard let first = words.first else {
            rest = []
            return
        }
        if first == "latest" {
            rest = Array(words.dropFirst())
            isNamed = true
        } else if let number = Int(first), number > 0 {
            self.number = number
            isNamed = true
            rest = Array(words.dropFirst())
        } else {
            rest = words
        }
    }

    /// The one step that must follow.
    func step(of command: String) throws -> String {
        guard rest.count == 1, let step = rest.first else {
            throw ValidationError("`\(command)` wants one step: runbook \(command) [RUN] STEP.")
        }
        return step
    }
}
