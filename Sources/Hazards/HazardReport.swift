package import Model

/// Everything the analysis found in one runbook.
package struct HazardReport: Sendable {
    /// By code, then place.
    package var hazards: [Hazard]
    /// How many more of a code there are than `HazardAnalysis.limit`, which are not listed; by code.
    package var omitted: [(code: HazardCode, count: Int)]
    /// Acceptances of hazards that were not found at their step, by place.
    package var idle: [AcceptedHazard]

    package init(hazards: [Hazard], omitted: [(code: HazardCode, count: Int)], idle: [AcceptedHazard]) {
        self.hazards = hazards
        self.omitted = omitted
        self.idle = idle
    }

    package var open: [Hazard] { hazards.filter { $0.accepted == nil } }
    package var accepted: [Hazard] { hazards.filter { $0.accepted != nil } }

    /// As `check` shows them, by place: hazards are warnings, or notes once accepted; what was accepted but is not
    /// there, and what is not listed, are notes.
    package var diagnostics: [Diagnostic] {
        var all = hazards.map(\.diagnostic)
        all += idle.map { word in
            Diagnostic(
                code: word.code, severity: .note, message: "\(word.code) is accepted here, but not found",
                place: word.place, hint: "leave the acceptance out")
        }
        for (code, count) in omitted {
            let last = hazards.last { $0.code == code }
            all.append(
                Diagnostic(
                    code: code.rawValue, severity: .note, message: "and \(count) more like this, not listed",
                    place: Place(file: last?.place.file ?? "", line: last?.place.line ?? 0, column: 0)))
        }
        return all.sorted { ($0.place, $0.code, $0.message) < ($1.place, $1.code, $1.message) }
    }
}
