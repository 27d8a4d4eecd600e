import DAG
import Execution
import Model

@testable import Terminal

/// Small runbooks and run states for tests.
enum Sample {
    static let display = Display(redactor: Redactor.forDisplay())

    /// Steps named in order, each with the steps it needs.
    static func runbook(
        _ steps: KeyValuePairs<String, [String]>, _ change: (inout Step) -> Void = { _ in }
    ) -> Runbook {
        var made: [Step] = []
        var index: [String: Int] = [:]
        var edges: [Edge] = []
        for (position, (id, needs)) in steps.enumerated() {
            let place = Place(file: "zone.md", line: 10 * (position + 1), column: 1)
            var step = Step(
                id: id, place: place, scope: 0, title: "Bring up \(id)", interpreter: .sh, directory: Template("/"))
            step.needs = needs.compactMap { index[$0] }.sorted()
            edges += step.needs.map { Edge(from: $0, to: position) }
            change(&step)
            index[id] = position
            made.append(step)
        }
        return Runbook(
            name: "zone", title: "The zone", scopes: [], steps: made, graph: Graph(count: made.count, edges: edges),
            index: index, pools: [:], stages: [])
    }

    static let zone = runbook([
        "ca": [], "consul": ["ca"], "replica": ["consul"], "board": ["replica"], "front": ["board"], "notes": [],
    ])

    static func state(_ events: [Event]) -> RunState {
        var state = RunState(run: 7)
        for (index, event) in events.enumerated() {
            state.apply(Record(run: 7, time: 1000 + Double(index), event: event))
        }
        return state
    }
}
