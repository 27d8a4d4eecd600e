import Execution
import Model
import Reports

/// What the JSON of `plan` and `graph` must say of a runbook whose order is known.
struct PlanProperties {
    private let made: MadeRunbook
    private let runbook: Runbook

    init(_ made: MadeRunbook, _ runbook: Runbook) {
        self.made = made
        self.runbook = runbook
    }

    func check() throws(FuzzFinding) {
        try FuzzFinding.unless(runbook.steps.map(\.id) == made.steps.map(\.id), "other steps")
        try graph()
        for jobs in [1, 3] { try plan(jobs: jobs) }
    }

    private func graph() throws(FuzzFinding) {
        let text = GraphJSON.value(GraphModel(runbook: runbook)).text
        let object = try JSONProperties.parse(text) as? [String: Any]
        let nodes = object?["nodes"] as? [[String: Any]] ?? []
        try FuzzFinding.unless(nodes.compactMap { $0["id"] as? String } == made.steps.map(\.id), "nodes: \(text)")
        try FuzzFinding.unless(nodes.compactMap { $0["wave"] as? Int } == made.waves, "waves of the graph: \(text)")
        try titles(nodes, made.steps)
        let edges = object?["edges"] as? [[String: Any]] ?? []
        let found = edges.map { "\($0["from"] ?? "") \($0["to"] ?? "") \($0["kind"] ?? "")" }
        let expected = made.steps.flatMap { step in step.needs.map { "s\($0) \(step.id) needs" } }
        try FuzzFinding.unless(found.sorted() == expected.sorted(), "edges: \(found), not \(expected)")
    }

    private func plan(jobs: Int) throws(FuzzFinding) {
        let text = PlanJSON.value(try RunbookProperties(runbook).listing(jobs: jobs)).text
        let object = try JSONProperties.parse(text) as? [String: Any]
        let rows = object?["steps"] as? [[String: Any]] ?? []
        let ids = rows.compactMap { $0["id"] as? String }
        let index = Dictionary(uniqueKeysWithValues: made.steps.indices.map { (made.steps[$0].id, $0) })
        let order = ids.compactMap { index[$0] }
        try FuzzFinding.unless(order.sorted() == Array(made.steps.indices), "steps of the plan: \(ids)")
        let steps = order.map { made.steps[$0] }
        try titles(rows, steps)
        try FuzzFinding.unless(
            rows.compactMap { $0["wave"] as? Int } == order.map { made.waves[$0] }, "waves of the plan: \(text)")
        try FuzzFinding.unless(
            rows.compactMap { $0["needs"] as? [String] } == steps.map { $0.needs.map { "s\($0)" } }, "needs: \(text)")
        let durations = rows.compactMap { $0["expectedSeconds"] as? Double }
        try FuzzFinding.unless(durations == steps.map { Double($0.estimate) }, "durations: \(text)")
        try times(object ?? [:], jobs: jobs)
        try slack(rows, order)
    }

    /// The longest chain bounds the whole from below, everything one after another from above.
    private func times(_ plan: [String: Any], jobs: Int) throws(FuzzFinding) {
        let longest = Double(made.ends.max() ?? 0)
        let total = Double(made.steps.reduce(0) { $0 + $1.estimate })
        let critical = plan["criticalSeconds"] as? Double
        try FuzzFinding.unless(critical == longest, "\(critical ?? -1) s, not \(longest), are critical")
        let expected = plan["expectedSeconds"] as? Double ?? -1
        let least = jobs == 1 ? total : max(longest, total / Double(jobs))
        try FuzzFinding.unless(
            expected >= least - 0.001 && expected <= total + 0.001, "\(expected) s with \(jobs) jobs, of \(total)")
        let path = plan["criticalPath"] as? [String] ?? []
        let steps = path.compactMap { id in made.steps.first { $0.id == id } }
        try FuzzFinding.unless(
            steps.count == path.count && Double(steps.reduce(0) { $0 + $1.estimate }) == longest, "the path \(path)")
        for (before, after) in zip(steps, steps.dropFirst()) {
            try FuzzFinding.unless(after.needs.contains { "s\($0)" == before.id }, "the path \(path) breaks")
        }
    }

    /// Slack is what a step's longest chain through it lacks of the longest of all.
    private func slack(_ rows: [[String: Any]], _ order: [Int]) throws(FuzzFinding) {
        let ends = made.ends
        var after = [Int](repeating: 0, count: made.steps.count)
        for index in made.steps.indices.reversed() {
            let step = made.steps[index]
            for need in step.needs { after[need] = max(after[need], after[index] + step.estimate) }
        }
        let longest = ends.max() ?? 0
        for (row, index) in zip(rows, order) {
            let expected = Double(longest - ends[index] - after[index])
            try FuzzFinding.unless(
                row["slackSeconds"] as? Double == expected, "\(made.steps[index].id) has \(expected) s of slack")
        }
    }

    private func titles(_ objects: [[String: Any]], _ steps: [MadeRunbook.Step]) throws(FuzzFinding) {
        let found = objects.compactMap { ($0["title"] as? String).map { Array($0.utf8) } }
        try FuzzFinding.unless(found == steps.map { Array($0.title.utf8) }, "titles")
    }
}
