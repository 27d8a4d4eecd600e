import Foundation
import Glibc
import Testing

/// Deaths at one chosen moment each, of the real program with real processes.
@Suite("Killed at a chosen moment")
struct DeathTests {
    /// Starts the program, waits until something is so, and kills it; its output goes to the file `told`.
    private func kill9(_ desk: Desk, _ arguments: [String], with bodies: [String] = [], once condition: () -> Bool)
        throws
    {
        let process = try desk.start(arguments)
        try desk.write("", to: "told")
        process.standardOutput = FileHandle(forWritingAtPath: desk.path("told"))
        try process.run()
        let isSo = desk.eventually(condition)
        #expect(isSo, "\(desk.read("told"))")
        let groups = try bodies.map { try recordedPid(desk, $0) }
        // Neither sees the other die.
        kill(process.processIdentifier, SIGSTOP)
        for group in groups { kill(-group, SIGKILL) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The pid of a step's process, as soon as it is stored.
    private func recordedPid(_ desk: Desk, _ id: String) throws -> Int32 {
        let isStored = try desk.eventually {
            try desk.steps().contains { $0["id"] as? String == id && $0["pid"] is Int }
        }
        #expect(isStored)
        return try desk.pid(id)
    }

    private func exists(_ desk: Desk, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: desk.path(name))
    }

    private func isRunning(_ pid: Int32) -> Bool {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
        return !stat.contains(") Z")
    }

    private static let waits = "echo run >>ledger; touch started; until [ -e go ]; do sleep 0.05; done"

    @Test("while it adopts: the next one adopts again, and the body has run once")
    func adopting() throws {
        let desk = try Desk(page(step("slow", ["once: true"], "\(Self.waits); exit 7")))
        try kill9(desk, ["run", "r.md"]) { exists(desk, "started") }
        for _ in 1...3 {
            try kill9(desk, ["resume", "--output", "json"]) { desk.read("told").contains("step.adopted") }
        }
        try desk.write("", to: "go")
        let reply = try desk.run("resume")
        #expect(reply.status == 1, "\(reply.all)")
        #expect(reply.all.contains("exit 7"))
        #expect(desk.read("ledger") == "run\n")
    }

    @Test(
        "while it takes down: an undo that still runs is waited for, one that ended well counts",
        arguments: [true, false])
    func takingDown(isStillRunning: Bool) throws {
        let undo = "```bash\n#| undo: b\n\(Self.waits); echo undone >>ledger\n```\n"
        let desk = try Desk(page(step("a", [], "echo a >>ledger"), step("b", ["needs: [a]"], "echo b >>ledger"), undo))
        #expect(try desk.run("run", "r.md").status == 0)
        try kill9(desk, ["down"]) { exists(desk, "started") }
        if isStillRunning {
            try kill9(desk, ["down", "--output", "json"]) { desk.read("told").contains("step.adopted") }
        }
        try desk.write("", to: "go")
        if !isStillRunning { #expect(desk.eventually { desk.read(".runbook/runs/1/exits").contains("b 2 0") }) }
        let reply = try desk.run("down")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("ledger") == "a\nb\nrun\nundone\n")
        #expect(try desk.states() == ["a": "undone", "b": "undone"])
    }

    @Test("together with its bodies: a once step is uncertain, another one runs again")
    func together() throws {
        let body = { (id: String) in
            "echo \(id) >>ledger; if [ -e \(id) ]; then exit 0; fi; touch \(id); until [ -e go ]; do sleep 0.05; done"
        }
        let desk = try Desk(page(step("a", ["once: true"], body("a")), step("b", [], body("b"))))
        try kill9(desk, ["run", "r.md"], with: ["a", "b"]) { exists(desk, "a") && exists(desk, "b") }
        let reply = try desk.run("resume")
        #expect(reply.status == 4, "\(reply.all)")
        #expect(try desk.states() == ["a": "uncertain", "b": "done"])
        #expect(desk.read("ledger").split(separator: "\n").sorted() == ["a", "b", "b"])
    }

    // MARK: - Another boot, another process

    /// Changes what the database says of processes, as if it had been written at another time.
    private func edit(_ desk: Desk, _ sql: String) throws {
        let sqlite = Process()
        sqlite.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        sqlite.arguments = ["-batch", "-bail", desk.path(".runbook/state.db"), sql]
        try sqlite.run()
        sqlite.waitUntilExit()
        #expect(sqlite.terminationStatus == 0)
    }

    /// What makes the recorded processes strangers that only have the same pids.
    enum Difference: String, CaseIterable {
        case boot = """
            UPDATE events SET boot = 'of-yesterday' WHERE boot IS NOT NULL;
            UPDATE events SET detail = json_set(detail, '$.bootID', 'of-yesterday') WHERE event = 'session-start';
            """
        case earlierStart = "UPDATE events SET start_time = start_time - 7 WHERE start_time IS NOT NULL;"
        case laterStart = "UPDATE events SET start_time = start_time + 0.5 WHERE start_time IS NOT NULL;"
    }

    @Test(
        "a process with a recorded pid, but of another boot or start, is neither adopted nor ended",
        arguments: Difference.allCases)
    func strangers(_ difference: Difference) throws {
        let serve = "echo web >>ledger; touch up; exec sleep 600"
        let again = "echo plain >>ledger; if [ -e plain ]; then exit 0; fi; touch plain; sleep 600"
        let desk = try Desk(
            page(
                step("web", ["service: true", "gate: {command: test -e up}"], serve),
                step("init", ["once: true", "needs: [web]"], "echo init >>ledger; touch init; sleep 600"),
                step("plain", ["needs: [web]"], again)))
        try kill9(desk, ["run", "r.md"]) { exists(desk, "init") && exists(desk, "plain") }
        let strangers = try ["web", "init", "plain"].map { try recordedPid(desk, $0) }
        defer { for pid in strangers { kill(-pid, SIGKILL) } }
        try edit(desk, difference.rawValue)
        let reply = try desk.run("resume")
        #expect(reply.status == 4, "\(reply.all)")
        #expect(!reply.all.contains("adopted"))
        #expect(try desk.states() == ["web": "done", "init": "uncertain", "plain": "done"])
        #expect(desk.read("ledger").split(separator: "\n").sorted() == ["init", "plain", "plain", "web", "web"])
        let web = try desk.pid("web")
        #expect(!strangers.contains(web))
        #expect(try desk.run("down").status == 0)
        #expect(!isRunning(web))
        for pid in strangers { #expect(isRunning(pid), "a stranger was ended") }
    }

    @Test("after a reboot a missing log does not prove that a once step never started")
    func lostLog() throws {
        let desk = try Desk(page(step("init", ["once: true"], Self.waits)))
        try kill9(desk, ["run", "r.md"]) { exists(desk, "started") }
        let pid = try recordedPid(desk, "init")
        kill(-pid, SIGKILL)
        // Neither its pid nor its log came to the disk before the power went.
        try edit(desk, "DELETE FROM events WHERE event = 'started'; " + Difference.boot.rawValue)
        try FileManager.default.removeItem(atPath: desk.path(".runbook/acknowledged"))
        let logs = desk.path(".runbook/runs/1/logs")
        for name in try FileManager.default.contentsOfDirectory(atPath: logs) {
            try FileManager.default.removeItem(atPath: "\(logs)/\(name)")
        }
        #expect(try desk.run("resume").status == 4)
        #expect(try desk.states() == ["init": "uncertain"])
        #expect(desk.read("ledger") == "run\n")
    }
}
