import Foundation
import Testing

/// Narrow terminals, readers that leave, full disks, and machines without tools: each command keeps its exit status.
@Suite("Output and surroundings")
struct OutputTests {
    /// Every command that needs no terminal, in an order in which each has something to say, with its status.
    private static let commands: [(line: String, status: Int32)] = [
        ("check r.md", 0), ("check --format json r.md", 0), ("check --format sarif r.md", 0),
        ("check --format github r.md", 0), ("check bad.md", 3), ("plan r.md", 0), ("plan --json r.md", 0),
        ("plan --simulate r.md", 0), ("graph r.md", 0), ("graph --format dot r.md", 0),
        ("graph --format json r.md", 0), ("docs -o docs r.md", 0), ("docs -o docs --check r.md", 0), ("up r.md", 1),
        ("status", 0), ("status --json", 0), ("runs", 0), ("runs --json", 0), ("logs", 0), ("logs a", 0),
        ("explain a", 0), ("verify", 0), ("output a", 0), ("output a x", 0), ("report", 0),
        ("report --format markdown", 0), ("report --format json", 0), ("report --format junit", 0), ("reset c", 0),
        ("accept a", 0), ("approve a", 2), ("resume", 1), ("up r.md", 1), ("down", 0), ("run r.md", 1), ("down", 0),
        ("--help", 0), ("help plan", 0), ("plan --help", 0), ("--version", 0), ("plan --nope", 2), ("nope", 2),
    ]

    /// What of these is no data, so that nothing is lost when it cannot be written: what runs, and what prints nothing.
    private static let quiet = ["up r.md", "resume", "down", "run r.md"]

    private func desk() throws -> Desk {
        let desk = try Desk(
            page(
                step(
                    "a", ["title: A rather long title that fits into no twenty columns at all", "outputs: [x]"],
                    "for i in $(seq 3000); do echo line $i; done; echo x=1 >>\"$RUNBOOK_OUTPUT\""),
                step("b", ["needs: [a]", "service: true", "gate: {command: 'true'}"], "exec sleep 600"),
                "```bash\n#| undo: b\ntrue\n```\n",
                step("c", ["needs: [b]"], "false")))
        try desk.write("```bash\n#| step: a\n#| nedds: [b]\ntrue\n```\n", to: "bad.md")
        return desk
    }

    /// Runs every command with this appended, and gives the statuses that are not as expected.
    private func surprises(
        _ desk: Desk, _ suffix: String, prefix: String = "", _ expected: (_ line: String, _ status: Int32) -> [Int32]
    ) throws -> [String] {
        try Self.commands.compactMap { line, status in
            let reply = try desk.bash("\(prefix)timeout -s KILL 50 \"$R\" \(line) \(suffix)")
            let isFine = expected(line, status).contains(reply.status)
            return isFine ? nil : "\(line) \(suffix): \(reply.status) \(reply.error.suffix(300))"
        }
    }

    @Test("a reader that leaves changes no exit status", arguments: ["| true", "| head -n 1"])
    func closedPipe(reader: String) throws {
        let found = try surprises(try desk(), "\(reader) >/dev/null; exit ${PIPESTATUS[0]}") { _, status in [status] }
        #expect(found == [])
    }

