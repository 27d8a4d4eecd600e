import DAG
package import Model

/// Looks for what a cold start or an incident would run into. Pure: everything it knows is in the runbook.
///
/// Takes time near to linear in steps, needs and text; reachability questions are answered 64 at a time.
package struct HazardAnalysis {
    /// Most hazards of one code that are told; the rest are counted.
    package static let limit = 200

    let runbook: Runbook
    let dependencies: Dependencies
    /// What `${work}` stands for: files below it go with the state folder.
    let work: String
    private var found: [HazardCode: [Hazard]] = [:]
    private var omitted: [HazardCode: Int] = [:]

    private init(_ runbook: Runbook, work: String) {
        self.runbook = runbook
        self.work = work
        dependencies = Dependencies(runbook)
    }

    package static func report(_ runbook: Runbook, work: String) -> HazardReport {
        var analysis = HazardAnalysis(runbook, work: work)
        analysis.lookForDeadlocks()
        analysis.lookForLoops()
        analysis.lookForSecretLoops()
        analysis.lookForBlastRadius()
        analysis.lookAtSteps()
        analysis.lookForWeakGates()
        analysis.lookAtOrder()
        analysis.lookForRedundantNeeds()
        return analysis.report()
    }

    /// Whether another hazard of this code would still be listed: what proves one is only worked out then.
    func hasRoom(for code: HazardCode) -> Bool { (found[code]?.count ?? 0) < Self.limit }

    mutating func omit(_ code: HazardCode, count: Int = 1) { omitted[code, default: 0] += count }

    mutating func add(_ hazard: Hazard) {
        guard hasRoom(for: hazard.code) else { return omit(hazard.code) }
        var hazard = hazard
        hazard.accepted = acceptance(of: hazard)
        found[hazard.code, default: []].append(hazard)
    }

    private func acceptance(of hazard: Hazard) -> AcceptedHazard? {
        for step in hazard.steps {
            if let word = runbook.steps[step].accepts.first(where: { $0.code == hazard.code.rawValue }) { return word }
        }
        return nil
    }

    private func report() -> HazardReport {
        var hazards: [Hazard] = []
        var counts: [(code: HazardCode, count: Int)] = []
        for code in HazardCode.allCases {
            hazards += (found[code] ?? []).sorted { ($0.place, $0.message) < ($1.place, $1.message) }
            if let count = omitted[code] { counts.append((code, count)) }
        }
        let used = Set(hazards.compactMap(\.accepted))
        let cut = Set(counts.map(\.code.rawValue))
        let known = Set(HazardCode.allCases.map(\.rawValue))
        var idle = Set(runbook.steps.flatMap(\.accepts)).subtracting(used)
        idle = idle.filter { known.contains($0.code) && !cut.contains($0.code) }
        return HazardReport(
            hazards: hazards, omitted: counts, idle: idle.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
}
