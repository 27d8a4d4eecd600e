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
        try failSometimes(launch, step)
        let process = machine.spawn(launch, holdsPool: step.pool)
        if dies(launch, step) {
            checker.counts.processes += 1
            machine.end(process.serial, .signal(9), leavesNote: false, isHeard: false)
            checker.diesAtOnce(process)
            throw LaunchError(message: "cannot watch it; it was ended at once", isTemporary: true, hasBegun: true)
        }
        machine.tell("start \(name) pid \(process.identity.pid)")
        checker.started(process)
        machine.advance(by: 0.0005)
        if crash.passes("after starting \(name)", machine) { throw Self.gone }
        return process.identity
    }

    private func failSometimes(_ launch: Launch, _ step: Step) throws(LaunchError) {
        guard machine.faults.launchFails > 0 || machine.faults.launchFailsForGood > 0 else { return }
        var random = SeededRandom(machine.seed, "launch", step.id + launch.key.role.word, number: checker.launches)
        if random.chance(machine.faults.launchFails) {
            checker.failsStart(launch.key.role, of: step.id)
            machine.tell("no process for \(step.id) \(launch.key.role.word) just now")
            throw LaunchError(message: "no more processes", isTemporary: true)
        }
        if random.chance(machine.faults.launchFailsForGood) {
            checker.failsStart(launch.key.role, of: step.id)
            machine.tell("no program for \(step.id) \(launch.key.role.word)")
            throw LaunchError(message: "bash: not found", isTemporary: false)
        }
    }

    /// A process that exists and cannot be watched is ended at once, and may have begun its work.
    private func dies(_ launch: Launch, _ step: Step) -> Bool {
        guard launch.key.role == .body else { return false }
        var random = SeededRandom(machine.seed, "watch", step.id, number: checker.launches)
        return random.chance(machine.faults.unwatched)
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
        machine.tell("KILL \(process.step) \(process.role.word) \(process.attempt)")
        machine.schedule(.kill(process.serial, executor: machine.executor), after: 0.001)
        machine.schedule(.givesUp(process.serial, executor: machine.executor), after: 3.001)
    }

    func stop(_ identity: ProcessIdentity, grace: Double) {
        guard !crash.passes("before stopping pid \(identity.pid)", machine), let process = machine.find(identity)
        else { return }
        machine.terminate(process, grace: grace)
        machine.advance(by: grace + 0.001)
    }

    func takeCapture(_ key: ProcessKey) -> Capture { machine.captures.removeValue(forKey: key) ?? Capture() }
}
