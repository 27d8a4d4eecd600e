package import Model

/// One hazard of a runbook, with what proves it.
package struct Hazard: Hashable, Sendable {
    /// One edge or fact of the proof.
    package struct Link: Hashable, Sendable {
        /// For people: ``"`consul` uses `vault`"``.
        package var text: String
        package var place: Place

        package init(_ text: String, _ place: Place) {
            self.text = text
            self.place = place
        }
    }

    package var code: HazardCode
    /// The steps it is about, as indices into `Runbook.steps`; told at the first. Any of them may accept it.
    package var steps: [Int]
    package var place: Place
    package var message: String
    /// A shortest way that proves it, in order; empty where the step itself is the proof.
    package var path: [Link]
    /// For a blast radius: every step that fails, sorted.
    package var failing: [Int] = []
    /// The word of a person that this is acceptable.
    package var accepted: AcceptedHazard?

    package init(_ code: HazardCode, steps: [Int], place: Place, message: String, path: [Link] = []) {
        self.code = code
        self.steps = steps
        self.place = place
        self.message = message
        self.path = path
    }
}

extension Hazard {
    /// The hazard as `check` shows it: a warning with its proof, or a short note once it is accepted.
    package var diagnostic: Diagnostic {
        Diagnostic(
            code: code.rawValue, severity: accepted == nil ? .warning : .note,
            message: accepted.map { "\(message) (accepted: \($0.reason))" } ?? message, place: place,
            hint: accepted == nil ? code.advice : nil,
            related: accepted != nil ? [] : path.map { Diagnostic.Related(place: $0.place, message: $0.text) })
    }
}
