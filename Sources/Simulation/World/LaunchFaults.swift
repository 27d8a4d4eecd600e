import Execution
import Model

/// What goes wrong as a process is started.
struct LaunchFaults {
    let machine: SimulatedHost
    let checker: InvariantChecker

    /// Why there is no process; nil where there will be one.
    func refusal(_ launch: Launch, _ step: Step) -> LaunchError? {
        guard machine.faults.launchFails > 0 || machine.faults.launchFailsForGood > 0 else { return nil }
        var random = SeededRandom(machine.seed, "launch", step.id + launch.key.role.word, number: checker.launches)
        if random.chance(machine.faults.launchFails) {
            checker.failsStart(launch.key.role, of: step.id)
            machine.tell("no process for \(step.id) \(launch.key.role.word) just now")
            return LaunchError(message: "no more processes", isTemporary: true)
        }
        if random.chance(machine.faults.launchFailsForGood) {
            checker.failsStart(launch.key.role, of: step.id)
            machine.tell("no program for \(step.id) \(launch.key.role.word)")
            return LaunchError(message: "bash: not found", isTemporary: false)
        }
        return nil
    }

    /// A process that exists and cannot be watched is ended at once, and may have begun its work.
    func death(_ process: Process, _ launch: Launch, _ step: Step) -> LaunchError? {
        guard launch.key.role == .body else { return nil }
        var random = SeededRandom(machine.seed, "watch", step.id, number: checker.launches)
        guard random.chance(machine.faults.unwatched) else { return nil }
        checker.counts.processes += 1
        machine.end(process.serial, .signal(9), leavesNote: false, isHeard: false)
        checker.diesAtOnce(process)
        return LaunchError(message: "cannot watch it; it was ended at once", isTemporary: true, hasBegun: true)
    }
}
