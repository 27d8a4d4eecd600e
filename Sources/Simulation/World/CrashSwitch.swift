/// The moment at which an executor is gone: from then on nothing that it does has any effect.
///
/// Every point at which dying makes a difference passes here: before and after a transaction, a start, a file.
final class CrashSwitch {
    /// Points still to be passed; nil: it never dies.
    private var left: Int?
    private(set) var isThrown = false
    /// How often a dead executor has waited, to bring it to its end.
    var waits = 0

    init(after points: Int?) { left = points }

    /// True when the executor is dead, by this point or an earlier one.
    func passes(_ place: @autoclosure () -> String, _ machine: SimulatedHost) -> Bool {
        if isThrown { return true }
        guard let left else { return false }
        if left <= 0 {
            isThrown = true
            machine.tell("*** the executor dies: \(place())")
            return true
        }
        self.left = left - 1
        return false
    }

    /// Stops the world for another reason: a rule was broken, and nothing after it counts.
    func stop() { isThrown = true }
}
