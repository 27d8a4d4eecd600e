import DAG
import Execution
import Model

/// Builds runbooks and states for tests without a file.
enum Fixture {
    static let place = Place(file: "test.md", line: 1, column: 1)

    static func step(
        _ id: String, needs: [Int] = [], body: String = "true", change: (inout Step) -> Void = { _ in }
    ) -> Step {
        var step = Step(
            id: id, place: place, scope: 0, title: id, interpreter: .bash, directory: Template("/tmp"))
        step.body = body
        step.needs = needs
        change(&step)
        return step
    }

    static func runbook(_ steps: [Step], params: [Param] = [], pools: [String: Int] = [:]) -> Runbook {
        var scope = Scope(file: "test.md", directory: "/tmp", prefix: "", name: "test")
        scope.params = params
        var edges: [Edge] = []
        for (index, step) in steps.enumerated() { edges += step.needs.map { Edge(from: $0, to: index) } }
        return Runbook(
            name: "test", title: "Test", scopes: [scope], steps: steps,
            graph: Graph(count: steps.count, edges: edges),
            index: Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.id, $0) }), pools: pools, stages: [])
    }

    static func gate(
        within: Double = 10, every: Double = 1, stable: Double = 0, timeout: Double = 5
    ) -> Gate {
        var gate = Gate(question: .tcp(Template("127.0.0.1:80")), place: place)
        gate.within = .seconds(within)
        gate.every = .seconds(every)
        gate.stable = .seconds(stable)
        gate.timeout = .seconds(timeout)
        return gate
    }

    static let identity = Handle(process)
    static let process = ProcessIdentity(pid: 4711, startTime: 100, bootID: "boot")
    static let script = Fingerprint(parts: [Fingerprint.Part(name: "script", value: "aa")])

    /// The state that a list of events leaves behind; the session ran on boot `boot`.
    static func state(_ events: [Event]) -> RunState {
        var state = RunState(run: 1)
        let session = Session(
            kind: .run, runbook: "test", title: "Test", paths: [], params: [], commandLine: "", jobs: 8, user: "me",
            pid: 1, bootID: "boot", version: "1")
        state.apply(Record(run: 1, time: 0, event: .sessionStarted(session)))
        for (offset, event) in events.enumerated() {
            state.apply(Record(run: 1, time: Double(offset + 1), event: event))
        }
        return state
    }

    static func intended(_ step: String, attempt: Int = 1) -> Event {
        .intended(
            step: step, Intent(role: .body, attempt: attempt, fingerprint: script, log: "/log/\(step).\(attempt)"))
    }

    static func done(_ step: String) -> [Event] {
        [
            intended(step), .started(step: step, attempt: 1, identity),
            .finished(
                step: step,
                Result(state: .done, attempt: 1, exit: .status(0), seconds: 1, fingerprint: script)),
        ]
    }

    static func failed(_ step: String, exit: Exit = .status(3)) -> [Event] {
        [
            intended(step), .started(step: step, attempt: 1, identity),
            .finished(step: step, Result(state: .failed, attempt: 1, exit: exit, reason: "\(exit)")),
        ]
    }
}
