import Foundation
import Testing

/// Outputs that nobody handed on, and a person gives.
@Suite("Given outputs")
struct GivenOutputsTests {
    /// A once step that did its work and failed before it handed anything on, and one that takes what it would have.
    private func desk() throws -> Desk {
        let desk = try Desk(
            page(
                step("init", ["once: true", "outputs: [port, {token: {secret: true}}]"], "exit 3"),
                step(
                    "after", ["env: {PORT: '${init.port}', TOKEN: '${init.token}'}"],
                    "echo \"$PORT $TOKEN\" >\"$work/taken\"")))
        #expect(try desk.run("run", "r.md").status == 1)
        return desk
    }

    @Test("the end of the run, and accept without them, name the command that gives them")
    func named() throws {
        let desk = try desk()
        let accept = try desk.run("accept", "init")
        #expect(accept.status == 2 && accept.error.contains("its outputs are not known (port, token)"), "\(accept.all)")
        let resume = try desk.run("resume")
        for reply in [accept, resume] { #expect(reply.all.contains("accept init --outputs FILE"), "\(reply.all)") }
        #expect(resume.all.contains("(FILE gives port, token)"), "\(resume.all)")
    }

    @Test("they count as if the step had handed them on, the secret ones sealed")
    func given() throws {
        let desk = try desk()
        try desk.write("port=8300\ntoken<<END\ntok-Kq4711\nsecond\nEND\n", to: "given")
        let accept = try desk.run("accept", "init", "--outputs", "given", "--note", "looked it up")
        #expect(accept.status == 0, "\(accept.all)")
        try desk.bash("cat .runbook/state.db* >database")
        let stored = try Data(contentsOf: URL(fileURLWithPath: desk.path("database")))
        #expect(stored.range(of: Data("Kq4711".utf8)) == nil && stored.range(of: Data("8300".utf8)) != nil)
        let resume = try desk.run("resume")
        #expect(resume.status == 0, "\(resume.all)")
        #expect(desk.read(".runbook/work/taken") == "8300 tok-Kq4711\nsecond\n")
        #expect(try desk.run("output", "init", "token").out == "tok-Kq4711\nsecond\n")
    }

    @Test("those that the step did hand on need not be given again, and a given one takes their place")
    func mixed() throws {
        let desk = try Desk(
            page(step("init", ["once: true", "outputs: [a, b]"], "echo a=1 >>\"$RUNBOOK_OUTPUT\"; exit 3")))
        #expect(try desk.run("run", "r.md").status == 1)
        #expect(try desk.run("accept", "init").error.contains("are not known (b)"))
        try desk.write("b=2\n", to: "given")
        #expect(try desk.run("accept", "init", "--outputs", "given").status == 0)
        #expect(try desk.run("output", "init").out.contains("a") && desk.run("output", "init", "a").out == "1\n")
        #expect(try desk.run("output", "init", "b").out == "2\n")
    }

    @Test(
        "a file with something wrong in it is refused, nothing of it is quoted, and nothing is accepted",
        arguments: [
            ("port=1\ntoken\n", "given, line 2: expected `name=value`"),
            ("port=1\ntokn=tok-Kq4711\n", "gives `tokn`, which init does not declare"),
            ("port=1\n", "its outputs are not known (token)"), ("port=1\ntoken=Kq4\n", "shorter than 4 bytes"),
            ("port=1\ntoken<<END\nKq4711\n", "given, line 2: the block that begins here has no end"),
        ])
    func refused(text: String, complaint: String) throws {
        let desk = try desk()
        try desk.write(text, to: "given")
        let accept = try desk.run("accept", "init", "--outputs", "given")
        #expect(accept.status == 2 && accept.error.contains(complaint), "\(accept.all)")
        #expect(!accept.all.contains("Kq4"))
        #expect(try desk.states()["init"] == "failed")
    }

    @Test("a file that is not there is told")
    func missing() throws {
        let accept = try desk().run("accept", "init", "--outputs", "nowhere")
        #expect(accept.status == 2 && accept.error.contains("nowhere: No such file"), "\(accept.all)")
    }

    @Test("a name that no output has is told when the step is done, and its value never")
    func undeclared() throws {
        let desk = try Desk(
            page(
                step("a", ["outputs: [port]"], "printf 'port=1\\nprot=2222\\n' >>\"$RUNBOOK_OUTPUT\""),
                step(
                    "b", ["outputs: [port]", "gate: test -e r.md"],
                    "printf 'port=1\\nprot=2222\\n' >>\"$RUNBOOK_OUTPUT\""),
                step("none", [], "echo whatever=3333 >>\"$RUNBOOK_OUTPUT\""),
                step(
                    "secret", ["outputs: [{key: {secret: true}}]"],
                    "printf 'key=first-line\\nQUJDREVGRw==\\n' >>\"$RUNBOOK_OUTPUT\""),
                step("good", ["outputs: [port]"], "echo port=1 >>\"$RUNBOOK_OUTPUT\"")))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        let line = { (id: String) in run.out.split(separator: "\n").last { $0.contains(" \(id) ") } ?? "" }
        for id in ["a", "b"] {
            #expect(line(id).contains("warning: it handed on `prot`, not named in its `outputs`"), "\(run.out)")
        }
        #expect(line("none").contains("warning: it handed on `whatever`"), "\(run.out)")
        #expect(line("secret").contains("warning: 1 line of what it handed on"), "\(run.out)")
        #expect(!line("good").contains("warning"), "\(run.out)")
        let all = try run.all + desk.run("explain", "a").out + desk.run("status", "--json").out
        for value in ["2222", "3333", "QUJD"] { #expect(!all.contains(value)) }
        #expect(try desk.run("explain", "a").out.contains("`prot`"))
    }
}
