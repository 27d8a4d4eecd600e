import Foundation
import Glibc
import Testing

/// The table of resume, each row through the real program and real processes.
@Suite("Resume")
struct ResumeTests {
    @Test("keeps what is done, runs what failed and what it blocked")
    func failed() throws {
        let desk = try Desk(
            page(
                step("a", [], "echo a >>ledger"), step("b", ["needs: [a]"], "test -e mended; echo b >>ledger"),
                step("c", ["needs: [b]"], "echo c >>ledger")))
        #expect(try desk.run("run", "r.md").status == 1)
        try desk.write("", to: "mended")
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("ledger") == "a\nb\nc\n")
        #expect(reply.out.contains("failed (exit 1)"))
        #expect(reply.out.contains("done"))
    }

    @Test("runs again what lapsed, and asks what needs it again instead of running it")
    func lapsed() throws {
        let desk = try Desk(
            page(
                step("base", ["gate: {command: test -e up, within: 2s}"], "echo base >>ledger; touch up"),
                step("top", ["needs: [base]", "gate: {command: test -e up, within: 2s}"], "echo top >>ledger")))
        #expect(try desk.run("run", "r.md").status == 0)
        try FileManager.default.removeItem(atPath: desk.path("up"))
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("ledger") == "base\ntop\nbase\n")
        #expect(reply.out.contains("lapsed:"))
        #expect(reply.out.contains("asked again after base"))
    }

    @Test("runs again what was edited, and everything downstream; titles, gates and prose do not count")
    func edited() throws {
        let desk = try Desk(page(step("a", [], "echo a >>ledger"), step("b", ["needs: [a]"], "echo b >>ledger")))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write(
            page(
                step("a", ["title: Another", "timeout: 9s"], "echo a >>ledger"),
                step("b", ["needs: [a]", "gate: {command: \"true\"}"], "echo b >>ledger")))
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("ledger") == "a\nb\n")
        try desk.write(page(step("a", [], "echo A >>ledger"), step("b", ["needs: [a]"], "echo b >>ledger")))
        let reply = try desk.run("resume")
        #expect(desk.read("ledger") == "a\nb\nA\nb\n")
        #expect(reply.out.contains("edited: script"))
        #expect(reply.out.contains("upstream a runs again"))
    }

    @Test("an edit of a step that does not apply makes nothing run again until it does")
    func editedAndSkipped() throws {
        func text(_ body: String) -> String {
            page(step("a", ["when: test ! -e off"], "echo \(body)"), step("b", ["needs: [a]"], "echo b"))
        }
        let desk = try Desk(text("1"))
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write("", to: "off")
        #expect(try desk.run("resume").status == 0)
        try desk.write(text("2"))
        // It was done, and what follows from the edit is known only once it was asked whether it applies.
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.states() == ["a": "skipped", "b": "done"])
        let attempts = try desk.attempts("b")
        #expect(try desk.run("resume").status == 0 && desk.run("resume").status == 0)
        #expect(try desk.attempts("b") == attempts)
        try FileManager.default.removeItem(atPath: desk.path("off"))
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.states() == ["a": "done", "b": "done"])
        #expect(try desk.attempts("a") == 2 && desk.attempts("b") == attempts + 1)
    }

    @Test("tells a changed param with both values, and only what names it runs again")
    func params() throws {
        let desk = try Desk(
            page(
                step("a", [], "echo $dc >>ledger"), step("b", [], "echo b >>ledger"),
                front: ["params: {dc: {default: dc1}}"]))
        #expect(try desk.run("run", "r.md").status == 0)
        let reply = try desk.run("resume", "-p", "dc=dc2")
        #expect(reply.out.contains("edited: param dc dc1→dc2"))
        #expect(desk.read("ledger").split(separator: "\n").sorted() == ["b", "dc1", "dc2"])
    }

    @Test("keeps an edited once step and says so; accept blesses the edit, reset repeats it")
    func once() throws {
        let desk = try Desk(page(step("init", ["once: true"], "echo 1 >>ledger")))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write(page(step("init", ["once: true"], "echo 2 >>ledger")))
        #expect(try desk.run("resume").out.contains("once: kept"))
        #expect(try desk.run("explain", "init").out.contains("+ 1: echo 2 >>ledger"))
        #expect(try desk.run("accept", "init").status == 0)
        #expect(try desk.run("resume").out.contains("once: kept") == false)
        #expect(desk.read("ledger") == "1\n")
        #expect(try desk.run("reset", "init").status == 0)
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("ledger") == "1\n2\n")
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("ledger") == "1\n2\n", "one word, one repetition")
    }

    private func kill9(_ desk: Desk, until file: String) throws {
        let process = try desk.start(["run", "r.md"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path(file)) })
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    @Test("adopts a body that outlived its executor, and takes its true exit status", arguments: [0, 7])
    func adopt(status: Int) throws {
        let desk = try Desk(
            page(
                step(
                    "slow", ["once: true"],
                    "echo run >>ledger; touch started; until [ -e go ]; do sleep 0.05; done; exit \(status)")))
        try kill9(desk, until: "started")
        let resume = try desk.start(["resume"])
        let out = Pipe()
        resume.standardOutput = out
        try resume.run()
        // What it is told of is planned: from there on its end is waited for.
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("adopted pid"),
            case let more = out.fileHandleForReading.availableData, !more.isEmpty
        {
            said += more
        }
        try desk.write("", to: "go")
        said += out.fileHandleForReading.readDataToEndOfFile()
        let text = String(decoding: said, as: UTF8.self)
        resume.waitUntilExit()
        #expect(resume.terminationStatus == (status == 0 ? 0 : 1), "\(text)")
        #expect(text.contains("adopted pid"))
        #expect(status == 0 || text.contains("exit 7"))
        #expect(desk.read("ledger") == "run\n")
    }

    @Test("takes the exit status that a body left behind after the executor died")
    func leftBehind() throws {
        let desk = try Desk(
            page(
                step(
                    "slow", ["once: true", "outputs: [id]"],
                    "touch started; until [ -e go ]; do sleep 0.05; done; echo run >>ledger; echo id=42 >>\"$RUNBOOK_OUTPUT\""
                )))
        try kill9(desk, until: "started")
        try desk.write("", to: "go")
        #expect(desk.eventually { desk.read(".runbook/runs/1/exits").contains("slow 1 0") })
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("ledger") == "run\n")
        #expect(try desk.run("output", "slow", "id").out == "42\n")
    }

    /// Nobody waited until they were on disk: a part of a value would be taken for all of it.
    @Test("does not take outputs that a body left behind before a reboot")
    func leftBehindBeforeReboot() throws {
        let desk = try Desk(
            page(
                step("plain", ["once: true"], "touch plain; until [ -e go ]; do sleep 0.05; done"),
                step(
                    "slow", ["outputs: [id]"],
                    "touch started; until [ -e go ]; do sleep 0.05; done; echo run >>ledger; echo id=4 >>\"$RUNBOOK_OUTPUT\""
                )))
        try kill9(desk, until: "started")
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("plain")) })
        try desk.write("", to: "go")
        #expect(
            desk.eventually {
                desk.read(".runbook/runs/1/exits").contains("slow 1 0")
                    && desk.read(".runbook/runs/1/exits").contains("plain 1 0")
            })
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).dropLast()
        let sqlite = Process()
        sqlite.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        sqlite.arguments = [
            "sqlite3", desk.path(".runbook/state.db"),
            "UPDATE events SET boot = replace(boot, '\(boot)', 'other'), detail = replace(detail, '\(boot)', 'other')",
        ]
        try sqlite.run()
        sqlite.waitUntilExit()
        #expect(sqlite.terminationStatus == 0)
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("ledger") == "run\nrun\n")
        #expect(try desk.attempts("plain") == 1)
    }

    @Test("asks about a once step whose end nobody saw; its check could have told")
    func uncertain() throws {
        let body = "echo run >>ledger; touch started; exec sleep 60"
        let desk = try Desk(page(step("init", ["once: true"], body), step("next", ["needs: [init]"])))
        try kill9(desk, until: "started")
        kill(try desk.pid("init"), SIGKILL)
        let reply = try desk.run("resume")
        #expect(reply.status == 4, "\(reply.all)")
        #expect(try desk.states() == ["init": "uncertain", "next": "blocked"])
        #expect(try desk.run("accept", "init").status == 0)
        let after = try desk.run("resume")
        #expect(after.status == 0, "\(after.all)")
        #expect(desk.read("ledger") == "run\n")
    }

    @Test("lets the check decide when the exit status is unknown")
    func checkDecides() throws {
        let body = "echo run >>ledger; touch started; exec sleep 60"
        let desk = try Desk(page(step("init", ["once: true", "check: test -e started"], body)))
        try kill9(desk, until: "started")
        kill(try desk.pid("init"), SIGKILL)
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.states() == ["init": "done"])
    }

    @Test("runs again a step that is no once step when nothing tells how it ended")
    func runsAgain() throws {
        let desk = try Desk(
            page(step("a", [], "echo run >>ledger; if [ -e started ]; then exit 0; fi; touch started; exec sleep 60")))
        try kill9(desk, until: "started")
        kill(try desk.pid("a"), SIGKILL)
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("ledger") == "run\nrun\n")
    }

    @Test("brings back a service that died, and leaves the others alone")
    func service() throws {
        let serve = { (id: String) in
            step(
                id, ["service: true", "gate: {command: test -e \(id).up}"],
                "echo \(id) >>ledger; touch \(id).up; exec sleep 600")
        }
        let desk = try Desk(page(serve("one"), serve("two")))
        #expect(try desk.run("run", "r.md").status == 0)
        let two = try desk.pid("two")
        kill(try desk.pid("one"), SIGKILL)
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.pid("two") == two)
        #expect(desk.read("ledger").split(separator: "\n").sorted() == ["one", "one", "two"])
        #expect(try desk.run("down").status == 0)
        let stat = (try? String(contentsOfFile: "/proc/\(two)/stat", encoding: .utf8)) ?? ") Z"
        #expect(stat.contains(") Z"), "gone, or not reaped yet by its parent")
    }
}

