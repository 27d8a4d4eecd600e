import Execution

/// One record of every kind of event; a new kind does not compile until it is here.
enum EventSamples {
    static let time = 1_795_510_004.12

    static func record(_ event: Event) -> Record { Record(run: 7, time: time, event: event) }

    static let identity = Handle(ProcessIdentity(pid: 4720, startTime: 1, bootID: "b"))
    static let session = Session(
        kind: .run, runbook: "zone", title: "The zone", paths: ["/srv/zone.md"], params: ["dc=dc1"],
        commandLine: "run zone.md -p dc=dc1", jobs: 8, user: "ada", pid: 4711, bootID: "b", version: "1.0")
    static let intent = Intent(
        role: .body, attempt: 1, fingerprint: Fingerprint(parts: []), log: "/srv/.runbook/runs/7/consul-1.1.log")
    static let result = Result(
        state: .done, attempt: 1, exit: .status(0), seconds: 1.2, gateSeconds: 0.84,
        outputs: [Output(name: "token", value: .plain("abc"))])

    static let all: [Event] = [
        .sessionStarted(session),
        .planned(step: "consul-1", decision: .run, reason: "edited: script"),
        .ready(step: "consul-1"),
        .intended(step: "consul-1", intent),
        .withdrawn(step: "consul-1", attempt: 1, reason: "what it needs went away"),
        .started(step: "consul-1", attempt: 1, identity),
        .adopted(step: "consul-1", attempt: 1, identity),
        .attemptEnded(step: "consul-1", attempt: 1, .status(75), reason: "exit 75, again in 1 s", outputs: []),
        .kept(step: "consul-1", attempt: 1, outputs: [Output(name: "token", value: .sealed([1]))]),
        .gating(step: "consul-1", attempt: 1),
        .probed(
            step: "consul-1", gate: "http http://127.0.0.11:8500/v1/status/leader",
            Answer(holds: false, text: "503"), probes: 12),
        .waiting(step: "notes", question: "Are the notes printed?"),
        .word(step: "notes", OperatorAction(kind: .approve, user: "ada", note: "seen")),
        .finished(step: "consul-1", result),
        .serviceEnded(step: "consul-1", .signal(9)),
        .lapsed(step: "consul-1", reason: "http 127.0.0.1:8500 refused"),
        .sessionFinished(.failed),
    ]

    /// The name under which each kind is documented.
    static func name(_ event: Event) -> String {
        switch event {
        case .sessionStarted: "run.started"
        case .planned: "step.planned"
        case .ready: "step.ready"
        case .intended: "step.intended"
        case .withdrawn: "step.withdrawn"
        case .started: "step.started"
        case .adopted: "step.adopted"
        case .attemptEnded: "step.ended"
        case .kept: "step.kept"
        case .gating: "step.gating"
        case .probed: "gate.probed"
        case .waiting: "step.waiting"
        case .finished: "step.finished"
        case .serviceEnded: "service.ended"
        case .lapsed: "step.lapsed"
        case .word: "step.word"
        case .sessionFinished: "run.finished"
        }
    }
}
