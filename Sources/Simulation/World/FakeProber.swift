import Execution
import Steps

/// Answers probes after a while, by how the world is at that moment.
final class FakeProber: GateProber {
    private let machine: Machine
    private let crash: CrashSwitch

    init(machine: Machine, crash: CrashSwitch) {
        self.machine = machine
        self.crash = crash
    }

    func probe(_ question: Probe, key: ProbeKey, timeout: Double, context: ProbeContext) {
        guard !crash.isThrown else { return }
        let step = machine.runbook.steps[key.step]
        var dice = Dice(machine.seed, "probe", step.id, number: key.serial &* 31 &+ key.gate)
        let isSlow = dice.chance(machine.weather.slowProbes)
        let latency = isSlow ? dice.seconds(0.5, 1) * timeout : min(timeout, dice.skewed(0.0005, 0.05))
        machine.schedule(
            .answer(key, step: step.id, gate: key.gate, executor: machine.executor), after: latency)
    }

    func cancel(_ key: ProbeKey) {
        guard !crash.isThrown else { return }
        machine.cancelled.insert(key)
    }
}