@Suite("A run")
struct RunTests {
    @Test("is refused while services of these runbooks are up, and up and down are offered")
    func refused() throws {
        let desk = try Desk(page(step("web", ["service: true"], "exec sleep 600")))
        #expect(try desk.run("run", "r.md").status == 0)
        let reply = try desk.run("run", "r.md", "--fresh")
        #expect(reply.status == 2)
        #expect(reply.error.contains("runbook down"))
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(try desk.run("down").status == 0)
        #expect(try desk.run("run", "r.md").status == 0)
    }

    @Test("is refused while another is unfinished; --fresh forgets that one")
    func unfinished() throws {
        let desk = try Desk(page(step("a", [], "exit 1")))
        #expect(try desk.run("run", "r.md").status == 1)
        #expect(try desk.run("run", "r.md").status == 2)
        #expect(try desk.run("run", "r.md", "--fresh").status == 1)
        #expect(try desk.run("runs").out.contains("set aside"))
    }

    @Test("that is only looked at makes nothing")
    func dryRun() throws {
        let desk = try Desk(page(step("a", [], "touch made")))
        let reply = try desk.run("run", "r.md", "--dry-run")
        #expect(reply.status == 0)
        #expect(reply.out.contains("a"))
        #expect(!FileManager.default.fileExists(atPath: desk.path("made")))
        #expect(!FileManager.default.fileExists(atPath: desk.path(".runbook")))
    }

