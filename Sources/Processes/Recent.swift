import Execution

/// Processes that have ended a short while ago.
///
/// In two generations, so that forgetting costs nothing for each.
struct Recent {
    /// Seconds for which an ended process is known at least; at most twice as long.
    static let span = 2.0

    private var younger: [ProcessKey: Child] = [:]
    private var older: [ProcessKey: Child] = [:]
    private var began = 0.0

    mutating func note(_ child: Child, at now: Double) {
        forget(now)
        var child = child
        child.captured = Capture()
        younger[child.key] = child
    }

    subscript(key: ProcessKey, now: Double) -> Child? {
        mutating get {
            forget(now)
            return younger[key] ?? older[key]
        }
    }

    private mutating func forget(_ now: Double) {
        guard now >= began + Self.span else { return }
        older = now >= began + 2 * Self.span ? [:] : younger
        younger = [:]
        began = now
    }
}
