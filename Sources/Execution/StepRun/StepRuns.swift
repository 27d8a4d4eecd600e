/// The steps of a session. Counts follow from the states, at every change.
package struct StepRuns: Sendable {
    private var runs: [StepRun]
    /// Steps with something under way, gates included.
    package private(set) var activeCount = 0
    /// Steps whose intents are ahead of their slots.
    package private(set) var aheadCount = 0

    package init(_ decisions: [Decision]) {
        runs = decisions.map { StepRun($0) }
    }

    package var indices: Range<Int> { runs.indices }

    package subscript(_ index: Int) -> StepRun { runs[index] }

    /// The one way to change a step.
    package mutating func change<Value>(_ index: Int, _ change: (inout StepRun) -> Value) -> Value {
        count(index, by: -1)
        defer { count(index, by: 1) }
        return change(&runs[index])
    }

    private mutating func count(_ index: Int, by number: Int) {
        if runs[index].isActive { activeCount += number }
        if runs[index].isAheadOfSlot { aheadCount += number }
    }
}
