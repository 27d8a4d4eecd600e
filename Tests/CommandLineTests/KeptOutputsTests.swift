import Foundation
import Testing

/// What cannot be made again is never thrown away.
@Suite("Kept outputs")
struct KeptOutputsTests {
    /// A once step that makes a token, and whatever it hands on besides.
    private func desk(_ outputs: String, _ body: String) throws -> Desk {
        try Desk(page(step("init", ["once: true", "outputs: \(outputs)"], "touch \"$work/ran\"\n" + body)))
    }

    private let write = "echo \"token=$(printf tok-; printf Kq; echo 4711)\" >>\"$RUNBOOK_OUTPUT\"\n"

    @Test(
        "a step that makes a secret does not begin where there is no place for the key, and begins where there is one")
    func noKey() throws {
        let desk = try desk("[{token: {secret: true}}]", write)
        let config = desk.environment["XDG_CONFIG_HOME"]
        desk.environment["XDG_CONFIG_HOME"] = nil
        desk.environment["HOME"] = nil
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1 && run.error.contains("nothing has begun"), "\(run.all)")
        #expect(!desk.exists(".runbook/work/ran"))
        desk.environment["XDG_CONFIG_HOME"] = config
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("output", "init", "token").out == "tok-Kq4711\n")
    }

    @Test("nor does one with a condition, whose need of a key shows late: it fails, is not asked about, and runs then")
    func lateNoKey() throws {
        let desk = try Desk(
            page(step("init", ["when: 'true'", "once: true", "outputs: [{token: {secret: true}}]"], write)))
        let config = desk.environment["XDG_CONFIG_HOME"]
        desk.environment["XDG_CONFIG_HOME"] = nil
        desk.environment["HOME"] = nil
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1 && run.all.contains("not started: There is no place for the key"), "\(run.all)")
        #expect(!run.all.contains(" accept init"), "\(run.all)")
        desk.environment["XDG_CONFIG_HOME"] = config
        #expect(try desk.run("resume").status == 0)
    }

    @Test(
        "what a failed attempt handed on well is kept, sealed, whatever else is wrong, and counts once it is accepted",
        arguments: ["exit 3", "echo 'no sense' >>\"$RUNBOOK_OUTPUT\"", "printf 'x<<E\\n' >>\"$RUNBOOK_OUTPUT\""])
    func accepted(then: String) throws {
        let desk = try desk("[{token: {secret: true}}]", write + then)
        let run = try desk.run("run", "r.md", "--state", "s")
        #expect(run.status == 1 && !run.all.contains("Kq4711"), "\(run.all)")
        for name in try FileManager.default.subpathsOfDirectory(atPath: desk.path("s")) {
            guard let data = FileManager.default.contents(atPath: desk.path("s/\(name)")) else { continue }
            #expect(name.hasPrefix("work") || data.range(of: Data("Kq4711".utf8)) == nil, "\(name) holds the token")
        }
        for hint in ["output init token --attempt 1 --state s", "accept init --state s"] {
            #expect(run.out.contains("runbook \(hint)"), "\(run.out)")
        }
        #expect(try desk.run("output", "init", "--state", "s").status == 1)
        #expect(try desk.run("output", "init", "token", "--attempt", "1", "--state", "s").out == "tok-Kq4711\n")
        #expect(try desk.run("accept", "init", "--state", "s").status == 0)
        let resume = try desk.run("resume", "--state", "s")
        #expect(resume.status == 0, "\(resume.all)")
        #expect(try desk.run("output", "init", "token", "--state", "s").out == "tok-Kq4711\n")
    }

    @Test(
        "what cannot be stored is kept as it was written, sealed, and a person can get at it",
        arguments: [
            ("tokn=tok-Kq4711\n", "was declared and not written"), ("token=tok-Kq4711\\377\n", "is not UTF-8"),
            ("token=abc\nKq4711\n", "line 2"), ("token=abc\n", "shorter than 4 bytes"),
        ])
    func raw(text: String, reason: String) throws {
        let desk = try desk("[{token: {secret: true}}]", "printf '\(text)' >>\"$RUNBOOK_OUTPUT\"")
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1 && run.all.contains(reason) && !run.all.contains("Kq4711"), "\(run.all)")
        #expect(run.out.contains("output init --raw"), "\(run.out)")
        #expect(run.out.contains(" accept init --outputs FILE (FILE gives token)"), "\(run.out)")
        #expect(!desk.exists(".runbook/runs/1/outputs/init.1"))
        #expect(try desk.bash("$R output init --raw >raw; printf '\(text)' | cmp - raw").status == 0)
        let accept = try desk.run("accept", "init")
        #expect(accept.status == 2 && accept.error.contains("output init --raw"), "\(accept.all)")
        #expect(try desk.run("resume").status == 4)
        #expect(try desk.run("output", "init", "--raw").status == 0)
        #expect(try desk.run("reset", "init").status == 0)
        #expect(try desk.run("output", "init", "--raw").status == 0)
    }

    @Test("plain outputs beside a wrong one are kept as well, and the file stays as it is")
    func plain() throws {
        let desk = try desk("[address, port]", "printf 'address=10.0.0.1\\nno sense\\n' >>\"$RUNBOOK_OUTPUT\"")
        #expect(try desk.run("run", "r.md").status == 1)
        #expect(try desk.run("output", "init", "--attempt", "1").out == "address=10.0.0.1\n")
        #expect(try desk.run("output", "init", "--raw").out == "address=10.0.0.1\nno sense\n")
        let accept = try desk.run("accept", "init")
        #expect(accept.status == 2 && accept.error.contains("(port)"), "\(accept.all)")
    }

    @Test("a value may end in a carriage return, and swallows nothing")
    func carriageReturn() throws {
        let desk = try desk("[location, ticket]", "printf 'location=x\\r\\nticket=T-1\\n' >>\"$RUNBOOK_OUTPUT\"")
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.bash("$R output init location | od -An -c").out.contains("x  \\r  \\n"))
        #expect(try desk.run("output", "init", "ticket").out == "T-1\n")
    }

    @Test("a state folder tells Git to leave it alone, once")
    func git() throws {
        let desk = try desk("[]", "true")
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(desk.read(".runbook/.gitignore") == "*\n")
        try FileManager.default.removeItem(atPath: desk.path(".runbook/.gitignore"))
        #expect(try desk.run("resume").status == 0)
        #expect(!desk.exists(".runbook/.gitignore"))
    }
}
