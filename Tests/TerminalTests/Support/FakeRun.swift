import Execution

@testable import Terminal

/// Plays a run to an observer: each event is folded into the state, then published, as the engine does it.
final class FakeRun {
    var state: RunState
    var time: Double
    var live: LiveView

    init(run: Int = 7, time: Double = 1_800_000_000) {
        state = RunState(run: run)
        self.time = time
        live = LiveView(now: ClockReading(uptime: 0, wall: time))
    }

    static func session(_ kind: Session.Kind = .run, jobs: Int = 8) -> Session {
        Session(
            kind: kind, runbook: "zone", title: "The zone", paths: ["/z"], params: [], commandLine: "run z", jobs: jobs,
            user: "ada", pid: 4711, bootID: "b", version: "1.0")
    }

    static func identity(_ pid: Int32 = 100) -> Handle {
        Handle(ProcessIdentity(pid: pid, startTime: 1, bootID: "b"))
    }

    static func intent(_ attempt: Int = 1, role: Role = .body) -> Intent {
        Intent(role: role, attempt: attempt, fingerprint: Fingerprint(parts: []), log: "runs/7/log")
    }

    func play(_ events: Event..., to observer: any Observer) {
        let records = events.map { Record(run: state.run, time: time, event: $0) }
        for record in records { state.apply(record) }
        observer.publish(records, state: state)
    }

    /// An attempt's intent and start.
    func start(_ step: String, attempt: Int = 1, on observer: any Observer) {
        play(
            .intended(step: step, Self.intent(attempt)), .started(step: step, attempt: attempt, Self.identity()),
            to: observer)
    }

    func finish(
        _ step: String, _ state: StepState, seconds: Double = 0, gateSeconds: Double = 0, reason: String = "",
        on observer: any Observer
    ) {
        play(
            .finished(
                step: step,
                Result(
                    state: state, attempt: state == .done ? 1 : 0, seconds: seconds, gateSeconds: gateSeconds,
                    reason: reason)),
            to: observer)
    }
}
