package import Execution

/// One line about a run, for lists of runs.
package struct RunSummary: Hashable, Sendable {
    package var run: Int
    /// Of the runbook.
    package var name: String
    package var title: String
    /// Absolute paths of the newest session; empty before the first one.
    package var paths: [String]
    /// What the newest session does or did; nil before the first one.
    package var kind: Session.Kind?
    /// How many executors worked on it.
    package var sessions: Int
    /// Seconds since 1970: when the run's number was given out.
    package var created: Double
    /// Seconds since 1970; of the first session.
    package var started: Double?
    /// Seconds since 1970; nil while an executor is at it, or died.
    package var finished: Double?
    package var outcome: Outcome?
    /// Set aside by `run --fresh`; a later session takes it up again.
    package var isAbandoned: Bool

    /// Something was begun and neither finished, undone nor set aside.
    package var isUnfinished: Bool {
        sessions > 0 && outcome != .done && outcome != .undone && !isAbandoned
    }
}
