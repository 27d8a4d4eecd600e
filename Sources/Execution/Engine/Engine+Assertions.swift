import DAG
import Model

extension Engine {
    /// What is counted along the way is what there is. Looked at each turn of a debug build, of small runbooks.
    func assertCounts() {
        assert(
            {
                guard runs.indices.count <= 200 else { return true }
                return runs.activeCount == runs.indices.count { runs[$0].isActive }
                    && runs.aheadCount == runs.indices.count { runs[$0].isAheadOfSlot }
                    && light == Set(runs.indices.filter { runs[$0].isLight && schedule.isQueued($0) })
                    && Set(waiting) == Set(runs.indices.filter { runs[$0].state == .waiting })
                    && Set(prepared.map(\.key.step)) == Set(runs.indices.filter { runs[$0].state == .ahead })
                    && slots.used == runs.indices.count { slots.hold(of: $0) == .slot }
            }(), "a count is not what is counted")
    }
}
