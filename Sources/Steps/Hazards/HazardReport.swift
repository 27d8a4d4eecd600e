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

    /// As `check --hazards` shows them, by place.
    package var diagnostics: [Diagnostic] {
        hazards.map(\.diagnostic).sorted { left, right in
            if left.place != right.place { return left.place < right.place }
            return (left.code, left.message) < (right.code, right.message)
        }
    }
}
