import Execution
import Testing

@testable import Simulation

/// What holds for every machine: its processes.
@Suite("A machine's processes", .serialized)
struct ProcessContractTests {
    @Test("are started, and end with their status", arguments: Kind.allCases)
    func ends(_ kind: Kind) throws {
        let bench = try kind.bench()
        for (attempt, status) in [Int32(0), 3, 75].enumerated() {
            let launch = bench.launch(.exits(status), attempt: attempt + 1)
            let handle = try bench.started(launch)
            #expect(handle.machine == bench.machine.name)
            #expect(handle.incarnation == bench.incarnation)
            guard case .ended(launch.key, .status(status))? = bench.hear().first else {
                Issue.record("no end with \(status)")
                continue
            }
        }
        #expect(bench.isQuiet())
    }

    @Test("are told in order: that one is there comes before its end, however soon that is", arguments: Kind.allCases)
    func order(_ kind: Kind) throws {
        let bench = try kind.bench()
        var open: [ProcessKey: Int] = [:]
        for step in 0..<8 {
            for attempt in 1...6 {
                let launch = bench.launch(.exits(0), step: step, attempt: attempt)
                open[launch.key] = 0
                bench.machine.start(launch)
            }
        }
        let count = 2 * open.count
        for occurrence in bench.hear(count) {
            switch occurrence {
            case .started(let key, _): #expect(open.updateValue(1, forKey: key) == 0)
            case .ended(let key, let exit):
                #expect(open.updateValue(2, forKey: key) == 1)
                #expect(exit == .status(0))
            default: Issue.record("\(occurrence)")
            }
        }
        #expect(open.values.allSatisfy { $0 == 2 })
        #expect(bench.isQuiet(), "each answer comes once")
    }

    @Test("are not waited for: a request returns before there is an answer", arguments: Kind.allCases)
    func returns(_ kind: Kind) throws {
        let bench = try kind.bench()
        let launch = bench.launch(.exits(0))
        bench.machine.start(launch)
        // Started again, while the first start is not answered.
        bench.machine.start(launch)
        var heard: [String] = []
        for occurrence in bench.hear(3) {
            switch occurrence {
            case .started: heard.append("started")
            case .notStarted(launch.key, let error):
                heard.append("not started")
                #expect(error.message.contains("still running") && !error.isTemporary && !error.hasBegun)
            case .ended: heard.append("ended")
            default: Issue.record("\(occurrence)")
            }
        }
        #expect(heard.sorted() == ["ended", "not started", "started"])
    }

    @Test("do not start without their program, which is named; then there is no log", arguments: Kind.allCases)
    func missing(_ kind: Kind) throws {
        let bench = try kind.bench()
        let launch = bench.launch(.isMissing)
        bench.machine.start(launch)
        guard case .notStarted(launch.key, let error)? = bench.hear().first else {
            Issue.record("it started")
            return
        }
        #expect(error.message.contains("no-such-program"))
        #expect(!error.isTemporary && !error.hasBegun)
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) == nil)
        #expect(bench.remains(of: bench.reference()) == .neverStarted)
        #expect(bench.isQuiet())
    }

    @Test("make their log themselves, and find the file for what they hand on", arguments: Kind.allCases)
    func files(_ kind: Kind) throws {
        let bench = try kind.bench()
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) == nil)
        _ = try bench.started(bench.launch(.goesOn))
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) == [])
        #expect(bench.bytes(bench.outputs(step: 0, attempt: 1)) == [])
        bench.machine.kill(bench.key(0))
        #expect(bench.hear().count == 1)
    }

    @Test("that were listened to end with what they printed", arguments: Kind.allCases)
    func captures(_ kind: Kind) throws {
        let bench = try kind.bench()
        let role = Role.check
        let launch = bench.launch(.prints("a=1"), step: 1, attempt: 0, role: role, output: .capture(limit: 100))
        _ = try bench.started(launch)
        guard case .answered(launch.key, .status(0), let capture)? = bench.hear().first else {
            Issue.record("nothing was heard of what it printed")
            return
        }
        #expect(String(decoding: capture.output, as: UTF8.self) == "a=1")
        #expect(!capture.isCut)
        let silent = bench.launch(.exits(1), step: 1, attempt: 0, role: role, output: .capture(limit: 100))
        _ = try bench.started(silent)
        guard case .answered(silent.key, .status(1), let nothing)? = bench.hear().first else {
            Issue.record("nothing was heard of its end")
            return
        }
        #expect(nothing.output.isEmpty, "what an earlier one printed is not told again")
    }

    // MARK: - Ending

    @Test("are ended, and their end is told once nothing of them lives", arguments: Kind.allCases)
    func stop(_ kind: Kind) throws {
        let bench = try kind.bench()
        _ = try bench.started(bench.launch(.goesOnInTwo, step: 2))
        while bench.living(step: 2) < (kind == .local ? 3 : 1) { bench.letPass(0.005) }
        bench.machine.stop(bench.key(2), grace: 1_000)
        guard case .ended(bench.key(2), let exit)? = bench.hear().first else {
            Issue.record("its end was not told")
            return
        }
        #expect(!exit.isSuccess)
        #expect(bench.living(step: 2) == 0)
        #expect(bench.isQuiet())
    }

    @Test("that do not listen are killed when the grace is over, or at once", arguments: Kind.allCases)
    func kill(_ kind: Kind) throws {
        for isKilled in [false, true] {
            let bench = try kind.bench()
            _ = try bench.started(bench.launch(.ignoresTerm, step: 3))
            if kind == .local { while bench.bytes(bench.log(step: 3, attempt: 1)) != Array("ready\n".utf8) {} }
            if isKilled { bench.machine.kill(bench.key(3)) } else { bench.machine.stop(bench.key(3), grace: 0.1) }
            guard case .ended(bench.key(3), .signal(9))? = bench.hear().first else {
                Issue.record("it was not killed")
                continue
            }
            #expect(bench.living(step: 3) == 0)
        }
    }

    @Test("are ended also where their start was not answered yet", arguments: Kind.allCases)
    func stopEarly(_ kind: Kind) throws {
        for isKilled in [false, true] {
            let bench = try kind.bench()
            let launch = bench.launch(.goesOn, step: 4)
            bench.machine.start(launch)
            if isKilled { bench.machine.kill(launch.key) } else { bench.machine.stop(launch.key, grace: 20) }
            let heard = bench.hear(2)
            guard heard.count == 2, case .started(launch.key, _) = heard[0],
                case .ended(launch.key, let exit) = heard[1]
            else {
                Issue.record("\(heard)")
                continue
            }
            #expect(!exit.isSuccess)
            #expect(bench.living(step: 4) == 0)
        }
    }

    /// On this machine it takes a program of another user (`UnstoppableTests`).
    @Test("that nobody can end are told, and nothing is heard of them after that")
    func unstopped() throws {
        let bench = SimulatedBench()
        _ = try bench.started(bench.launch(.isHeld, step: 5))
        bench.machine.stop(bench.key(5), grace: 0.1)
        guard case .unstopped(bench.key(5), let remnants)? = bench.hear().first else {
            Issue.record("it was not told")
            return
        }
        #expect(remnants.count == 1)
        bench.host.endHeld()
        bench.machine.kill(bench.key(5))
        #expect(bench.isQuiet(for: 60))
    }
}
