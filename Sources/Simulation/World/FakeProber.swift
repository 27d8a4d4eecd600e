import Execution
import Model

/// Answers probes after a while, by how the world is at that moment.
final class FakeProber: GateProber {
    private let machine: SimulatedHost
    private let crash: CrashSwitch
    private let checker: InvariantChecker

    init(machine: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker) {
        self.machine = machine
        self.crash = crash
        self.checker = checker
    }

    func probe(_ question: Probe, key: ProbeKey, timeout: Double, context: ProbeContext) {
        guard !crash.isThrown else { return }
        let step = machine.runbook.steps[key.step]
        if case .log(let pattern) = question {
            checker.check(
                checker.durable[step: step.id].lastBody?.shown.contains(pattern) != true,
                "\(step.id) is asked for what its log has shown in this life of it")
        }
        var random = SeededRandom(machine.seed, "probe", step.id, number: key.serial &* 31 &+ key.gate)
        let isSlow = random.chance(machine.faults.slowProbes)
        let latency = isSlow ? random.seconds(0.5, 1) * timeout : min(timeout, random.skewed(0.0005, 0.05))
        machine.schedule(
            .answer(key, step: step.id, gate: key.gate, executor: machine.executor), after: latency)
    }

    func match(_ pattern: String, in output: [UInt8], isCut: Bool, key: ProbeKey) {
        guard !crash.isThrown else { return }
        let step = machine.runbook.steps[key.step]
        var random = SeededRandom(machine.seed, "match", step.id, number: key.serial &* 31 &+ key.gate)
        machine.schedule(
            .answer(key, step: step.id, gate: key.gate, executor: machine.executor), after: random.skewed(0.0001, 0.1))
    }

    func cancel(_ key: ProbeKey) {
        guard !crash.isThrown else { return }
        machine.cancelled.insert(key)
    }
}
