/// How rough the world is: chances in percent, zero where a kind of trouble stays away from this seed altogether.
struct Weather {
    var bodyFails = 0
    /// Of the failures, how many have the exit status that `retry-on` names.
    var retriable = 50
    /// A body that does not end before its limit, and one that does not listen to TERM.
    var hangs = 0
    var ignoresTerm = 0
    /// A process that became somebody whom nobody may signal.
    var held = 0
    /// Per session: the executor is stopped for a while.
    var naps = 0
    var badOutputs = 0
    var serviceDies = 0
    /// A gate is false in a span of time, whatever is up.
    var flaps = 0
    /// A gate that never holds.
    var barren = 0
    var slowProbes = 0
    var launchFails = 0
    var launchFailsForGood = 0
    /// A process comes into being and is ended at once, since it cannot be watched.
    var unwatched = 0
    var questionFails = 0
    /// Per session.
    var crashes = 0
    var diskFull = 0
    var interrupts = 0
    /// What happens to processes when their executor dies.
    var killsBoth = 0
    var reboots = 0
    /// Between sessions.
    var lapses = 0
    var edits = 0
    var people = 0
    var fileFails = 0

    static let calm = Weather()

    /// Each kind of trouble is absent from half of the seeds, so that one does not hide the other.
    static func drawn(_ seed: UInt64) -> Weather {
        var dice = Dice(seed, "weather")
        func some(_ most: Int) -> Int { dice.chance(50) ? 0 : 1 + dice.below(most) }
        var weather = Weather()
        weather.bodyFails = some(25)
        weather.retriable = dice.below(101)
        weather.hangs = some(8)
        weather.ignoresTerm = some(40)
        weather.badOutputs = some(8)
        weather.serviceDies = some(25)
        weather.flaps = some(25)
        weather.barren = some(8)
        weather.slowProbes = some(10)
        weather.launchFails = some(10)
        weather.launchFailsForGood = some(5)
        weather.unwatched = dice.chance(80) ? 0 : 1 + dice.below(8)
        weather.questionFails = some(6)
        weather.crashes = dice.chance(75) ? 30 + dice.below(71) : 0
        weather.diskFull = some(20)
        weather.interrupts = some(25)
        weather.killsBoth = some(60)
        weather.reboots = some(40)
        weather.lapses = some(30)
        weather.edits = some(70)
        weather.people = some(60)
        weather.fileFails = some(10)
        weather.held = dice.chance(75) ? 0 : 1 + dice.below(8)
        weather.naps = some(30)
        return weather
    }
}
