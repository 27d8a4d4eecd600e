import Execution
import Testing

@testable import Simulation

/// What goes wrong on the simulated machine alone.
@Suite("The simulated machine")
struct SimulatedMachineTests {
    private func faults(_ change: (inout FaultProfile) -> Void) -> FaultProfile {
        var faults = FaultProfile.calm
        change(&faults)
        return faults
    }

    @Test("refuses starts for a while, or for good", arguments: [true, false])
    func refusals(isTemporary: Bool) throws {
        let bench = SimulatedBench(
            faults: faults { faults in
                if isTemporary { faults.launchFails = 100 } else { faults.launchFailsForGood = 100 }
            })
        let launch = bench.launch(.exits(0))
        bench.machine.start(launch)
        guard case .notStarted(launch.key, let error)? = bench.hear().first else {
            Issue.record("it started")
            return
        }
        #expect(error.isTemporary == isTemporary && !error.hasBegun)
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) == nil)
    }

    @Test("ends some processes at once, which may have begun: their log is there")
    func begun() throws {
        let bench = SimulatedBench(faults: faults { $0.unwatched = 100 })
        let launch = bench.launch(.exits(0))
        bench.machine.start(launch)
        guard case .notStarted(launch.key, let error)? = bench.hear().first else {
            Issue.record("it started")
            return
        }
        #expect(error.hasBegun && error.isTemporary)
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) != nil)
        #expect(bench.remains(of: bench.reference()) == .gone)
    }

    @Test("takes its time, another one for each request")
    func jitter() throws {
        let bench = SimulatedBench()
        var spans: Set<Double> = []
        for step in 0..<8 {
            let before = bench.inbox.now.uptime
            #expect(bench.remains(of: bench.reference(step)) == .neverStarted)
            spans.insert(bench.inbox.now.uptime - before)
        }
        #expect(spans.count == 8 && spans.allSatisfy { $0 > 0 && $0 < 0.02 })
    }

    @Test("may have a process whose executor died before it heard of it; the next one finds it", arguments: 0...2)
    func crash(points: Int) throws {
        let bench = SimulatedBench(diesAfter: points)
        let launch = bench.launch(.goesOn)
        bench.machine.start(launch)
        var hasHeard = false
        for _ in 0..<3 {
            for case .started in bench.inbox.wait(until: nil) { hasHeard = true }
            if bench.crash.isThrown { break }
        }
        #expect(bench.crash.isThrown && !hasHeard)
        bench.changeExecutor()
        let remains = bench.remains(of: bench.reference())
        switch points {
        // As it waited, and before there was a process: the request is lost with it.
        case 0, 1: #expect(remains == .neverStarted)
        default:
            guard case .running(let handle)? = remains else {
                Issue.record("\(String(describing: remains))")
                return
            }
            #expect(bench.adopted(handle, 0))
        }
        #expect(bench.broken == nil)
    }

    @Test("answers a dead executor all that it still waits for, so that it comes to its end")
    func deadExecutor() throws {
        let bench = SimulatedBench(diesAfter: 0)
        bench.machine.start(bench.launch(.goesOn))
        bench.machine.examine(bench.reference(1))
        bench.machine.collect(bench.reference(2), .outputs(limit: 1))
        var heard: Set<String> = []
        for occurrence in bench.inbox.wait(until: nil) {
            switch occurrence {
            case .notStarted: heard.insert("not started")
            case .found(_, .unreachable): heard.insert("unreachable")
            case .collected(_, .failed): heard.insert("failed")
            default: break
            }
        }
        #expect(heard == ["not started", "unreachable", "failed"])
        #expect(bench.living(step: 0) == 0)
    }
}
