import Foundation
import Testing

/// Which run a command takes, and which files.
@Suite("Which run, which file")
struct WhichRunTests {
    private let server = step("svc", ["service: true"], "echo $$ >>$work/pids; exec sleep 1000")

    private func move(_ desk: Desk, _ old: String, _ new: String) throws {
        let target = URL(fileURLWithPath: desk.path(new)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: desk.path(old), toPath: desk.path(new))
    }

    /// A zombie that nobody reaps is dead.
    private func isAlive(_ desk: Desk) -> Bool {
        desk.read(".runbook/work/pids").split(separator: "\n").contains { pid in
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
            return !stat.contains(") Z ")
        }
    }

    @Test("two runbooks of one name have runs of their own")
    func sameName() throws {
        let desk = try Desk()
        for name in ["one", "two"] {
            try FileManager.default.createDirectory(atPath: desk.path(name), withIntermediateDirectories: true)
            try desk.write("# Deploy\n\n" + step("deploy", [], "echo \(name) >>deployed"), to: "\(name)/deploy.md")
        }
        #expect(try desk.run("up", "one/deploy.md").status == 0)
        #expect(try desk.run("up", "two/deploy.md").status == 0)
        #expect(desk.read("one/deployed") == "one\n" && desk.read("two/deployed") == "two\n")
        // And each goes on with its own.
        #expect(try desk.run("up", "one/deploy.md").out.contains("run 1 of deploy goes on"))
        #expect(try desk.run("resume", "two/deploy.md").out.contains("run 2 of deploy goes on"))
    }

    @Test("two names of one file are one; more files than the run had are not its own")
    func paths() throws {
        let desk = try Desk(page(server))
        try desk.write("# More\n\n" + step("more"), to: "more.md")
        try FileManager.default.createSymbolicLink(atPath: desk.path("link.md"), withDestinationPath: "r.md")
        #expect(try desk.run("up", "./r.md").status == 0)
        #expect(try desk.run("up", "link.md").out.contains("run 1 of test goes on"))
        let reply = try desk.run("up", "r.md", "more.md")
        #expect(reply.status == 2 && reply.error.contains("services of run 1 are still up"), "\(reply.all)")
    }

    @Test(
        "a file that was renamed is known by its content, or by its declared name and its steps",
        arguments: [true, false])
    func renamed(isEdited: Bool) throws {
        let desk = try Desk(page(server))
        #expect(try desk.run("up", "r.md").status == 0)
        try move(desk, "r.md", "zone/zone.md")
        if isEdited { try desk.write(page(server, step("more")), to: "zone/zone.md") }
        #expect(try desk.run("run", "--fresh", "zone/zone.md").status == 2)
        let reply = try desk.run("up", "zone/zone.md")
        #expect(reply.status == 0 && reply.out.contains("run 1 of test goes on"), "\(reply.all)")
        #expect(reply.error.contains("run 1 goes on with zone/zone.md"))
        #expect(desk.read(".runbook/work/pids").split(separator: "\n").count == 1)
        #expect(try desk.run("down").status == 0)
        #expect(!isAlive(desk))
    }

    @Test("a file that is something else is not taken for one that is gone, unless a person says so")
    func notTheSame() throws {
        let desk = try Desk("# A\n\n" + server)
        #expect(try desk.run("up", "r.md").status == 0)
        try move(desk, "r.md", "x.md")
        try desk.write("# A\n\n" + server + step("more"), to: "x.md")
        let reply = try desk.run("resume", "x.md")
        #expect(reply.status == 2 && reply.error.contains("resume RUN x.md"), "\(reply.all)")
        try desk.write("# B\n\n" + step("other"), to: "y.md")
        #expect(try desk.run("resume", "1", "y.md").error.contains("y.md has no step of run 1"))
        let other = try desk.run("resume", "1", "x.md")
        #expect(other.status == 0 && other.out.contains("run 1 of x goes on"), "\(other.all)")
        #expect(try desk.run("down", "x.md").status == 0)
        #expect(!isAlive(desk))
    }

