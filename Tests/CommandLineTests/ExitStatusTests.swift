import Foundation
import Glibc
import Testing

/// docs/manual.md, "Exit statuses", each through the real program.
@Suite("Exit status")
struct ExitStatusTests {
    @Test("0: all done")
    func done() throws {
        let desk = try Desk(page(step("a"), step("b", ["needs: [a]"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.states() == ["a": "done", "b": "done"])
    }

    @Test("1: a step failed; what needs it is blocked, the rest goes on, and the way on is told")
    func failed() throws {
        let desk = try Desk(
            page(step("a", [], "echo the disk is missing\nexit 3"), step("b", ["needs: [a]"]), step("c")))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(try desk.states() == ["a": "failed", "b": "blocked", "c": "done"])
        #expect(reply.out.contains("the disk is missing"))
        #expect(reply.out.contains("blocked: b"))
        #expect(reply.out.contains("runbook resume"))
    }

    @Test(
        "2: wrong usage",
        arguments: [["run", "--jobs", "0", "r.md"], ["fly"], ["run"], ["resume", "first"], ["logs"]])
    func usage(arguments: [String]) throws {
        let desk = try Desk(page(step("a")))
        let process = try desk.start(arguments)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == (arguments == ["logs"] ? 6 : 2))
    }

    @Test("3: the runbook is invalid, and nothing is made")
    func invalid() throws {
        let desk = try Desk(page(step("a", ["needs: [nowhere]"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 3)
        #expect(reply.error.contains("r.md:"))
        #expect(!FileManager.default.fileExists(atPath: desk.path(".runbook")))
    }

    @Test("4: stopped for a person's answer, which `approve` gives")
    func waiting() throws {
        let desk = try Desk(
            page(step("ask", ["confirm: \"Is the power on?\""], "echo on"), step("b", ["needs: [ask]"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 4, "\(reply.all)")
        #expect(reply.out.contains("Is the power on?"))
        #expect(try desk.states()["ask"] == "waiting")
        #expect(try desk.run("approve", "ask", "--note", "I looked").status == 0)
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.states() == ["ask": "done", "b": "done"])
        #expect(try desk.run("explain", "ask").out.contains("I looked"))
    }

    @Test("5: the state folder is locked, and who holds it is told")
    func locked() throws {
        let desk = try Desk(page(step("slow", [], "touch started; sleep 60")))
        let holder = try desk.start(["run", "r.md"])
        holder.standardOutput = FileHandle.nullDevice
        try holder.run()
        #expect(
            desk.eventually {
                !desk.read("started").isEmpty || FileManager.default.fileExists(atPath: desk.path("started"))
            })
        let reply = try desk.run("resume")
        #expect(reply.status == 5)
        #expect(reply.error.contains("pid \(holder.processIdentifier)"))
        kill(holder.processIdentifier, SIGINT)
        holder.waitUntilExit()
        #expect(holder.terminationStatus == 130)
    }

    @Test("6: the state database is unusable, and is not overwritten")
    func database() throws {
        let desk = try Desk(page(step("a")))
        #expect(try desk.run("run", "r.md").status == 0)
        let garbage = String(repeating: "this is no database ", count: 500)
        for name in ["state.db-wal", "state.db-shm"] {
            try? FileManager.default.removeItem(atPath: desk.path(".runbook/" + name))
        }
        try desk.write(garbage, to: ".runbook/state.db")
        #expect(try desk.run("resume").status == 6)
        #expect(try desk.run("status").status == 6)
        #expect(desk.read(".runbook/state.db") == garbage)
    }

    @Test("7: verify: a gate does not hold")
    func verify() throws {
        let desk = try Desk(page(step("a", ["gate: {file: \"\(NSTemporaryDirectory())/here-$$\"}"], "true")))
        try desk.write(page(step("a", ["gate: {command: test -e up, within: 1s}"], "touch up")))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("verify").status == 0)
        try FileManager.default.removeItem(atPath: desk.path("up"))
        let reply = try desk.run("verify")
        #expect(reply.status == 7)
        #expect(reply.out.contains("lapsed a"))
        #expect(try desk.states()["a"] == "done", "verify changes nothing")
    }

    @Test("130: interrupted; what runs is ended, and a resume goes on")
    func interrupted() throws {
        let desk = try Desk(page(step("slow", [], "if [ -e again ]; then exit 0; fi\ntouch started again; sleep 60")))
        let process = try desk.start(["run", "r.md"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("started")) })
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try desk.states()["slow"] == "interrupted")
        #expect(try desk.run("resume").status == 0)
    }

    @Test("a closed pipe on output is no error")
    func closedPipe() throws {
        let desk = try Desk(page(step("a")))
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c",
            "set -o pipefail; \(Desk.program.path) plan r.md | true; \(Desk.program.path) run r.md | head -n 1 >/dev/null",
        ]
        shell.currentDirectoryURL = desk.folder
        shell.environment = desk.environment
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        #expect(try desk.states() == ["a": "done"])
    }
}
