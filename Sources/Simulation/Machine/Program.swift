import Execution
import Steps

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
    /// How long it takes to end after TERM, and whether it then exits by itself instead of dying of the signal.
    var termSeconds = 0.01
    var exitsOnTerm = false

    /// What the body of a step does this time.
    static func body(
        _ step: Step, attempt: Int, execution: Int, seed: UInt64, weather: Weather
    ) -> Program {
        var dice = Dice(seed, "body", step.id, number: execution)
        var program = Program()
        program.ignoresTerm = dice.chance(weather.ignoresTerm)
        program.termSeconds = dice.skewed(0.001, 0.5)
        program.exitsOnTerm = dice.chance(40)
        let fails = dice.chance(weather.bodyFails)
        let length = min(dice.skewed(0.01, 8), (step.timeout?.inSeconds ?? 100) * 0.8)
        if step.isService {
            let dies = dice.chance(weather.serviceDies)
            program.seconds = dies || fails ? dice.skewed(0.01, fails ? 2 : 60) : nil
            program.exit = dice.chance(50) ? .status(1) : .signal(11)
            program.worksAfter = fails ? nil : dice.skewed(0.01, 2)
            program.writesAfter = dice.skewed(0.001, 0.01)
        } else {
            let hangs = dice.chance(weather.hangs)
            program.seconds = !hangs ? length : step.timeout == nil ? 200 : nil
            if fails { program.exit = .status(dice.chance(weather.retriable) ? 75 : Int32(1 + dice.below(5))) }
            if fails, dice.chance(15) { program.exit = .signal(11) }
            // Work shows a little before the end, so that a kill may come in between.
            program.worksAfter = fails ? nil : length * dice.seconds(0.8, 1)
            program.writesAfter = length * dice.seconds(0.5, 0.99)
        }
        guard !step.outputs.isEmpty else { return program }
        program.writing = .right
        if dice.chance(weather.badOutputs) { program.writing = dice.chance(50) ? .incomplete : .garbled }
        if fails, dice.chance(50) { program.writing = .nothing }
        return program
    }

    static func undo(_ step: Step, execution: Int, seed: UInt64, weather: Weather) -> Program {
        var dice = Dice(seed, "undo", step.id, number: execution)
        var program = Program()
        program.seconds = dice.chance(weather.hangs) ? 1000 : dice.skewed(0.01, 4)
        if dice.chance(weather.bodyFails) { program.exit = .status(3) }
        program.ignoresTerm = dice.chance(weather.ignoresTerm)
        program.termSeconds = dice.skewed(0.001, 0.5)
        program.worksAfter = program.seconds.map { $0 * 0.9 }
        return program
    }

    /// A question: its exit status is decided as it ends.
    static func question(_ key: ProcessKey, _ step: Step, execution: Int, seed: UInt64, weather: Weather) -> Program {
        var dice = Dice(seed, "question", step.id + key.role.word, number: execution)
        var program = Program()
        program.seconds = dice.chance(weather.slowProbes) ? dice.seconds(0.5, 100) : dice.skewed(0.002, 0.2)
        if dice.chance(weather.questionFails) { program.exit = .status(127) }
        return program
    }
}
