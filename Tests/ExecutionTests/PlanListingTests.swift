import DAG
import Execution
import Model
import Testing

@Suite("Plan as it is shown")
struct PlanListingTests {
    private func runbook(pool: String? = nil) -> Runbook {
        let place = Place(file: "z.md", line: 1, column: 1)
        let needs: [[Int]] = [[], [0], [0], [1, 2], []]
        let steps = needs.enumerated().map { index, needs in
            var step = Step(
                id: "s\(index)", place: place, scope: 0, title: "Step \(index)", interpreter: .sh,
                directory: Template("/"))
            step.needs = needs
            step.pool = pool
            return step
        }
        let edges = needs.enumerated().flatMap { index, needs in needs.map { Edge(from: $0, to: index) } }
        return Runbook(
            name: "z", title: "Z", scopes: [], steps: steps, graph: Graph(count: 5, edges: edges), index: [:],
            pools: pool.map { [$0: 1] } ?? [:], stages: [])
    }

    private func listing(_ decisions: [Decision], jobs: Int = 8, pool: String? = nil) -> PlanListing {
        let runbook = runbook(pool: pool)
        return PlanListing(
            runbook: runbook, graph: runbook.graph, plan: Plan(items: decisions.map { .init($0, "") }),
            durations: [1, 5, 2, 1, 3], jobs: jobs)
    }

    @Test("rows are in the order of waves; the longest chain, slack and expected times are told")
    func firstRun() {
        let listing = listing([.run, .run, .run, .run, .run])
        #expect(listing.rows.map(\.id) == ["s0", "s4", "s1", "s2", "s3"])
        #expect(listing.rows.map(\.wave) == [1, 1, 2, 2, 3])
        #expect(listing.criticalPath == ["s0", "s1", "s3"])
        #expect(listing.criticalSeconds == 7)
        #expect(listing.expectedSeconds == 7)
        #expect(listing.rows.map(\.slack) == [0, 4, 0, 3, 0])
        #expect(listing.rows.map(\.isCritical) == [true, false, true, false, true])
        #expect(listing.waves == 3)
        #expect(listing.count == 5)
    }

    @Test("few jobs and full pools make it longer, the longest chain stays")
    func jobs() {
        let one = listing([.run, .run, .run, .run, .run], jobs: 1)
        #expect(one.expectedSeconds == 12)
        #expect(one.criticalSeconds == 7)
        #expect(listing([.run, .run, .run, .run, .run], pool: "disk").expectedSeconds == 12)
    }

    @Test("steps with nothing to do come last, take no time and no wave, and hand the order on")
    func resume() {
        let listing = listing([.run, .keep, .keep, .run, .skip])
        #expect(listing.rows.map(\.id) == ["s0", "s3", "s1", "s2", "s4"])
        #expect(listing.rows.map(\.wave) == [1, 2, 0, 0, 0])
        #expect(listing.criticalPath == ["s0", "s3"])
        #expect(listing.expectedSeconds == 2)
        #expect(listing.count == 2)
    }

    @Test("nothing to do is an empty plan")
    func nothing() {
        let listing = listing([.keep, .keep, .keep, .keep, .leave])
        #expect(listing.waves == 0)
        #expect(listing.count == 0)
        #expect(listing.expectedSeconds == 0)
        #expect(listing.criticalPath == [])
    }
}
