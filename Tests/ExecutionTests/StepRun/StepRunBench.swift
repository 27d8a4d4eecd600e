import Model

@testable import Execution

/// One step on a bench: inputs by name, and where it stands after them. No engine.
struct StepRunBench {
    var run: StepRun
    var step: Step
    var stopping = StepRun.Stopping.no
    var now = 100.0

    init(_ decision: Decision = .run, _ change: (inout Step) -> Void = { _ in }) {
        step = Fixture.step("a", change: change)
        run = StepRun(decision)
    }

    var facts: StepRun.Facts { StepRun.Facts([step], 0, stopping: stopping, now: now) }

    static let body = ProcessKey(step: 0, role: .body, attempt: 1)
    static let undo = ProcessKey(step: 0, role: .undo, attempt: 2)
    static let when = ProcessKey(step: 0, role: .when, attempt: 0)
    static let check = ProcessKey(step: 0, role: .check, attempt: 0)

    static let missing = Swift.Result<[Output], ValueError>.failure(ValueError("`token` is missing"))
    static let token = Output(name: "token", value: .plain("t-1"))

    static let started = StepRun.Action.emitStarted(Fixture.identity)

    // MARK: - Ways to a state

    /// Its intent is being stored.
    mutating func intending(_ number: Int = 1, isAhead: Bool = false) {
        run.beginsBody()
        run.isNumbered(number)
        run.intends(isAhead: isAhead)
    }

    /// Its body runs since `now`.
    mutating func running(_ number: Int = 1) {
        intending(number)
        run.starts()
        _ = run.started(Fixture.identity, facts)
    }

    /// Its body ended well, and its gates are asked.
    mutating func gating() {
        running()
        _ = run.ended(Self.body, .status(0), facts)
        _ = run.collected(.success([]), facts)
    }

    /// The process that an earlier executor left is watched.
    mutating func adopted() {
        run.inherits(number: 1, nil)
        _ = run.adopts(.init(Self.body, Fixture.identity, .goOn))
        _ = run.adopted(facts)
    }

    /// An attempt of an earlier executor, with nothing known of its end, is being found out.
    mutating func settling(_ exit: Exit = .unknown) -> [StepRun.Action] {
        run.inherits(number: 1, nil)
        return run.settles(exit, endedBecause: nil) + run.secretsKnown(facts)
    }
}

extension StepRun.Action {
    static func finish(_ state: StepState, exit: Exit? = nil, reason: String = "") -> StepRun.Action {
        .finish(state, exit: exit, gateSeconds: 0, reason: reason, outputs: [])
    }
}
