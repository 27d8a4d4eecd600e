import Execution
import Testing

@testable import Simulation

/// What holds for every machine: attempts of executors that are gone.
@Suite("A machine's attempts", .serialized)
struct AttemptContractTests {
    @Test("that never started are told from those that did", arguments: Kind.allCases)
    func neverStarted(_ kind: Kind) throws {
        let bench = try kind.bench()
        #expect(bench.remains(of: bench.reference()) == .neverStarted)
        // On an earlier boot its log may be gone with much else; without a log nothing tells; what was confirmed began.
        var reference = bench.reference()
        reference.incarnation = "another boot"
        #expect(bench.remains(of: reference) == .gone)
        reference = bench.reference()
        reference.log = nil
        #expect(bench.remains(of: reference) == .gone)
        bench.put([], at: bench.log(step: 0, attempt: 1))
        #expect(bench.remains(of: bench.reference()) == .gone)
    }

    @Test("that still run are found, by handle or by token", arguments: Kind.allCases)
    func running(_ kind: Kind) throws {
        let bench = try kind.bench()
        let handle = try bench.orphan(.goesOn, step: 1)
        for known in [handle, nil] {
            guard case .running(let found)? = bench.remains(of: bench.reference(1, handle: known)) else {
                Issue.record("it is not found")
                continue
            }
            #expect(found.isSame(as: handle))
        }
    }

    @Test("that ended tell how, whoever was there; those that could not are gone", arguments: Kind.allCases)
    func ended(_ kind: Kind) throws {
        let bench = try kind.bench()
        let handle = try bench.orphan(.exits(7), step: 2)
        while bench.living(step: 2) > 0 { bench.letPass(0.005) }
        for known in [handle, nil] {
            #expect(bench.remains(of: bench.reference(2, handle: known)) == .ended(.status(7)))
        }
        let killed = try bench.orphan(.goesOn, step: 3)
        #expect(bench.adopted(killed, 3))
        bench.machine.kill(bench.key(3))
        #expect(bench.hear().count == 1)
        #expect(bench.remains(of: bench.reference(3, handle: killed)) == .gone)
    }

    @Test("are adopted while they run, and their end is told with what they told of it", arguments: Kind.allCases)
    func adopt(_ kind: Kind) throws {
        let bench = try kind.bench()
        let handle = try bench.orphan(.goesOn, step: 4)
        #expect(bench.adopted(handle, 4))
        #expect(bench.isQuiet())
        bench.machine.stop(bench.key(4), grace: 1_000)
        guard case .ended(bench.key(4), let exit)? = bench.hear().first else {
            Issue.record("its end was not told")
            return
        }
        #expect(exit == .unknown || exit == .status(143))
        #expect(bench.living(step: 4) == 0)
        #expect(!bench.adopted(handle, 4), "it is not there any more")
    }

    @Test("that end by themselves after they were adopted tell their status", arguments: Kind.allCases)
    func status(_ kind: Kind) throws {
        let bench = try kind.bench()
        // Whether it still ran when it was adopted is a matter of chance: one of the two is told.
        for step in 0..<6 {
            let handle = try bench.orphan(.exits(5), step: step)
            bench.machine.adopt(handle, of: bench.reference(step, handle: handle), as: bench.key(step))
            switch bench.hear().first {
            case .lost(bench.key(step))?:
                #expect(bench.remains(of: bench.reference(step, handle: handle)) == .ended(.status(5)))
            case .adopted(bench.key(step))?:
                guard case .ended(bench.key(step), .status(5))? = bench.hear().first else {
                    Issue.record("its status was not told")
                    return
                }
            case let other: Issue.record("\(String(describing: other))")
            }
        }
    }

    @Test(
        "are lost where the number is somebody else's now, the boot another, or the handle none",
        arguments: Kind.allCases)
    func strangers(_ kind: Kind) throws {
        let bench = try kind.bench()
        let handle = try bench.orphan(.goesOn, step: 5)
        let process = try #require(handle.process)
        var younger = process
        younger.startTime += 10
        var earlier = handle
        earlier.incarnation = "00000000-0000-0000-0000-000000000000"
        var elsewhere = handle
        elsewhere.machine = "elsewhere"
        var garbled = handle
        garbled.opaque = "what is this"
        for wrong in [Handle(younger, on: handle.machine), earlier, elsewhere, garbled] {
            #expect(!bench.adopted(wrong, 5), "\(wrong)")
            bench.machine.kill(bench.key(5))
        }
        #expect(bench.living(step: 5) > 0, "nothing was done to it")
        let remains = bench.remains(of: bench.reference(5, handle: Handle(younger, on: handle.machine)))
        #expect(remains == .gone)
        #expect(bench.adopted(handle, 5))
    }

    @Test("of an earlier boot are over, whoever has their number now")
    func reboot() throws {
        let bench = SimulatedBench()
        let handle = try bench.orphan(.goesOn, step: 6)
        let reference = bench.reference(6, handle: handle)
        var unconfirmed = reference
        unconfirmed.handle = nil
        let process = try #require(handle.process)
        bench.host.reboot()
        bench.changeExecutor()
        bench.host.addStranger(pid: process.pid, startTime: process.startTime)
        #expect(bench.remains(of: reference) == .gone)
        #expect(bench.remains(of: unconfirmed) == .gone)
        #expect(!bench.adopted(handle, 6))
    }
}

extension Bench {
    /// Whether it was adopted, or was lost.
    func adopted(_ handle: Handle, _ step: Int, at location: SourceLocation = #_sourceLocation) -> Bool {
        let key = key(step)
        machine.adopt(handle, of: reference(step, handle: handle), as: key)
        switch hear(at: location).first {
        case .adopted(key)?: return true
        case .lost(key)?: return false
        case let other:
            Issue.record("\(String(describing: other))", sourceLocation: location)
            return false
        }
    }
}
