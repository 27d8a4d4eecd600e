import Foundation
import Glibc
import Testing

/// Machines that sleep, disks and mounts that hang, and bodies that hear nothing: what is to be waited for has an end,
/// and a second request to stop ends the program.
@Suite("Nothing is waited for without end")
struct WaitingTests {
    // MARK: - A machine that slept

    @Test(
        "a machine that slept for an hour takes nothing from a body's limit, nor from a gate's",
        .enabled(if: Helper.canCompile, "SKIPPED: no C compiler"))
    func slept() throws {
        let desk = try Desk(
            page(
                step("body", ["timeout: 60s"], "touch started; until [ -e go ]; do sleep 0.05; done"),
                step("gated", ["gate: {command: 'echo x >>asked; test -e go', within: 60s}"]),
                step(
                    "late", ["needs: [body, gated]", "retries: 1"], "[ -e again ] || { touch again; exit 1; }")))
        desk.environment["LD_PRELOAD"] = try desk.compile(.sleptMachine)
        desk.environment["HELPER"] = desk.folder.path
        let process = try desk.start(["run", "r.md", "--output", "plain"])
        try desk.write("", to: "told")
        process.standardOutput = FileHandle(forWritingAtPath: desk.path("told"))
        try process.run()
        #expect(desk.eventually { exists(desk, "started") && exists(desk, "asked") })
        kill(process.processIdentifier, SIGSTOP)
        try desk.write("3600\n", to: "slept")
        kill(process.processIdentifier, SIGCONT)
        // It is awake again and has asked: only then does what it waits for come.
        let before = desk.read("asked").count
        #expect(desk.eventually { desk.read("asked").count > before + 4 })
        try desk.write("", to: "go")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(desk.read("told"))")
        #expect(try desk.states() == ["body": "done", "gated": "done", "late": "done"])
    }

    // MARK: - What hangs in the kernel

    private static let isMounting: ConditionTrait = .enabled(
        if: Helper.canMount, "SKIPPED: only root can mount a file system that hangs, and not everywhere")

    /// Runs a line of bash beside a mount `mnt` on which nothing is answered.
    private func beside(deadMount desk: Desk, _ line: String) throws -> Desk.Reply {
        try desk.compile(.deadMount)
        // What hangs is let go of at the end, with the mount.
        return try desk.inOwnMounts(
            """
            mkdir -p mnt; ./deadMount mnt >mounted & mount=$!; trap 'kill -KILL $mount; wait' EXIT
            until grep -q mounted mounted; do sleep 0.05; done
            \(line)
            """)
    }

    @Test("a body that hangs in the kernel is told at its limit, and by down, with what it waits for", isMounting)
    func body() throws {
        let desk = try Desk(page(step("stuck", ["timeout: 1s"], "exec cat mnt/x")))
        let reply = try beside(
            deadMount: desk,
            "$R run r.md --output plain; echo \"run $?\"; $R down --output plain; echo \"down $?\"; $R status --json >s"
        )
        #expect(reply.out.contains("timed out after 1 s; body could not be ended: pid "), "\(reply.all)")
        #expect(reply.out.contains("(cat), which hangs in the kernel"), "\(reply.all)")
        #expect(reply.out.contains("run 1\n") && reply.out.contains("down 1\n"), "\(reply.all)")
        #expect(desk.read("s").contains("\"failed\""))
    }

    @Test("a gate on a dead mount says so, and holds no other gate up", isMounting)
    func gate() throws {
        let desk = try Desk(
            page(
                step("dead", ["gate: {file: mnt/x, timeout: 1s, within: 2s}"]),
                step("alive", ["gate: {file: here, within: 60s}"], "touch here"),
                step("mails", ["gate: {log: ready, within: 60s}"], "echo ready")))
        let reply = try beside(
            deadMount: desk,
            // While a thread of it waits in the kernel nobody is told that it has ended: that waits for the mount.
            """
            $R run r.md --output plain >told & p=$!
            until grep -q '^go on:' told; do sleep 0.1; kill -0 $p || break; done; cat told; $R status --json >s
            """)
        #expect(reply.out.contains("file mnt/x: its file system did not answer within 1 s"), "\(reply.all)")
        let states = try states(desk.read("s"))
        #expect(states == ["dead": "failed", "alive": "done", "mails": "done"], "\(reply.all)")
    }

