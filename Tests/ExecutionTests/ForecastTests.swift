import Execution
import Model
import Testing

@Suite("A forecast")
struct ForecastTests {
    /// a (4 s) before d (2 s); b (3 s) and c (3 s) beside them.
    private let runbook = Fixture.runbook([
        Fixture.step("a"), Fixture.step("b"), Fixture.step("c"), Fixture.step("d", needs: [0]),
    ])
    private let durations = [4.0, 3, 3, 2]

    @Test("says for each number of jobs how long the whole takes")
    func makespans() {
        let forecast = Forecast(runbook: runbook, durations: durations, jobs: [1, 2, 3, 8])
        #expect(forecast.makespans.map(\.seconds) == [12, 6, 6, 6])
        #expect(forecast.criticalPath == ["a", "d"])
        #expect(forecast.criticalSeconds == 6)
    }

    @Test("names what would be worth shortening, the most first")
    func gains() {
        let one = Forecast(runbook: runbook, durations: durations, jobs: [1])
        #expect(one.gains.map(\.step) == ["a", "b", "c", "d"])
        #expect(one.gains.map(\.gain) == [4, 3, 3, 2])
        let many = Forecast(runbook: runbook, durations: durations, jobs: [8])
        #expect(many.gains.map(\.step) == ["a", "d"])
        #expect(many.gains.map(\.gain) == [3, 2])
    }

    @Test("honours pools")
    func pools() {
        let steps = ["a", "b"].map { id in Fixture.step(id) { $0.pool = "disk" } }
        let forecast = Forecast(runbook: Fixture.runbook(steps, pools: ["disk": 1]), durations: [2, 3], jobs: [8])
        #expect(forecast.makespans.map(\.seconds) == [5])
    }
}

@Suite("An outage")
struct OutageTests {
    private let runbook = Fixture.runbook([
        Fixture.step("consul-1") {
            $0.component = "consul"
            $0.provides = ["discovery"]
        },
        Fixture.step("seed"), Fixture.step("edge", needs: [0]), Fixture.step("platform", needs: [1, 2]),
    ])

    @Test("blocks what needs it, near and far", arguments: ["consul", "discovery", "consul-1"])
    func blocks(name: String) throws {
        let outage = try Outage(runbook: runbook, without: [name])
        #expect(outage.down == ["consul-1"])
        #expect(outage.blocked == ["edge", "platform"])
        #expect(outage.up == ["seed"])
    }

    @Test("of something unknown is an error")
    func unknown() {
        #expect(throws: SelectionError.self) { try Outage(runbook: runbook, without: ["moon"]) }
    }
}
