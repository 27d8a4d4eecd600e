import CPlatform
import Execution
import Foundation
import Testing

@testable import Processes

/// What holds for this machine alone.
@Suite("This machine", .serialized)
struct LocalMachineTests {
    @Test("goes on with its loop while the kernel makes a process")
    func spawner() throws {
        let bench = try LocalBench()
        // Opening this log waits until somebody reads it, and so the process is not there until then.
        let pipe = bench.log(step: 0, attempt: 1)
        #expect(mkfifo(pipe, 0o600) == 0)
        let slow = bench.launch(.exits(0))
        bench.machine.start(slow)
        bench.put(Array("abc".utf8), at: bench.outputs(step: 1, attempt: 1))
        #expect(bench.collected(bench.reference(1), .outputs(limit: 3)) == .outputs(Array("abc".utf8)))
        #expect(bench.isQuiet())
        let reader = open(pipe, O_RDONLY)
        defer { close(reader) }
        let heard = bench.hear(2)
        guard heard.count == 2, case .started(slow.key, _) = heard[0], case .ended(slow.key, .status(0)) = heard[1]
        else {
            Issue.record("\(heard)")
            return
        }
    }

    @Test("removes files that it was told to before the program ends, though it tells nobody")
    func finishesFiles() throws {
        let bench = try LocalBench()
        for step in 0..<300 {
            bench.put([1], at: bench.outputs(step: step, attempt: 1))
            bench.machine.discard(bench.reference(step))
        }
        bench.local.finishFiles()
        #expect((0..<300).allSatisfy { bench.bytes(bench.outputs(step: $0, attempt: 1)) == nil })
    }

    /// As the first process of a container, which reaps whatever it inherits. Should that go wrong here, processes of
    /// other tests lose their status as well.
    @Test("takes nothing for an orphan while a process is being made, which might be it")
    func orphans() throws {
        let bench = try LocalBench()
        let other = try LocalBench()
        let pipe = bench.log(step: 0, attempt: 1)
        #expect(mkfifo(pipe, 0o600) == 0)
        bench.machine.start(bench.launch(.exits(0)))
        let handle = try other.started(other.launch(.exits(6), step: 1))
        let pid = try #require(handle.process?.pid)
        while isLiving(pid) { bench.letPass(0.005) }
        bench.looksForOrphans()
        #expect(bench.isQuiet())
        guard case .ended(_, .status(6))? = other.hear().first else {
            Issue.record("somebody else took its status")
            return
        }
        bench.leavesOrphans()
        let reader = open(pipe, O_RDONLY)
        defer { close(reader) }
        #expect(bench.hear(2).count == 2)
    }

    @Test("waits for what is being started and ended before the program exits")
    func settle() throws {
        let bench = try LocalBench()
        bench.machine.start(bench.launch(.goesOn))
        bench.machine.stop(bench.key(0), grace: 5)
        bench.settle()
        #expect(bench.living(step: 0) == 0)
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) != nil, "it was there")
    }

    @Test("says why the file for outputs cannot be made; then nothing starts")
    func outputs() throws {
        let bench = try LocalBench()
        var launch = bench.launch(.exits(0))
        launch.outputs = "\(bench.folder)/none/outputs"
        bench.machine.start(launch)
        guard case .notStarted(launch.key, let error)? = bench.hear().first else {
            Issue.record("it started")
            return
        }
        #expect(error.message.contains("\(bench.folder)/none/outputs") && !error.isTemporary)
        #expect(bench.remains(of: bench.reference()) == .neverStarted)
    }

    @Test("finds what an ended process left running, where that counts as it")
    func remainder() throws {
        let bench = try LocalBench()
        let handle = try bench.orphan(.goesOnInTwo, step: 1)
        let process = try #require(handle.process)
        while ProcessTable.members(of: process).count < 3 { bench.letPass(0.005) }
        kill(process.pid, SIGKILL)
        while isLiving(process.pid) { bench.letPass(0.005) }
        var reference = bench.reference(1, handle: handle)
        #expect(bench.remains(of: reference) == .gone)
        reference.extent = .withRemainder
        guard case .running(let left)? = bench.remains(of: reference) else {
            Issue.record("nothing is found")
            return
        }
        #expect(!left.isSame(as: handle))
        let pid = try #require(left.process?.pid)
        #expect(getsid(pid) == process.pid)
    }

    private func isLiving(_ pid: Int32) -> Bool {
        ProcessTable.read(pid).map { !ProcessTable.isZombie($0) } ?? false
    }
}
