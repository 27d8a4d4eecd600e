import Foundation
import Glibc
import Testing

/// Output that nobody takes: a pager that shows its first page, a stopped terminal, a log collector that hangs.
@Suite("A reader that does not read on")
struct StalledReaderTests {
    /// More than a pipe holds, and a body that is to be ended at its limit.
    private static func runbook(_ limited: [String] = ["timeout: 1s"]) -> String {
        let title = String(repeating: "x", count: 300)
        let many = (1...80).map { step("s\($0)", ["title: \(title)"]) }
        return page(step("limited", limited, "touch started; exec sleep 900"), many.joined())
    }

    /// A program whose output, or standard error, goes into a small pipe that is not read.
    private final class Stalled {
        let desk: Desk
        let process: Process
        let reader: Int32

        init(_ desk: Desk, _ arguments: [String]) throws {
            self.desk = desk
            process = try desk.start(arguments)
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(ends[1], 1031, 4096)  // F_SETPIPE_SZ
            reader = ends[0]
            let writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
            process.standardOutput = writer
            process.standardError = writer
            try process.run()
            try writer.close()
        }

        deinit {
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            close(reader)
        }

        /// Reads on, to the end.
        func rest() -> String {
            var data = Data()
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Glibc.read(reader, &buffer, buffer.count)
                guard count > 0 else { break }
                data.append(contentsOf: buffer[..<count])
            }
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self)
        }
    }

    @Test("holds nothing up: limits are kept, the rest is done, and in the end it gets everything")
    func nothingIsHeldUp() throws {
        let desk = try Desk(Self.runbook())
        let stalled = try Stalled(desk, ["run", "r.md", "--output", "json"])
        let isOver = desk.eventually {
            // Until the run has begun there is nothing to be asked.
            let states = try? desk.states()
            return states?["limited"] == "failed" && states?["s80"] == "done"
        }
        #expect(isOver)
        #expect(stalled.process.isRunning, "it waits for its reader, as any program does")
        let lines = stalled.rest().split(separator: "\n")
        #expect(stalled.process.terminationStatus == 1)
        let objects = lines.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let kinds = objects.compactMap { $0["event"] as? String }
        for number in 1...80 {
            #expect(
                objects.contains { $0["event"] as? String == "step.finished" && $0["step"] as? String == "s\(number)" })
        }
        #expect(kinds.last == "run.finished", "\(kinds.suffix(3))")
    }

    @Test("does not keep a request to stop from being carried out", arguments: ["plain", "json"])
    func interrupt(output: String) throws {
        let desk = try Desk(Self.runbook([]))
        let stalled = try Stalled(desk, ["run", "r.md", "--output", output])
        #expect(
            desk.eventually {
                (try? desk.states()["s80"]) == "done" && FileManager.default.fileExists(atPath: desk.path("started"))
            })
        stalled.process.terminate()
        #expect(desk.eventually { !stalled.process.isRunning })
        #expect(stalled.process.terminationStatus == 130)
        #expect(try desk.states()["limited"] == "interrupted")
    }

    @Test("can be left while only it is waited for")
    func afterTheEnd() throws {
        let desk = try Desk(Self.runbook(["timeout: 1s"]))
        let stalled = try Stalled(desk, ["run", "r.md", "--output", "plain"])
        #expect(desk.eventually { (try? desk.states()["limited"]) == "failed" })
        stalled.process.terminate()
        #expect(desk.eventually { !stalled.process.isRunning })
    }
}
