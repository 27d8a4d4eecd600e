import Foundation
import Testing

/// Which runbook a command without a PATH means, and how options may be written.
@Suite("Paths and options")
struct PathTests {
    private static let commands = [
        ["check"], ["plan"], ["graph"], ["docs", "-o", "docs"], ["run", "--dry-run"], ["run"], ["up"],
    ]

    private func reply(_ desk: Desk, _ command: [String]) throws -> Desk.Reply {
        try desk.bash("\"$R\" " + command.joined(separator: " "))
    }

    @Test("a folder with a runbook.md needs no path", arguments: commands)
    func file(command: [String]) throws {
        let desk = try Desk()
        try desk.write(page(step("only")), to: "runbook.md")
        #expect(try reply(desk, command).status == 0)
        #expect(try command != ["run"] || desk.states() == ["only": "done"])
    }

    @Test("a folder `runbooks` goes before it", arguments: commands)
    func folder(command: [String]) throws {
        let desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("runbooks"), withIntermediateDirectories: false)
        try desk.write(page(step("inner")), to: "runbooks/zone.md")
        try desk.write("no runbook at all: \u{1}", to: "runbook.md")
        let reply = try reply(desk, command)
        #expect(reply.status == 0, "\(reply.all)")
    }

    @Test("where neither is there, it is said what was looked for, where, and what to do", arguments: commands)
    func nothing(command: [String]) throws {
        let desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("runbook.md"), withIntermediateDirectories: false)
        try desk.write("", to: "runbooks")
        let reply = try reply(desk, command)
        #expect(reply.status == 2)
        #expect(
            reply.error.contains(
                "\(desk.folder.lastPathComponent) has neither a folder `runbooks` nor a file `runbook.md`"))
        #expect(reply.error.contains("hint: name a file or folder, or write a starter: "))
        #expect(!FileManager.default.fileExists(atPath: desk.path(".runbook")))
    }

    @Test(
        "the number of jobs is written as for make and ninja",
        arguments: ["-j8", "-j 8", "--jobs=8", "--jobs 8", "-j=8"])
    func jobs(option: String) throws {
        let desk = try Desk()
        try desk.write(page(step("a")), to: "runbook.md")
        for command in ["run", "up", "resume", "down", "plan"] {
            let reply = try desk.bash("\"$R\" \(command) \(option)")
            #expect(reply.status == 0, "\(command) \(option): \(reply.all)")
        }
    }

    @Test("other options with a value take it joined as well, and nonsense is refused")
    func joined() throws {
        let desk = try Desk()
        try desk.write(
            page(step("a", ["env: {X: '${x}'}"], "echo \"x is $X\""), front: ["params: {x: {default: 1}}"]),
            to: "runbook.md")
        #expect(try desk.run("run", "-p", "x=2").status == 0)
        #expect(try desk.run("logs", "a").out == "x is 2\n")
        #expect(try desk.run("report", "-oreport.html").status == 0)
        #expect(try desk.run("docs", "-odocuments").status == 0)
        #expect(try desk.run("plan", "--simulate", "-j1,2,4").status == 0)
        #expect(!desk.read("report.html").isEmpty && !desk.read("documents/index.md").isEmpty)
        for wrong in ["-j0", "-j", "-jx", "-j1.5", "--jobs=", "-j10001"] {
            #expect(try desk.run("run", wrong).status == 2, "\(wrong)")
        }
    }

    @Test("a state folder is made with all that is missing on the way to it")
    func state() throws {
        let desk = try Desk()
        try desk.write(page(step("a")), to: "runbook.md")
        #expect(try desk.run("run", "--state", "a/b/c").status == 0)
        for folder in ["a", "a/b", "a/b/c"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: desk.path(folder))
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
        let looked = try desk.run("status", "--state", "x/y/z")
        #expect(looked.status == 6 && !FileManager.default.fileExists(atPath: desk.path("x")), "reading makes nothing")
    }
}
