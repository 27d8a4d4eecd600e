import CPlatform
import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct ProcessRunnerTests {
    @Test(
        "an exit status and a signal are told apart",
        arguments: [
            ("exit 0", Exit.status(0)), ("exit 3", .status(3)), ("exit 255", .status(255)),
            ("kill -KILL $$", .signal(9)),
            ("kill -TERM $$", .signal(15)),
        ])
    func exits(script: String, expected: Exit) throws {
        let place = try Workplace()
        #expect(try place.run(place.launch(script)) == expected)
    }

    @Test("output and error reach the log in the order written, after what it held")
    func log() throws {
        let place = try Workplace()
        place.put("before\n", at: "log")
        #expect(try place.run(place.launch("echo a; echo b >&2; echo c; exec 2>&1; echo d")) == .status(0))
        #expect(place.text("log") == "before\na\nb\nc\nd\n")
    }

    @Test("a child has no descriptors but 0, 1 and 2, whatever we have open")
    func descriptors() throws {
        let place = try Workplace()
        let leaky = open("/etc/passwd", O_RDONLY)
        defer { close(leaky) }
        let identity = try place.runner.start(place.launch("echo started; exec sleep 60"))
        _ = place.lines(1)
        let folder = "/proc/\(identity.pid)/fd"
        // While `sleep` is loaded it has its libraries open.
        eventually { (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) == ["0", "1", "2"] }
        let targets = try ["0", "1", "2"].map {
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        #expect(targets == ["/dev/null", place.path("log"), place.path("log")])
    }

    @Test("everything the reactor and the runner open is closed on exec")
    func closedOnExec() throws {
        let place = try Workplace()
        var capture = place.launch("sleep 60")
        capture.output = .capture(limit: 10)
        _ = try place.runner.start(capture)
        let pipe = try #require(place.runner.children.compactMap { $0 }.first?.pipe)
        let pidfd = try #require(place.runner.children.compactMap { $0 }.first?.pidfd)
        for descriptor in [pipe, pidfd, place.reactor.mailbox.event] {
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test("a child leads a session of its own")
    func session() throws {
        let place = try Workplace()
        let identity = try place.runner.start(place.launch("sleep 60"))
        let process = try #require(ProcessTable.read(identity.pid))
        #expect(process.session == identity.pid)
        #expect(process.group == identity.pid)
        #expect(process.parent == getpid())
    }

    @Test("a child ignores and blocks no signals, whatever we do")
    func signals() throws {
        try onOwnThread {
            Reactor.ignoreBrokenPipes()
            var set = sigset_t()
            sigfillset(&set)
            pthread_sigmask(SIG_BLOCK, &set, nil)
            let place = try Workplace()
            let identity = try place.runner.start(place.launch("exec sleep 60"))
            let status = try String(contentsOfFile: "/proc/\(identity.pid)/status", encoding: .utf8)
            let masks = status.split(separator: "\n").filter { $0.hasPrefix("SigIgn:") || $0.hasPrefix("SigBlk:") }
            // The C library ignores the two signals it keeps for itself (32 and 33) in whatever it spawns.
            #expect(masks.map { (UInt64($0.suffix(16), radix: 16) ?? .max) & ~0x1_8000_0000 } == [0, 0])
        }
    }

    @Test("a log has mode 0600 under any umask, and the body keeps the umask", arguments: [0, 0o022, 0o477, 0o777])
    func logMode(mask: Int) throws {
        try onOwnThread(umask: mode_t(mask)) {
            let place = try Workplace()
            chmod(place.folder, 0o700)
            #expect(try place.run(place.launch("umask")) == .status(0))
            #expect(mode(of: place.path("log")) == 0o600)
            #expect(Int(place.text("log").dropLast(), radix: 8) == mask)
        }
    }

    @Test("the environment is exactly the launch's own and the inherited variables")
    func environment() throws {
        let place = try Workplace()
        let shared = SharedEnvironment(["PATH=/usr/bin:/bin", "A=1", "EMPTY="])
        for attempt in 1...2 {
            var launch = place.launch("exec env", attempt: attempt)
            launch.inherited = shared
            launch.environment = ["B=two words\nand a line \(attempt)"]
            launch.output = .log(place.path("log.\(attempt)"))
            #expect(try place.run(launch) == .status(0))
            let lines = place.text("log.\(attempt)").split(separator: "\n").filter { !$0.hasPrefix("PWD=") }
            #expect(lines.sorted() == ["A=1", "B=two words", "EMPTY=", "PATH=/usr/bin:/bin", "and a line \(attempt)"])
        }
    }

    @Test("a body runs in its folder")
    func directory() throws {
        let place = try Workplace()
        var launch = place.launch("pwd -P")
        launch.directory = "/usr/lib"
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("log") == "/usr/lib\n")
    }

    @Test("many processes end, each is reported once")
    func many() throws {
        let place = try Workplace()
        for step in 0..<200 {
            var launch = place.launch("exit \(step % 7)", step: step)
            launch.output = .discard
            _ = try place.runner.start(launch)
        }
        let ends = place.ends(200)
        #expect(ends.count == 200)
        #expect((0..<200).allSatisfy { ends[ProcessKey(step: $0, role: .body, attempt: 1)] == .status(Int32($0 % 7)) })
        #expect(place.reactor.wait(until: 0).isEmpty)
    }

    @Test("a key that is in use starts nothing")
    func keyInUse() throws {
        let place = try Workplace()
        _ = try place.runner.start(place.launch("sleep 60"))
        #expect(throws: LaunchError.self) { try place.runner.start(place.launch("echo twice")) }
        #expect(place.text("log") == "")
    }

    @Test("the start time is the kernel's, to within 20 ms")
    func startTime() throws {
        let place = try Workplace()
        for step in 0..<30 {
            var launch = place.launch("sleep 60", step: step)
            launch.output = .discard
            let identity = try place.runner.start(launch)
            let process = try #require(ProcessTable.read(identity.pid))
            #expect(abs(ProcessTable.startTime(process) - identity.startTime) <= 0.02)
            #expect(ProcessTable.matches(process, identity))
        }
    }

    @Test("a program sharing the terminal stays in our session, in a group of its own")
    func terminal() throws {
        let place = try Workplace()
        var launch = place.launch("exec sleep 60 </dev/null")
        launch.output = .terminal
        let identity = try place.runner.start(launch)
        let process = try #require(ProcessTable.read(identity.pid))
        #expect(process.session == getsid(0))
        #expect(process.group == identity.pid)
        place.runner.terminate(launch.key, grace: 10)
        #expect(place.ends()[launch.key] == .signal(15))
    }

    @Test("a wrapper runs the interpreter that was found")
    func wrapper() throws {
        let place = try Workplace()
        var launch = place.launch("echo $0")
        launch.wrapper = ["/bin/sh", "-c", "echo before; \"$@\"; echo after", "sh"]
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("log") == "before\n/usr/bin/sh\nafter\n" || place.text("log") == "before\n/bin/sh\nafter\n")
        launch.interpreter.arguments = ["no-such-interpreter"]
        #expect(throws: LaunchError.self) { try place.runner.start(launch) }
    }
}
