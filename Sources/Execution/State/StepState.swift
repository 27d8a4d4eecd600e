/// Where a step stands.
package enum StepState: String, Hashable, Sendable, CaseIterable {
    case pending, ready, running, gating, waiting
    case done, satisfied, skipped, failed, blocked, interrupted, uncertain, undone, lapsed

    /// Its dependents may start.
    package var isMet: Bool { self == .done || self == .satisfied || self == .skipped }

    /// Something of it is under way.
    package var isActive: Bool { self == .running || self == .gating }

    /// It came up, wholly or in part, so that taking it down may have something to do.
    package var cameUp: Bool {
        switch self {
        case .done, .lapsed, .running, .gating, .failed, .interrupted, .uncertain: true
        default: false
        }
    }
}