    @Test("a folder that was moved with its state folder is the same")
    func movedFolder() throws {
        let desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("a"), withIntermediateDirectories: true)
        try desk.write(page(server, step("b"), undo("b", "echo b >>undone")), to: "a/r.md")
        #expect(try desk.run("up", "a/r.md", "--state", "a/.s").status == 0)
        try move(desk, "a", "b")
        let resumed = try desk.run("resume", "--state", "b/.s")
        #expect(resumed.status == 0 && resumed.error.contains("moved with the state folder"), "\(resumed.all)")
        let reply = try desk.run("down", "--state", "b/.s")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("b/undone") == "b\n")
    }

    @Test("down works without the file, and with one that is broken, from what was stored", arguments: [true, false])
    func withoutTheFile(isGone: Bool) throws {
        let desk = try Desk(
            page(
                server, step("b", ["needs: [svc]"]), undo("b", "echo \"$port $PWD\" >>undone"),
                front: ["params: {port: 1}"]))
        #expect(try desk.run("up", "r.md", "-p", "port=7").status == 0)
        if isGone {
            try FileManager.default.removeItem(atPath: desk.path("r.md"))
        } else {
            try desk.write("# Broken\n\n" + step("b", ["needs: [nobody]"]))
        }
        let reply = try desk.run("down")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(
            reply.error.contains(isGone ? "gone; run 1 goes on with what was stored" : "what was stored is taken down"))
        #expect(desk.read("undone").hasPrefix("7 /") && !isAlive(desk))
        #expect(try desk.run("runs").out.contains("undone"))
    }

    @Test("resume goes on without its file, as it was stored")
    func resumeWithoutTheFile() throws {
        let desk = try Desk(page(step("a", [], "test -e mended; echo a >>ledger")))
        #expect(try desk.run("up", "r.md").status == 1)
        try FileManager.default.removeItem(atPath: desk.path("r.md"))
        try desk.write("", to: "mended")
        let reply = try desk.run("resume")
        #expect(reply.status == 0 && reply.error.contains("resume 1 NEWPATH"), "\(reply.all)")
        #expect(desk.read("ledger") == "a\n")
    }

    @Test("what was taken out of the file is taken down as it was, in order, and its run is not told to be down before")
    func removedSteps() throws {
        let desk = try Desk(
            page(
                server, step("mid", ["needs: [svc]"]), undo("mid", "echo \"mid $port\" >>undone"),
                step("top", ["needs: [mid]"]), undo("top", "echo top >>undone"), front: ["params: {port: 7}"]))
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write(page(step("top"), undo("top", "echo top >>undone")))
        let resumed = try desk.run("resume")
        #expect(resumed.error.contains("svc: still up, and no longer in the runbook"), "\(resumed.all)")
        #expect(try desk.run("run", "r.md").status == 2)
        let reply = try desk.run("down")
        #expect(reply.status == 0 && reply.out.contains("no longer in the runbook: as it was then"), "\(reply.all)")
        #expect(desk.read("undone") == "top\nmid 7\n")
        #expect(!isAlive(desk))
        #expect(try desk.run("run", "r.md").status == 0)
    }

    @Test("a removed service alone can be taken down")
    func onlyRemoved() throws {
        let desk = try Desk(page(server, step("top")))
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write(page(step("top")))
        #expect(try desk.run("down", "--only", "svc").status == 0)
        #expect(!isAlive(desk))
        #expect(!(try desk.run("resume").error.contains("svc")))
    }

    @Test("in a folder that is gone, what needs one says so, and absolute paths work")
    func goneFolder() throws {
        let desk = try Desk(page(step("a")))
        func inGone(_ command: String) throws -> Desk.Reply {
            let script = "mkdir gone; cd gone; rmdir ../gone; \(Desk.program.path) \(command)"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", script]
            process.currentDirectoryURL = desk.folder
            process.environment = desk.environment
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            return Desk.Reply(status: process.terminationStatus, out: text, error: "")
        }
        let file = desk.path("r.md")
        for command in ["run \(file)", "run r.md --state \(desk.path("s"))", "runs", "resume"] {
            let reply = try inGone(command)
            #expect(reply.status == 2 && reply.out.contains("the current folder is gone"), "\(command): \(reply.out)")
        }
        #expect(try inGone("run \(file) --state \(desk.path("s"))").status == 0)
        #expect(try inGone("check --no-hazards \(file)").status == 0)
    }
}
