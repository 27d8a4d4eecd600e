/// How rough the world is: chances in percent, zero where a kind of trouble stays away from this seed altogether.
struct FaultProfile {
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
    /// The disk takes its time.
    var slowSyncs = 0

    static let calm = FaultProfile()

    /// Each kind of trouble is absent from half of the seeds, so that one does not hide the other.
    static func drawn(_ seed: UInt64) -> FaultProfile {
        var random = SeededRandom(seed, "faults")
        func some(_ most: Int) -> Int { random.chance(50) ? 0 : 1 + random.below(most) }
        var faults = FaultProfile()
        faults.bodyFails = some(25)
        faults.retriable = random.below(101)
        faults.hangs = some(8)
        faults.ignoresTerm = some(40)
        faults.badOutputs = some(8)
        faults.serviceDies = some(25)
        faults.flaps = some(25)
        faults.barren = some(8)
        faults.slowProbes = some(10)
        faults.launchFails = some(10)
        faults.launchFailsForGood = some(5)
        faults.unwatched = random.chance(80) ? 0 : 1 + random.below(8)
        faults.questionFails = some(6)
        faults.crashes = random.chance(75) ? 30 + random.below(71) : 0
        faults.diskFull = some(20)
        faults.interrupts = some(25)
        faults.killsBoth = some(60)
        faults.reboots = some(40)
        faults.lapses = some(30)
        faults.edits = some(70)
        faults.people = some(60)
        faults.fileFails = some(10)
        faults.held = random.chance(75) ? 0 : 1 + random.below(8)
        faults.naps = some(30)
        faults.slowSyncs = random.chance(50) ? some(10) : some(100)
        return faults
    }
}
