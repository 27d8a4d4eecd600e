import Foundation
import Testing

/// What a message tells to do next is typed as it stands, and does what the message says.
@Suite("The next command")
struct NextCommandTests {
    /// The rest of the first line that begins with this, blanks in front not counted.
    private func told(_ label: String, _ text: String) throws -> String {
        let line = text.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix(label) }
        return String(try #require(line, "no `\(label)` in: \(text)").drop { $0 == " " }.dropFirst(label.count))
    }

    private static let failing = page(step("a", [], "test -e mended"), step("b", ["needs: [a]"]), step("c"))

    @Test(
        "goes on in the same state folder, whatever it is called",
        arguments: ["state", "with blank", "it's", "deep/er/one", "-x"])
    func state(name: String) throws {
        let desk = try Desk(Self.failing)
        let reply = try desk.run("run", "r.md", "--state=\(name)")
        #expect(reply.status == 1, "\(reply.all)")
        try desk.write("", to: "mended")
        let next = try desk.bash(try told("go on: ", reply.out))
        #expect(next.status == 0, "\(next.all)")
        let refused = try desk.bash("\"$R\" down --state='\(name.replacingOccurrences(of: "'", with: "'\\''"))'")
        #expect(refused.status == 0, "\(refused.all)")
    }

    @Test("needs nothing of the environment that the command before it had")
    func environment() throws {
        let desk = try Desk(Self.failing)
        let reply = try desk.bash("RUNBOOK_STATE=elsewhere \"$R\" run r.md")
        #expect(reply.status == 1, "\(reply.all)")
        try desk.write("", to: "mended")
        #expect(try desk.bash(try told("go on: ", reply.out)).status == 0)
        #expect(!FileManager.default.fileExists(atPath: desk.path(".runbook")))
        #expect(try desk.run("down", "--state", "elsewhere").status == 0)
    }

    @Test("calls the program as it was called, by its name where that is enough")
    func program() throws {
        let desk = try Desk(Self.failing)
        let reply = try desk.bash("mkdir 'my bin'; ln -s \"$R\" 'my bin/runbook'; 'my bin/runbook' run r.md")
        #expect(try told("go on: ", reply.out) == "'my bin/runbook' resume", "\(reply.all)")
        let found = try desk.bash("PATH=\"$PWD/my bin:$PATH\"; \"$PWD/my bin/runbook\" resume")
        #expect(try told("go on: ", found.out) == "runbook resume", "\(found.all)")
    }

    @Test("goes on with the steps that were chosen, and with the run that was named")
    func selection() throws {
        let desk = try Desk(Self.failing)
        let reply = try desk.run("run", "r.md", "--until", "a", "--skip", "c")
        #expect(try told("go on: ", reply.out).hasSuffix(" resume --until a --skip c"))
        #expect(try desk.run("run", "--fresh", "r.md", "--until", "a").status == 1)
        let older = try desk.run("resume", "1", "--only", "a")
        #expect(try told("go on: ", older.out).hasSuffix(" resume 1 --only a"), "\(older.all)")
        try desk.write("", to: "mended")
        #expect(try desk.bash(try told("go on: ", older.out)).status == 0)
        #expect(try desk.states()["a"] == "failed", "the run that was not named is left alone")
    }

    @Test("what lapsed is brought back by the command that verify names")
    func lapsed() throws {
        let desk = try Desk(page(step("a", ["gate: {command: test -e there}"], "touch there")))
        #expect(try desk.run("run", "r.md", "--state", "s t").status == 0)
        try FileManager.default.removeItem(atPath: desk.path("there"))
        let reply = try desk.run("verify", "--state", "s t")
        #expect(reply.status == 7)
        #expect(try desk.bash(try told("bring back what lapsed: ", reply.out)).status == 0)
        #expect(try desk.run("verify", "--state", "s t").status == 0)
    }

    @Test("where there is no state folder, the command that starts a run is named")
    func missing() throws {
        let desk = try Desk()
        let reply = try desk.run("status", "--state", "s t")
        #expect(reply.status == 6)
        #expect(try told("hint: start a run: ", reply.error).hasSuffix(" run PATH --state 's t'"))
        try desk.write(page(step("a")), to: "runbook.md")
        let found = try desk.run("resume", "--state", "s t")
        #expect(try desk.bash(try told("hint: start a run: ", found.error)).status == 0)
        #expect(try desk.run("status", "--state", "s t").status == 0)
    }

    @Test("a question, and a step that nobody knows the end of, name commands that answer")
    func words() throws {
        let desk = try Desk(
            page(step("ask", ["confirm: Go?"]), step("init", ["once: true"], "test -e mended")))
        let reply = try desk.run("run", "r.md", "--state", "the state")
        #expect(reply.status == 1, "\(reply.all)")
        #expect(try desk.bash(try told("yes: ", reply.out)).status == 0)
        let status = try desk.run("status", "--state", "the state").out
        let answer = try #require(status.firstMatch(of: /\((.* approve ask .*)\)/)?.1, "\(status)")
        #expect(try desk.bash(String(answer)).status == 0)
        let commands = try told("it completed: ", reply.out).components(separatedBy: "   repeat it: ")
        try desk.write("", to: "mended")
        let noted = try desk.bash(try #require(commands.last))
        #expect(noted.status == 0, "\(noted.all)")
        let next = try #require(noted.out.firstMatch(of: /; (.*) goes on/)?.1, "\(noted.out)")
        #expect(try desk.bash(String(next)).status == 0)
    }

    @Test("a run that is refused names commands that go on, take down, and begin anew")
    func refused() throws {
        let desk = try Desk(Self.failing)
        #expect(try desk.run("run", "r.md", "--state", "s t").status == 1)
        let refused = try desk.run("run", "r.md", "--state", "s t", "-p", "x=1")
        #expect(refused.status == 3)
        let reply = try desk.run("run", "r.md", "--state", "s t")
        #expect(reply.status == 2)
        #expect(try desk.bash(try told("hint: go on with it: ", reply.error)).status == 1)
        let anew = try desk.bash(try told("or forget it: ", reply.error))
        #expect(anew.status == 1 && anew.error.isEmpty, "\(anew.all)")
        let again = try desk.run("run", "r.md", "--state", "s t")
        #expect(try desk.bash(try told("take it down: ", again.error)).status == 0)
        let unknown = try desk.run("status", "99", "--state", "s t")
        #expect(try desk.bash(try told("more about them: ", unknown.error)).out.contains("test"))
        let noStep = try desk.run("explain", "zzzzzz", "--state", "s t")
        #expect(try desk.bash(try told("hint: these are there: ", noStep.error)).out.contains("run 2 of test"))
    }
}