    private func states(_ json: String) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let steps = object?["steps"] as? [[String: Any]] ?? []
        return Dictionary(
            steps.map { ($0["id"] as? String ?? "", $0["state"] as? String ?? "") }, uniquingKeysWith: { $1 })
    }

    // MARK: - A second interrupt

    /// Where the program is when it is asked to stop, twice.
    enum Place: String, CaseIterable {
        case disk, secret, undo, body, check
    }

    @Test(
        "a second request to stop ends the program wherever it is",
        .enabled(if: Helper.canCompile, "SKIPPED: no C compiler"),
        arguments: Place.allCases)
    func second(_ place: Place) throws {
        let deaf = "trap '' TERM INT; touch started; until [ -e end ]; do sleep 0.05; done"
        let secret = "secrets: {token: {command: \"\(deaf)\"}}"
        let desk: Desk
        switch place {
        case .disk: desk = try Desk(page(step("a", [], "touch started; until [ -e hang ]; do sleep 0.05; done")))
        case .secret: desk = try Desk(page(step("a", ["secrets: [token]"]), front: [secret]))
        case .undo: desk = try Desk(page(step("a"), "```bash\n#| undo: a\n\(deaf)\n```\n"))
        case .body: desk = try Desk(page(step("a", [], deaf)))
        case .check: desk = try Desk(page(step("a", ["check: \"\(deaf)\""])))
        }
        desk.environment["LD_PRELOAD"] = try desk.compile(.hangingDisk)
        desk.environment["HELPER"] = desk.folder.path
        if place == .undo { #expect(try desk.run("run", "r.md").status == 0) }
        let process = try desk.start(place == .undo ? ["down"] : ["run", "r.md", "--output", "quiet"])
        try process.run()
        #expect(desk.eventually { exists(desk, "started") })
        if place == .disk {
            try desk.write("", to: "hang")
            #expect(desk.eventually { exists(desk, "hangs") })
        }
        kill(process.processIdentifier, SIGTERM)
        // Two requests of one kind that wait are one.
        #expect(desk.eventually { !isUnheard(process.processIdentifier) })
        kill(process.processIdentifier, SIGTERM)
        #expect(desk.eventually { !process.isRunning }, "it goes on")
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        // What is taken down when the desk is put away comes to its end.
        try desk.write("", to: "end")
        // Where it had come to its end by itself the signal has its usual meaning again.
        #expect([130, SIGTERM].contains(process.terminationStatus))
        if exists(desk, "hang") { try FileManager.default.removeItem(atPath: desk.path("hang")) }
        desk.environment["LD_PRELOAD"] = nil
        // What was stored is whole, and can be gone on with.
        #expect(["interrupted", "running", "pending", "done"].contains(try desk.states()["a"]))
    }

    // MARK: - The first process of a container

    private static let isFirst: ConditionTrait = .enabled(
        if: (try? Desk().bash("unshare -pf --mount-proc true"))?.status == 0,
        "SKIPPED: no namespace of processes to be had here")

    @Test("as the first process it reaps what loses its parent, and TERM ends it with its bodies", isFirst)
    func first() throws {
        let orphan = "(setsid sh -c 'exit 3' &)"
        let desk = try Desk(
            page(step("a", [], "\(orphan); \(orphan); touch started; sleep 900"), step("b", ["needs: [a]"])))
        let reply = try desk.bash(
            """
            unshare -pf --mount-proc $R run r.md --output plain & u=$!
            until [ -e started ]; do sleep 0.05; done; c=$(pgrep -P $u)
            until ! ps --ppid $c -o stat= | grep -q Z; do sleep 0.05; done
            kill -TERM $c; wait $u
            """)
        #expect(reply.status == 130, "\(reply.all)")
        #expect(try desk.states() == ["a": "interrupted", "b": "pending"])
    }

    // MARK: - A database that somebody else has locked

    @Test(
        "who keeps the database locked is named, and is not waited for without end",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "SKIPPED: no sqlite3"))
    func locked() throws {
        let desk = try Desk(page(step("a", ["confirm: Really?"])))
        #expect(try desk.run("run", "r.md").status != 0)
        let reply = try desk.bash(
            """
            mkfifo words; sqlite3 .runbook/state.db <words & s=$!; exec 7>words
            printf 'BEGIN IMMEDIATE;\\n.shell touch locked\\n' >&7
            until [ -e locked ]; do sleep 0.05; done
            $R status; echo "status $?"; $R approve a; echo "approve $?"; $R resume; echo "resume $?"
            exec 7>&-; wait $s; echo "sqlite3 was $s"; $R approve a; echo "then $?"
            """)
        let pid = reply.out.split(separator: "\n").first { $0.hasPrefix("sqlite3 was ") }?.dropFirst(12) ?? "?"
        #expect(reply.out.contains("status 0") && reply.out.contains("then 0"), "\(reply.all)")
        #expect(reply.out.contains("approve 6") && reply.out.contains("resume 6"), "\(reply.all)")
        #expect(reply.error.contains("locked for too long (sqlite3, pid \(pid))"), "\(reply.all)")
    }

    // MARK: -

    private func exists(_ desk: Desk, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: desk.path(name))
    }

    /// Whether a request to stop has not been taken from the kernel yet.
    private func isUnheard(_ pid: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
        let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
        return mask & (1 << (SIGTERM - 1)) != 0
    }
}
