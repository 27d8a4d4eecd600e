import Foundation
import Glibc
import Testing

@Suite("An executor that was stopped for a while")
struct SuspendedTests {
    @Test("asks its gates once more before it calls a deadline passed")
    func gate() throws {
        let body = "touch started; sleep 4; touch up; exec sleep 900"
        let desk = try Desk(
            page(step("svc", ["service: true", "gate: {file: up, within: 3s}"], body)))
        let process = try desk.start(["run", "r.md", "--output", "plain"])
        try desk.write("", to: "told")
        process.standardOutput = FileHandle(forWritingAtPath: desk.path("told"))
        try process.run()
        // It has asked, so that patience runs.
        #expect(desk.eventually { desk.read("told").contains("absent") })
        kill(process.processIdentifier, SIGSTOP)
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("up")) })
        kill(process.processIdentifier, SIGCONT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(desk.read("told"))")
        #expect(try desk.states() == ["svc": "done"])
    }
}
