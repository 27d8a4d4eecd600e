import CPlatform
import Execution
import Foundation
import Testing

@testable import Processes

/// Processes that an earlier executor started.
@Suite struct StrangerTests {
    private let key = ProcessKey(step: 7, role: .body, attempt: 2)

    @Test("the end of an adopted process is seen, its status is not known")
    func adopt() throws {
        let place = try Workplace()
        let stranger = try place.stranger("while [ ! -e go ]; do sleep 0.01; done; exit 3")
        #expect(place.runner.isAlive(stranger))
        #expect(place.runner.adopt(stranger, as: key))
        #expect(place.reactor.wait(until: platform_uptime() + 0.02).isEmpty)
        place.put("", at: "go")
        #expect(place.ends() == [key: .unknown])
        #expect(!place.runner.isAlive(stranger))
        #expect(!place.runner.adopt(stranger, as: key))
    }

    @Test("a process with another start time or of another boot is not adopted")
    func identity() throws {
        let place = try Workplace()
        let stranger = try place.stranger("sleep 900")
        var other = stranger
        other.startTime += 0.1
        #expect(!place.runner.isAlive(other))
        #expect(!place.runner.adopt(other, as: key))
        other = stranger
        other.startTime -= 0.1
        #expect(!place.runner.adopt(other, as: key))
        other = stranger
        other.bootID = "00000000-0000-0000-0000-000000000000"
        #expect(!place.runner.isAlive(other))
        #expect(!place.runner.adopt(other, as: key))
        #expect(isRunning(stranger.pid))
        #expect(place.runner.index.isEmpty)
        other = stranger
        other.startTime += 0.02
        #expect(place.runner.adopt(other, as: key))
    }

    @Test("pids that make no sense are not alive", arguments: [0, -1, 4_194_305] as [Int32])
    func nonsense(pid: Int32) throws {
        let place = try Workplace()
        let identity = ProcessIdentity(pid: pid, startTime: 1, bootID: place.runner.bootID)
        #expect(!place.runner.isAlive(identity))
        #expect(!place.runner.adopt(identity, as: key))
    }

    @Test("an adopted process is ended like one of our own")
    func terminate() throws {
        let place = try Workplace()
        let stranger = try place.stranger("sleep 900 & sleep 900; :")
        #expect(place.runner.adopt(stranger, as: key))
        eventually { ProcessTable.members(of: stranger).count == 3 }
        place.runner.terminate(key, grace: 1_000)
        #expect(place.ends() == [key: .unknown])
        #expect(ProcessTable.members(of: stranger).isEmpty)
    }

    @Test("our own zombie is alive until it is reaped, somebody else's is dead")
    func zombies() throws {
        let place = try Workplace()
        let ours = try place.runner.start(place.launch("exit 0"))
        eventually { !isRunning(ours.pid) }
        #expect(place.runner.isAlive(ours))
        _ = place.ends()
        #expect(!place.runner.isAlive(ours))

        var launch = place.launch("setsid true & echo $!; exec sleep 900", step: 1)
        launch.output = .log(place.path("other"))
        _ = try place.runner.start(launch)
        let pid = try #require(Int32(place.lines(1, of: "other")[0]))
        eventually { !isRunning(pid) }
        let process = try #require(ProcessTable.read(pid))
        #expect(ProcessTable.isZombie(process))
        let theirs = ProcessIdentity(
            pid: pid, startTime: ProcessTable.startTime(process), bootID: place.runner.bootID)
        #expect(!place.runner.isAlive(theirs))
        #expect(!place.runner.adopt(theirs, as: key))
    }

    @Test("a session leader is found by its exact token")
    func find() throws {
        let place = try Workplace()
        let token = "test/\(getpid())/\(UInt64.random(in: 0 ... .max))"
        let stranger = try place.stranger("exec sleep 900", environment: ["RUNBOOK_TOKEN=\(token)"])
        eventually { place.runner.find(token: token) != nil }
        #expect(place.runner.find(token: token) == stranger)
        #expect(place.runner.find(token: token + "1") == nil)
        #expect(place.runner.find(token: String(token.dropLast())) == nil)
    }

    @Test("the oldest leader with the token is the one, and only leaders count")
    func findOldest() throws {
        let place = try Workplace()
        let token = "test/\(getpid())/\(UInt64.random(in: 0 ... .max))"
        let stranger = try place.stranger(
            "sleep 0.05; setsid sleep 900 & echo $! >child; sleep 900", environment: ["RUNBOOK_TOKEN=\(token)"])
        let child = try #require(Int32(place.lines(1, of: "child")[0]))
        place.clean(child)
        eventually { ProcessTable.read(child)?.session == child }
        #expect(place.runner.find(token: token) == stranger)
    }

    @Test(
        "whoever has a recorded pid now does not go on for the one that had it; what carries the token elsewhere does")
    func successors() throws {
        let place = try Workplace()
        let token = "test/\(getpid())/\(UInt64.random(in: 0 ... .max))"
        let stranger = try place.stranger(
            "setsid sleep 900 & echo $! >child; sleep 900", environment: ["RUNBOOK_TOKEN=\(token)"])
        let child = try #require(Int32(place.lines(1, of: "child")[0]))
        place.clean(child)
        eventually { ProcessTable.read(child)?.session == child }
        var recorded = stranger
        recorded.startTime -= 1
        #expect(place.runner.successor(of: recorded, token: nil) == nil)
        #expect(place.runner.successor(of: recorded, token: token + "1") == nil)
        eventually { place.runner.successor(of: recorded, token: token) != nil }
        #expect(place.runner.successor(of: recorded, token: token)?.pid == child)
    }

    @Test("a started process is found by its token at once")
    func findOwn() throws {
        let place = try Workplace()
        var launch = place.launch("exec sleep 900")
        launch.environment = ["RUNBOOK_TOKEN=own/\(getpid())/1"]
        let identity = try place.runner.start(launch)
        let found = try #require(place.runner.find(token: "own/\(getpid())/1"))
        #expect(found.pid == identity.pid)
        #expect(abs(found.startTime - identity.startTime) <= 0.02)
    }

    @Test("the boot is named as the system names it")
    func bootID() throws {
        let place = try Workplace()
        let text = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        #expect(place.runner.bootID + "\n" == text)
    }

    @Test("a program whose name looks like the rest of its record is read right")
    func oddName() throws {
        let place = try Workplace()
        let name = "a) R 1 1 (x"
        symlink("/bin/sleep", place.path(name))
        let identity = try place.runner.start(place.launch("exec './\(name)' 900"))
        let command = "/proc/\(identity.pid)/comm"
        eventually { (try? String(contentsOfFile: command, encoding: .utf8)) == name + "\n" }
        let process = try #require(ProcessTable.read(identity.pid))
        #expect(process.parent == getpid() && process.session == identity.pid)
        #expect(ProcessTable.matches(process, identity))
    }
}