    @Test("hands a secret output on without storing or showing it")
    func secrets() throws {
        let desk = try Desk(
            page(
                step(
                    "make", ["outputs: {token: {secret: true}}"],
                    "t=$(printf top-%s-value secret); echo made $t\necho token=$t >>\"$RUNBOOK_OUTPUT\""),
                step(
                    "use", ["env: {TOKEN: \"${make.token}\"}"],
                    "test \"$TOKEN\" = \"$(printf top-%s-value secret)\"; echo saw \"$TOKEN\"")))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(!reply.all.contains("top-secret-value"))
        #expect(try desk.run("output", "make", "token").out == "top-secret-value\n")
        #expect(!(try desk.run("logs").all.contains("top-secret-value")))
        let grep = Process()
        grep.executableURL = URL(fileURLWithPath: "/bin/grep")
        grep.arguments = ["-rq", "top-secret-value", desk.path(".runbook")]
        try grep.run()
        grep.waitUntilExit()
        #expect(grep.terminationStatus == 1, "nothing in the state folder holds it")
    }

    @Test("tells every event as a line of JSON")
    func json() throws {
        let desk = try Desk(page(step("a")))
        let reply = try desk.run("run", "r.md", "--output", "json")
        let names = try reply.out.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["event"] as? String ?? ""
        }
        #expect(
            names == ["run.started", "step.ready", "step.intended", "step.started", "step.finished", "run.finished"])
    }

    @Test("stops what would have started on a service that ended after coming up")
    func lapsing() throws {
        let desk = try Desk(
            page(
                step(
                    "web", ["service: true", "gate: {command: test -e up}"],
                    "touch up; until [ -e die ]; do sleep 0.02; done; exit 5"),
                step("slow", ["needs: [web]"], "touch die; sleep 1"), step("top", ["needs: [slow]"], "touch made")))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1, "\(reply.all)")
        #expect(try desk.states() == ["web": "lapsed", "slow": "done", "top": "blocked"])
        #expect(!FileManager.default.fileExists(atPath: desk.path("made")))
    }

    @Test("the starter that init writes is sound")
    func starter() throws {
        let desk = try Desk()
        #expect(try desk.run("init").status == 0)
        #expect(try desk.run("init").status == 2, "never overwritten")
        #expect(try desk.run("check", "--strict").status == 0)
        let reply = try desk.run("run", "-p", "port=\(try Desk.freePort())")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.run("logs", "report").out.hasPrefix("The page has "))
        #expect(try desk.run("down").status == 0)
    }

    @Test("counts what was only asked again as done, also where there was nothing to ask")
    func counted() throws {
        let desk = try Desk(
            page(step("a"), step("b", ["needs: [a]"]), step("c", ["needs: [b]", "gate: {command: 'true'}"])))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("reset", "a").status == 0)
        let reply = try desk.run("resume")
        #expect(reply.all.contains("3 of 3 done"), "\(reply.all)")
    }
}
