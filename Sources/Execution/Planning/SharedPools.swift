package import DAG
package import Model

extension Runbook {
    /// The pools that steps share places of, by name.
    package var sharedPools: [Slots.Pool] {
        pools.sorted { $0.key < $1.key }.map { name, limit in
            Slots.Pool(limit: limit, members: steps.indices.filter { steps[$0].pool == name })
        }
    }
}