    @Test(
        "streams that are closed from the start change no exit status, and no file gets what was meant for them",
        arguments: [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
    func closed(streams: String) throws {
        let desk = try desk()
        #expect(try surprises(desk, streams) { _, status in [status] } == [])
        #expect(try desk.run("status").out.contains("undone"), "the database is whole")
    }

    @Test("a full disk under standard output is told, and fails what only prints")
    func full() throws {
        let desk = try desk()
        let found = try surprises(desk, ">/dev/full") { line, status in
            let isPrinted = status == 0 && !Self.quiet.contains(line)
            return isPrinted ? [1] : [status]
        }
        #expect(found == [])
        let reply = try desk.bash("\"$R\" plan --json r.md >/dev/full")
        #expect(reply.error.contains("error: standard output: No space left on device"))
        #expect(reply.error.contains("hint: what was written there is not complete"))
    }

    @Test("any number of columns is survived", arguments: ["0", "20", "99999999999999999999"])
    func columns(count: String) throws {
        let found = try surprises(try desk(), "", prefix: "COLUMNS=\(count) LINES=\(count) ") { _, status in [status] }
        #expect(found == [])
    }

    @Test(
        "terminals of any size are survived, and the views keep to them",
        arguments: [(20, 24), (1, 1), (0, 0)] as [(UInt16, UInt16)])
    func terminal(columns: UInt16, rows: UInt16) throws {
        let desk = try desk()
        desk.environment["COLUMNS"] = nil
        desk.environment["NO_COLOR"] = nil
        desk.environment["CI"] = nil
        desk.environment["TERM"] = "xterm-256color"
        for (line, status) in Self.commands where !line.contains("--format") && !line.contains("--json") {
            let reply = try desk.onTerminal(line.split(separator: " ").map(String.init), columns: columns, rows: rows)
            #expect(reply.status == status, "\(line): \(String(decoding: reply.data, as: UTF8.self).suffix(300))")
        }
        if columns > 0 {
            let text = String(decoding: try desk.onTerminal(["runs"], columns: columns, rows: rows).data, as: UTF8.self)
            let plain = text.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")
            #expect(plain.split(whereSeparator: \.isNewline).allSatisfy { $0.count <= Int(columns) }, "\(plain)")
        }
    }

    @Test("without any tool every command says what is missing, and where", arguments: ["", "/nonexistent"])
    func noTools(path: String) throws {
        let desk = try desk()
        #expect(try desk.run("up", "r.md").status == 1)
        let reads = ["status", "runs", "logs", "explain a", "output a", "report", "--help"]
        let loads =
            ["check", "plan", "graph", "docs -o docs", "run", "up"].map { $0 + " r.md" } + ["resume", "verify"]
        let finding = "r.md:7:10: error[E152]: interpreter `bash` of step `a` not found"
        for line in reads + loads {
            let reply = try desk.bash("PATH=\(path) \"$R\" \(line)")
            #expect(reply.status == (reads.contains(line) ? 0 : 3), "\(line): \(reply.error)")
            if loads.contains(line) { #expect(reply.error.hasPrefix(finding), "\(line): \(reply.error)") }
        }
        #expect(try desk.states()["b"] == "done", "nothing was touched")
        // Taking down needs the tools of undo blocks only, and can be gone on with once they are there.
        let refused = try desk.bash("PATH=\(path) \"$R\" down")
        #expect(refused.status == 1)
        #expect(
            refused.error.contains("(1 error; first: interpreter `bash` of step `a` not found)"), "\(refused.error)")
        #expect(refused.all.contains("failed b: interpreter bash not found in PATH (\(path))"), "\(refused.all)")
        #expect(try desk.states()["b"] == "failed" && desk.states()["a"] == "done")
        #expect(try desk.run("down").status == 0 && desk.states()["b"] == "undone")
    }

    @Test("a body ignores no signal, also where whoever started the program does")
    func ignoredSignals() throws {
        let desk = try Desk(page(step("a", [], "cat /proc/self/status")))
        let reply = try desk.bash("trap '' HUP QUIT PIPE USR1; \"$R\" up r.md")
        #expect(reply.status == 0, "\(reply.all)")
        let line = try desk.run("logs", "a").out.split(separator: "\n").first { $0.contains("SigIgn:") }
        let mask = try #require(line.flatMap { UInt64($0.suffix(16), radix: 16) })
        // The C library ignores the two signals it keeps for itself (32 and 33) in whatever it spawns.
        #expect(mask & ~0x1_8000_0000 == 0, "\(String(mask, radix: 16))")
    }

    @Test("a drawing without Graphviz says how to get it")
    func noGraphviz() throws {
        let desk = try desk()
        let reply = try desk.bash("mkdir bin; ln -s /bin/bash bin/bash; PATH=$PWD/bin \"$R\" graph --format svg r.md")
        #expect(reply.status == 1 && reply.error.contains("hint: install it (apt-get install graphviz)"))
    }

    @Test("an interpreter that goes away during a run fails the step that wants it")
    func goneTool() throws {
        let desk = try Desk(
            page(step("a", [], "\"$REMOVE\" -f bin/bash"), step("b", ["needs: [a]"]), front: ["dir: ."]))
        let reply = try desk.bash(
            "mkdir bin; cp /bin/bash bin/bash; REMOVE=$(command -v rm) PATH=$PWD/bin \"$R\" run r.md")
        #expect(reply.status == 1 && reply.out.contains("bash"), "\(reply.all)")
        #expect(try desk.states() == ["a": "done", "b": "failed"])
    }

    @Test("where no terminal shows a table nothing of it is cut; where it is narrow, what is told of a step goes last")
    func tables() throws {
        let title = String(repeating: "word ", count: 60) + "end"
        let desk = try Desk(page(step("a", ["title: \(title)"])))
        desk.environment["COLUMNS"] = nil
        #expect(try desk.run("plan", "r.md").out.contains(title))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("status").out.contains(title))
        desk.environment["COLUMNS"] = "40"
        let narrow = try desk.run("plan", "r.md").out.split(separator: "\n")[1]
        #expect(narrow.count <= 40 && narrow.contains("a ") && narrow.contains("word word"), "\(narrow)")
    }

    @Test("the logs of a run have only what has one: a file that is written has not")
    func fileLogs() throws {
        let file = "```text\n#| file: made.txt\n#| step: write\nhello\n```\n"
        let desk = try Desk(page(step("a", [], "echo said"), file))
        #expect(try desk.run("run", "r.md").status == 0)
        for words in ["logs", "logs '*'"] {
            let reply = try desk.bash("\"$R\" \(words)")
            #expect(reply.status == 0 && reply.out.contains("said") && !reply.out.contains("write"), "\(reply.all)")
            #expect(reply.error.isEmpty)
        }
        let reply = try desk.run("logs", "write")
        #expect(reply.status == 2 && reply.error.contains("write has no output: it writes a file"), "\(reply.all)")
    }
}
