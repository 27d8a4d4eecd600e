import Execution
import Model

/// What a process of the fake machine is going to do, fixed when it starts.
struct Program: Sendable {
    /// What stands in `$RUNBOOK_OUTPUT` in the end.
    enum Writing: Sendable {
        case nothing
        case right
        case incomplete
        case garbled
    }

    /// After how many seconds it ends by itself; nil: never.
    var seconds: Double?
    var exit = Exit.status(0)
    var writing = Writing.nothing
    /// After how many seconds its outputs are written, and its work shows (nil: it never does).
    var writesAfter = 0.0
    var worksAfter: Double?
    var ignoresTerm = false
    /// Neither TERM nor KILL of an executor reaches it.
    var isHeld = false
    /// What it prints, in place of what its role has it print.
    var printed: [UInt8]?
    /// What stands in `$RUNBOOK_OUTPUT` in place of what `writing` says.
    var handedOn: [UInt8]?
    /// How long it takes to end after TERM, and whether it then exits by itself instead of dying of the signal.
    var termSeconds = 0.01
    var exitsOnTerm = false

    /// What the body of a step does this time.
    static func body(
        _ step: Step, attempt: Int, execution: Int, seed: UInt64, faults: FaultProfile
    ) -> Program {
        var random = SeededRandom(seed, "body", step.id, number: execution)
        var program = Program()
        program.ignoresTerm = random.chance(faults.ignoresTerm)
        program.termSeconds = random.skewed(0.001, 0.5)
        program.exitsOnTerm = random.chance(40)
        let fails = random.chance(faults.bodyFails)
        let length = min(random.skewed(0.01, 8), (step.timeout?.inSeconds ?? 100) * 0.8)
        if step.isService {
            let dies = random.chance(faults.serviceDies)
            program.seconds = dies || fails ? random.skewed(0.01, fails ? 2 : 60) : nil
            program.exit = random.chance(50) ? .status(1) : .signal(11)
            program.worksAfter = fails ? nil : random.skewed(0.01, 2)
            program.writesAfter = random.skewed(0.001, 0.01)
        } else {
            let hangs = random.chance(faults.hangs)
            program.seconds = !hangs ? length : step.timeout == nil ? 200 : nil
            if fails { program.exit = .status(random.chance(faults.retriable) ? 75 : Int32(1 + random.below(5))) }
            if fails, random.chance(15) { program.exit = .signal(11) }
            // Work shows a little before the end, so that a kill may come in between.
            program.worksAfter = fails ? nil : length * random.seconds(0.8, 1)
            program.writesAfter = length * random.seconds(0.5, 0.99)
        }
        guard !step.outputs.isEmpty else { return program }
        program.writing = .right
        if random.chance(faults.badOutputs) { program.writing = random.chance(50) ? .incomplete : .garbled }
        if fails, random.chance(50) { program.writing = .nothing }
        return program
    }

    static func undo(_ step: Step, execution: Int, seed: UInt64, faults: FaultProfile) -> Program {
        var random = SeededRandom(seed, "undo", step.id, number: execution)
        var program = Program()
        program.seconds = random.chance(faults.hangs) ? 1000 : random.skewed(0.01, 4)
        if random.chance(faults.bodyFails) { program.exit = .status(3) }
        program.ignoresTerm = random.chance(faults.ignoresTerm)
        program.termSeconds = random.skewed(0.001, 0.5)
        program.worksAfter = program.seconds.map { $0 * 0.9 }
        return program
    }

    /// A question: its exit status is decided as it ends.
    static func question(_ key: ProcessKey, _ step: Step, execution: Int, seed: UInt64, faults: FaultProfile) -> Program
    {
        var random = SeededRandom(seed, "question", step.id + key.role.word, number: execution)
        var program = Program()
        program.seconds = random.chance(faults.slowProbes) ? random.seconds(0.5, 100) : random.skewed(0.002, 0.2)
        if random.chance(faults.questionFails) { program.exit = .status(127) }
        return program
    }
}
