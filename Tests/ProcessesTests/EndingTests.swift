import CPlatform
import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct EndingTests {
    /// Ends of bodies are to be seen long before this grace is over.
    private let long = 1_000.0

    @Test("terminate asks the body and what it started, in the background or not")
    func group() throws {
        let place = try Workplace()
        let launch = place.launch("sleep 900 & echo $!; sleep 900")
        _ = try place.runner.start(launch)
        let background = try #require(Int32(place.lines(1)[0]))
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .signal(15))
        #expect(!isRunning(background))
    }

    @Test("a body that handles TERM chooses its own status")
    func graceful() throws {
        let place = try Workplace()
        let launch = place.launch("trap 'echo stopping; exit 7' TERM; echo up; sleep 900 & wait")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .status(7))
        #expect(place.text("log") == "up\nstopping\n")
    }

    @Test("what a body started as it ended is asked, too")
    func startedLate() throws {
        let place = try Workplace()
        let launch = place.launch("trap 'sleep 900 & exit 7' TERM; echo up; while :; do sleep 0.01; done")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .status(7))
    }

    @Test("a child that was too young to notice is asked again while its parent waits for it")
    func young() throws {
        let place = try Workplace()
        // The child stands for one that lost the first TERM between fork and exec.
        let launch = place.launch(
            "trap 'exit 7' TERM; sh -c 'trap \"trap - TERM\" TERM; echo up; while :; do sleep 0.01; done'")
        _ = try place.runner.start(launch)
        eventually { place.text("log") == "up\n" }
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .status(7))
    }

    @Test("what ignores TERM is killed when the grace is over")
    func stubborn() throws {
        let place = try Workplace()
        let launch = place.launch("trap '' TERM; echo up; while :; do sleep 0.01; done")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: 0.1)
        #expect(place.ends()[launch.key] == .signal(9))
    }

    @Test("the end is reported only when a stubborn child of the body is gone as well")
    func heldBack() throws {
        let place = try Workplace()
        let launch = place.launch("(trap '' TERM; echo up; while :; do sleep 0.01; done) & echo $!; sleep 900")
        _ = try place.runner.start(launch)
        let child = try #require(place.lines(2).compactMap { Int32($0) }.first)
        place.runner.terminate(launch.key, grace: 0.3)
        #expect(place.ends()[launch.key] == .signal(15))
        #expect(!isRunning(child))
    }

    @Test("members of the session in a group of their own are ended as well")
    func otherGroup() throws {
        let place = try Workplace()
        var launch = place.launch("set -m; sleep 900 & echo $!; sleep 900")
        launch.interpreter = .bash
        let identity = try place.runner.start(launch)
        let child = try #require(Int32(place.lines(1)[0]))
        let process = try #require(ProcessTable.read(child))
        #expect(process.group != identity.pid && process.session == identity.pid)
        place.runner.terminate(launch.key, grace: long)
        _ = place.ends()
        #expect(!isRunning(child))
    }

    @Test("what moved to a session of its own lives on")
    func otherSession() throws {
        let place = try Workplace()
        let launch = place.launch("setsid sleep 900 & echo $!; sleep 900")
        let identity = try place.runner.start(launch)
        let child = try #require(Int32(place.lines(1)[0]))
        place.clean(child)
        eventually { ProcessTable.read(child)?.session != identity.pid }
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .signal(15))
        #expect(isRunning(child))
    }

    @Test("how it ended stays so while others of its session are waited for, though another holds what was watched")
    func watchedByCopy() throws {
        let place = try Workplace()
        let launch = place.launch("(trap '' TERM; echo up; while :; do sleep 0.01; done) & sleep 900")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        // As a process has that another thread is just starting, until it executes its program.
        let child = try #require(place.runner.children.first ?? nil)
        let copy = fcntl(child.pidfd, F_DUPFD_CLOEXEC, 3)
        defer { close(copy) }
        place.runner.terminate(launch.key, grace: 0.3)
        #expect(place.ends()[launch.key] == .signal(15))
    }

    @Test("a stopped body ends, too")
    func stopped() throws {
        let place = try Workplace()
        let launch = place.launch("kill -STOP $$; sleep 900")
        let identity = try place.runner.start(launch)
        eventually { ProcessTable.read(identity.pid)?.state == CChar(UInt8(ascii: "T")) }
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .signal(15))
    }

    @Test("a second, shorter grace counts; a longer one does not")
    func shorter() throws {
        let place = try Workplace()
        let launch = place.launch("trap '' TERM; echo up; while :; do sleep 0.01; done")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: long)
        place.runner.terminate(launch.key, grace: 0.05)
        place.runner.terminate(launch.key, grace: long)
        #expect(place.ends()[launch.key] == .signal(9))
    }

    @Test("kill does not ask")
    func kill() throws {
        let place = try Workplace()
        let launch = place.launch("trap '' TERM; sleep 900 & echo $!; sleep 900")
        _ = try place.runner.start(launch)
        let child = try #require(Int32(place.lines(1)[0]))
        place.runner.kill(launch.key)
        #expect(place.ends()[launch.key] == .signal(9))
        #expect(!isRunning(child))
    }

    @Test("kill after terminate does not wait for the grace")
    func killAfterTerminate() throws {
        let place = try Workplace()
        let launch = place.launch("trap '' TERM; echo up; while :; do sleep 0.01; done")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: long)
        place.runner.kill(launch.key)
        #expect(place.ends()[launch.key] == .signal(9))
    }

    @Test("the clock of a grace runs while nothing else happens, and never makes a wait last longer than asked")
    func deadline() throws {
        let place = try Workplace()
        let launch = place.launch("trap '' TERM; echo up; while :; do sleep 0.01; done")
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: 0.2)
        #expect(place.reactor.wait(until: platform_uptime() + 0.001).isEmpty)
        #expect(place.reactor.wait(until: nil).count == 1)
    }

    @Test("nothing happens to keys that nobody has")
    func unknown() throws {
        let place = try Workplace()
        place.runner.terminate(ProcessKey(step: 5, role: .body, attempt: 1), grace: 0)
        place.runner.kill(ProcessKey(step: 5, role: .body, attempt: 1))
        #expect(place.reactor.wait(until: 0).isEmpty)
    }

    @Test("what a body left running is its own business, until somebody ends it")
    func leftovers() throws {
        let place = try Workplace()
        let launch = place.launch("sleep 900 & echo $!; exit 3")
        #expect(try place.run(launch) == .status(3))
        let child = try #require(Int32(place.lines(1)[0]))
        #expect(isRunning(child))
        place.runner.terminate(launch.key, grace: long)
        place.runner.settle()
        #expect(!isRunning(child))
        #expect(place.reactor.wait(until: 0).isEmpty)
    }

    @Test("stubborn leftovers of an attempt are killed before the next attempt starts")
    func nextAttempt() throws {
        let place = try Workplace()
        let first = place.launch("(trap '' TERM; echo up; while :; do sleep 0.01; done) & echo $!; sleep 0.1; exit 3")
        #expect(try place.run(first) == .status(3))
        let child = try #require(place.lines(2).compactMap { Int32($0) }.first)
        place.runner.terminate(first.key, grace: long)
        #expect(isRunning(child))
        let second = place.launch("sed -n 's/^State:.//p' /proc/\(child)/status 2>/dev/null || :", attempt: 2)
        #expect(try place.run(second) == .status(0))
        // It is gone, or nobody has reaped it yet.
        #expect(place.lines(2).dropFirst(2).allSatisfy { $0.hasPrefix("Z") })
    }

    @Test("to settle is to see every ending through")
    func settle() throws {
        let place = try Workplace()
        let launch = place.launch("(trap '' TERM; echo up; while :; do sleep 0.01; done) & echo $!; sleep 900")
        _ = try place.runner.start(launch)
        let child = try #require(place.lines(2).compactMap { Int32($0) }.first)
        place.runner.terminate(launch.key, grace: 0.2)
        place.runner.settle()
        #expect(!isRunning(child))
        #expect(place.runner.ending.isEmpty)
    }

    @Test("the number of a session that now belongs to somebody else ends nothing")
    func reusedNumber() throws {
        let place = try Workplace()
        let identity = try place.runner.start(place.launch("sleep 900"))
        var earlier = identity
        earlier.startTime -= 1
        #expect(ProcessTable.members(of: earlier).isEmpty)
        SessionSignal.kill(earlier)
        #expect(isRunning(identity.pid))
        #expect(ProcessTable.members(of: identity).map(\.pid).contains(identity.pid))
    }
}
