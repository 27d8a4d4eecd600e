import Execution
import Testing

@testable import Processes

@Suite struct CaptureTests {
    private func capture(_ place: Workplace, _ script: String, limit: Int) throws -> (exit: Exit?, text: String) {
        var launch = place.launch(script)
        launch.output = .capture(limit: limit)
        let exit = try place.run(launch)
        return (exit, String(decoding: place.runner.takeCapture(launch.key).output, as: UTF8.self))
    }

    @Test("standard output is kept, and apart from it the end of error")
    func kept() throws {
        let place = try Workplace()
        var launch = place.launch("echo out; echo first >&2; yes | head -c 3000000 >&2; echo err >&2; exit 4")
        launch.output = .capture(limit: 100)
        #expect(try place.run(launch) == .status(4))
        let found = place.runner.takeCapture(launch.key)
        #expect(String(decoding: found.output, as: UTF8.self) == "out\n")
        #expect(!found.isCut)
        #expect(found.error.count == Capture.mostError)
        #expect(String(decoding: found.error.suffix(6), as: UTF8.self) == "y\nerr\n")
    }

    @Test("that there was more than was kept is said", arguments: [("printf 12345", false), ("printf 123456", true)])
    func cut(_ script: String, isCut: Bool) throws {
        let place = try Workplace()
        var launch = place.launch(script)
        launch.output = .capture(limit: 5)
        _ = try place.run(launch)
        #expect(place.runner.takeCapture(launch.key).isCut == isCut)
    }

    @Test("output past the limit is dropped and holds nobody up")
    func limit() throws {
        let place = try Workplace()
        let found = try capture(place, "yes | head -c 3000000; echo end", limit: 5)
        #expect(found.exit == .status(0))
        #expect(found.text == "y\ny\ny")
    }

    @Test("a capture larger than a pipe is whole")
    func large() throws {
        let place = try Workplace()
        #expect(try capture(place, "yes | head -c 500000", limit: 1 << 20).text.utf8.count == 500_000)
    }

    @Test("it is handed out once")
    func once() throws {
        let place = try Workplace()
        var launch = place.launch("echo out")
        launch.output = .capture(limit: 100)
        _ = try place.run(launch)
        #expect(!place.runner.takeCapture(launch.key).output.isEmpty)
        #expect(place.runner.takeCapture(launch.key) == Capture())
    }

    @Test("a background process that keeps the output open does not delay the end")
    func background() throws {
        let place = try Workplace()
        let found = try capture(place, "sleep 60 & echo $!", limit: 100)
        #expect(found.exit == .status(0))
        let pid = try #require(Int32(found.text.dropLast()))
        #expect(isRunning(pid))
        place.clean(pid)
    }

    @Test("discarded output goes nowhere")
    func discard() throws {
        let place = try Workplace()
        var launch = place.launch("echo out; echo err >&2; readlink /proc/$$/fd/1 >seen")
        launch.output = .discard
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("log") == "")
        #expect(place.text("seen") == "\(place.path("seen"))\n" || place.text("seen") == "/dev/null\n")
    }
}
