import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct LaunchFailureTests {
    /// The error of a start that must fail, of which no log may be left.
    private func failure(_ place: Workplace, _ launch: Launch) throws -> LaunchError {
        let error = #expect(throws: LaunchError.self) { try place.start(launch) }
        #expect(place.runner.index.isEmpty)
        return try #require(error)
    }

    @Test("a working directory that does not exist is named, and no log is made")
    func missingDirectory() throws {
        let place = try Workplace()
        var launch = place.launch("true")
        launch.directory = "/no/such/folder"
        #expect(try failure(place, launch).message == "working directory /no/such/folder does not exist")
    }

    @Test("a working directory that is a file is named")
    func fileAsDirectory() throws {
        let place = try Workplace()
        place.put("", at: "file")
        var launch = place.launch("true")
        launch.directory = place.path("file")
        #expect(try failure(place, launch).message == "working directory \(place.path("file")) is not a directory")
    }

    @Test("an interpreter that is not in PATH is named, and no log is made")
    func missingInterpreter() throws {
        let place = try Workplace()
        var launch = place.launch("true")
        launch.interpreter.arguments = ["no-such-shell", "-x"]
        let error = try failure(place, launch)
        #expect(error.message.hasPrefix("interpreter no-such-shell not found in PATH (/usr/local/bin:/usr/bin:/bin)"))
        #expect(!error.isTemporary)
        #expect(!FileManager.default.fileExists(atPath: place.path("log")))
        launch.interpreter.arguments = ["./no-such-shell"]
        #expect(try failure(place, launch).message.hasPrefix("interpreter ./no-such-shell does not exist"))
        launch.interpreter.arguments = []
        #expect(try failure(place, launch).message == "the step has no interpreter")
    }

    @Test("an interpreter whose own interpreter is missing is not called missing itself")
    func missingLoader() throws {
        let place = try Workplace()
        place.put("#!/no/such/program\n", at: "tool", mode: 0o755)
        var launch = place.launch("true")
        launch.interpreter.arguments = [place.path("tool")]
        let message = try failure(place, launch).message
        #expect(message.hasPrefix("\(place.path("tool")) cannot be executed: the interpreter or loader that it names"))
    }

    @Test("a program without a #! line is called that")
    func noProgram() throws {
        let place = try Workplace()
        place.put("echo hello\n", at: "tool", mode: 0o755)
        var launch = place.launch("true")
        launch.interpreter.arguments = ["./tool"]
        #expect(try failure(place, launch).message.hasPrefix("./tool is not something the system can execute"))
    }

    @Test("a log that cannot be made is named")
    func log() throws {
        let place = try Workplace()
        var launch = place.launch("true")
        launch.output = .log(place.path("gone/log"))
        let message = try failure(place, launch).message
        #expect(message == "cannot write the log \(place.path("gone/log")): no such file or directory")
        mkdir(place.path("folder"), 0o700)
        launch.output = .log(place.path("folder"))
        #expect(try failure(place, launch).message == "cannot write the log \(place.path("folder")): is a directory")
    }

    @Test("NUL bytes are refused before anything starts")
    func nulBytes() throws {
        let place = try Workplace()
        let message = try failure(place, place.launch("echo a\0b")).message
        #expect(message == "the script or its interpreter has a NUL byte in it")
        var launch = place.launch("true")
        launch.environment = ["SECRET=a\0b"]
        #expect(try failure(place, launch).message == "the environment variable SECRET has a NUL byte in its value")
        launch.environment = []
        launch.inherited = SharedEnvironment(["A=\0"])
        #expect(try failure(place, launch).message == "a variable of the environment has a NUL byte in it")
    }

    @Test("an environment that is too long is told, not cut")
    func tooLong() throws {
        let place = try Workplace()
        var launch = place.launch("true")
        launch.environment = ["BIG=" + String(repeating: "x", count: 200_000)]
        let error = try failure(place, launch)
        #expect(error.message.contains("too long for the system"))
        #expect(!error.isTemporary)
    }

    @Test(
        "want of processes, memory or descriptors may pass",
        arguments: [
            (EAGAIN, "ulimit -u"), (ENOMEM, "no memory"), (EMFILE, "ulimit -n"), (ENFILE, "fs.file-max"),
        ])
    func temporary(code: Int32, words: String) throws {
        let place = try Workplace()
        let error = LaunchFailure.spawn(code, place.launch("true"), program: "/bin/sh")
        #expect(error.isTemporary)
        #expect(error.message.hasPrefix("cannot start a process: "))
        #expect(error.message.contains(words))
    }

    @Test("a program that is being written may be complete later")
    func busy() throws {
        let place = try Workplace()
        #expect(LaunchFailure.spawn(ETXTBSY, place.launch("true"), program: "/x").isTemporary)
        #expect(!LaunchFailure.spawn(EPERM, place.launch("true"), program: "/x").isTemporary)
    }
}
