import DAG
import Execution
import Model
import Testing

@testable import Simulation

/// The simulated host in a calm world.
final class SimulatedBench: Bench {
    let host: SimulatedHost
    private let checker: InvariantChecker
    private var simulated: SimulatedMachine
    private var fakeInbox: FakeInbox
    private(set) var crash: CrashSwitch

    private static let count = 8

    /// - Parameters:
    ///   - faults: what goes wrong by chance.
    ///   - points: after how many points at which dying makes a difference the executor dies; nil: never.
    init(faults: FaultProfile = .calm, seed: UInt64 = 1, diesAfter points: Int? = nil) {
        let place = Place(file: "sim.md", line: 1, column: 1)
        let steps = (0..<Self.count).map { index in
            Step(
                id: Self.id(index), place: place, scope: 0, title: "", interpreter: .sh,
                directory: Template("/made"))
        }
        let scope = Scope(file: "sim.md", directory: "/made", prefix: "", name: "sim")
        let runbook = RunbookMaker.assembled(steps, scope: scope, pools: [:])
        host = SimulatedHost(seed: seed, runbook: runbook, faults: faults, trace: Trace(isKept: false))
        checker = InvariantChecker(seed: seed, machine: host)
        crash = CrashSwitch(after: points)
        checker.crash = crash
        host.absent = ["no-such-program"]
        host.executorStarts()
        simulated = SimulatedMachine(host: host, crash: crash, checker: checker)
        fakeInbox = FakeInbox(machine: host, crash: crash, checker: checker)
    }

    var machine: any Machine { simulated }
    var inbox: any Inbox { fakeInbox }
    var name: String { "sim" }
    var incarnation: String { host.bootID }
    var folder: String { "/made" }
    /// The first rule that was broken.
    var broken: String? { checker.broken }

    func log(step: Int, attempt: Int) -> String { "/run/logs/\(Self.id(step)).body.\(attempt)" }
    func outputs(step: Int, attempt: Int) -> String { "/run/outputs/\(Self.id(step)).\(attempt)" }

    func launch(_ conduct: Conduct, step: Int, attempt: Int, role: Role, output: Launch.Output) -> Launch {
        var interpreter = Interpreter.sh
        var program = Program()
        program.printed = []
        program.handedOn = []
        program.seconds = 0.01
        switch conduct {
        case .exits(let status): program.exit = .status(status)
        case .prints(let text): program.printed = Array(text.utf8)
        case .handsOn(let text): program.handedOn = Array(text.utf8)
        case .goesOn, .goesOnInTwo: program.seconds = nil
        case .ignoresTerm:
            program.seconds = nil
            program.ignoresTerm = true
        case .isHeld:
            program.seconds = nil
            program.isHeld = true
        case .isMissing: interpreter.arguments = ["no-such-program"]
        }
        host.programs[Self.id(step)] = program
        var launch = Launch(
            key: key(step, attempt, role), interpreter: interpreter, script: "", scriptFile: "/run/script",
            inherited: SharedEnvironment([]),
            environment: [
                "RUNBOOK_TOKEN=\(token(step, attempt))", "RUNBOOK_OUTPUT=\(outputs(step: step, attempt: attempt))",
            ],
            directory: "/made", output: output)
        launch.outputs = outputs(step: step, attempt: attempt)
        return launch
    }

    func orphan(_ conduct: Conduct, step: Int) throws -> Handle {
        let handle = try started(launch(conduct, step: step))
        changeExecutor()
        return handle
    }

    /// The executor is gone, and another one is here.
    func changeExecutor() {
        host.executorEnds()
        host.executorStarts()
        crash = CrashSwitch(after: nil)
        checker.crash = crash
        simulated = SimulatedMachine(host: host, crash: crash, checker: checker)
        fakeInbox = FakeInbox(machine: host, crash: crash, checker: checker)
    }

    func letPass(_ seconds: Double) { host.advance(by: seconds) }

    func living(step: Int) -> Int { host.living.count { host.processes[$0]?.step == Self.id(step) } }

    func bytes(_ path: String) -> [UInt8]? { host.files[path] }

    func put(_ bytes: [UInt8], at path: String) { host.files[path] = bytes }
}
