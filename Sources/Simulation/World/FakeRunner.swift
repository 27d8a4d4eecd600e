import Execution
import Model

/// Starts and ends processes of the fake machine.
final class FakeRunner: CommandRunner {
    private let machine: SimulatedHost
    private let crash: CrashSwitch
    private let checker: InvariantChecker

    init(machine: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker) {
        self.machine = machine
        self.crash = crash
        self.checker = checker
    }

    private static let gone = LaunchError(message: "the executor is gone", isTemporary: false)

    var bootID: String { machine.bootID }

    func start(_ launch: Launch) throws(LaunchError) -> ProcessIdentity {
        let step = machine.runbook.steps[launch.key.step]
        let name = "\(step.id) \(launch.key.role.word) \(launch.key.attempt)"
        if crash.passes("before starting \(name)", machine) { throw Self.gone }
        checker.starts(launch)
        if crash.isThrown { throw Self.gone }
        let faults = LaunchFaults(machine: machine, checker: checker)
        if let error = faults.refusal(launch, step) { throw error }
        let process = machine.spawn(launch, holdsPool: step.pool)
        if let error = faults.death(process, launch, step) { throw error }
        machine.tell("start \(name) pid \(process.identity.pid)")
        checker.started(process)
        machine.advance(by: 0.0005)
        if crash.passes("after starting \(name)", machine) { throw Self.gone }
        return process.identity
    }

    func adopt(_ identity: ProcessIdentity, token: String?, as key: ProcessKey) -> Bool {
        guard !crash.isThrown, let process = machine.find(identity) else { return false }
        machine.tell("adopt \(process.step) \(process.role.word) \(process.attempt) pid \(identity.pid)")
        checker.adopts(process, as: key)
        machine.processes[process.serial]?.watcher = Process.Watcher(
            executor: machine.executor, key: key, isOurs: false)
        return true
    }

    func isAlive(_ identity: ProcessIdentity) -> Bool { machine.find(identity) != nil }

    func lingers(_ identity: ProcessIdentity, log: String) -> Bool {
        machine.lateWriters.values.contains { $0.isSame(as: identity) }
    }

    func successor(of identity: ProcessIdentity, token: String?) -> ProcessIdentity? { nil }

    func find(token: String) -> ProcessIdentity? {
        machine.living.lazy.compactMap { self.machine.processes[$0] }.first { $0.token == token }?.identity
    }

    func terminate(_ key: ProcessKey, grace: Double) {
        guard !crash.isThrown, let process = machine.watched(key) else { return }
        machine.terminate(process, grace: grace)
    }

    func kill(_ key: ProcessKey) {
        guard !crash.isThrown, let process = machine.watched(key) else { return }
        machine.kill(process)
    }

    func stop(_ identity: ProcessIdentity, grace: Double) {
        guard !crash.passes("before stopping pid \(identity.pid)", machine), let process = machine.find(identity)
        else { return }
        machine.terminate(process, grace: grace)
        machine.advance(by: grace + 0.001)
    }

    func takeCapture(_ key: ProcessKey) -> Capture { machine.captures.removeValue(forKey: key) ?? Capture() }
}
