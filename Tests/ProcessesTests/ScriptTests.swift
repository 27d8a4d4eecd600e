import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct ScriptTests {
    @Test("a script too long for a command line goes through a private file")
    func longScript() throws {
        let place = try Workplace()
        let script = "# " + String(repeating: "x", count: 200_000) + "\necho long\n"
        #expect(try place.run(place.launch(script)) == .status(0))
        #expect(place.text("log") == "long\n")
        #expect(place.text("script.0.1") == script)
        #expect(mode(of: place.path("script.0.1")) == 0o600)
    }

    @Test("a script that fits goes through no file, right up to the limit")
    func shortScript() throws {
        let place = try Workplace()
        let end = "\necho fits"
        let script = "#" + String(repeating: "x", count: Script.argumentLimit - end.utf8.count - 1) + end
        #expect(script.utf8.count == Script.argumentLimit)
        #expect(try place.run(place.launch(script)) == .status(0))
        #expect(place.text("log") == "fits\n")
        #expect(!FileManager.default.fileExists(atPath: place.path("script.0.1")))
    }

    @Test("an interpreter that wants a file gets one, in place of an older one")
    func fileDelivery() throws {
        let place = try Workplace()
        place.put("echo old", at: "script.0.1", mode: 0o444)
        var launch = place.launch("echo new $0")
        launch.interpreter = Interpreter(arguments: ["sh"], option: nil, delivery: .file, isShell: true)
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("log") == "new \(place.path("script.0.1"))\n")
    }

    @Test("a link in the place of a script file is not followed")
    func link() throws {
        let place = try Workplace()
        place.put("precious", at: "target")
        symlink(place.path("target"), place.path("script.0.1"))
        var launch = place.launch("echo hi")
        launch.interpreter.delivery = .file
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("target") == "precious")
    }

    @Test("a script file that cannot be made is an error that names it")
    func noFolder() throws {
        let place = try Workplace()
        var launch = place.launch("echo hi")
        launch.interpreter.delivery = .file
        launch.scriptFile = place.path("gone/script")
        let error = #expect(throws: LaunchError.self) { try place.runner.start(launch) }
        #expect(error?.message == "cannot make \(place.path("gone/script")): no such file or directory")
    }

    @Test("a script past every limit is refused")
    func tooLong() throws {
        let place = try Workplace()
        let error = #expect(throws: LaunchError.self) {
            try Script.write(String(repeating: "x", count: Script.fileLimit + 1), to: place.path("script"))
        }
        #expect(error?.message.contains("too long") == true)
        #expect(!FileManager.default.fileExists(atPath: place.path("script")))
    }
}
