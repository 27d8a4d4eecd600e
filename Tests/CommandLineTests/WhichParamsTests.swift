import Foundation
import Testing

/// A run is its params: whatever gave them, and whatever the shell and the files say since.
@Suite("Params of a run")
struct WhichParamsTests {
    /// A step that makes a folder named by a param, and takes it away.
    private func zone(_ params: String..., body: String = "mkdir -p made/$target") -> String {
        page(
            step("create", [], body), undo("create", "rm -r made/$target"), step("last", ["needs: [create]"], "true"),
            front: ["params:"] + params.map { "  \($0)" })
    }

    @Test("a value may stand right behind -p, as behind -j")
    func joined() throws {
        let desk = try Desk(zone("target: staging", "size: {default: 1, type: int}"))
        let reply = try desk.run("run", "r.md", "-ptarget=a=b", "-psize=5", "-j2")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == ["a=b"])
        // Behind `--` a word is what it is.
        #expect(try desk.run("run", "--", "-px=1.md").error.contains("-px=1.md"))
        #expect(try desk.run("run", "r.md", "-pnobody=1").error.contains("nobody"))
    }

    @Test("given by the environment, they are those of down and resume in a shell that does not have them")
    func environment() throws {
        let desk = try Desk(zone("target: staging"))
        desk.environment["RUNBOOK_PARAM_TARGET"] = "blue"
        #expect(try desk.run("run", "r.md").status == 0)
        desk.environment["RUNBOOK_PARAM_TARGET"] = nil
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.attempts("create") == 1)
        try FileManager.default.createDirectory(atPath: desk.path("made/staging"), withIntermediateDirectories: true)
        #expect(try desk.run("down").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == ["staging"])
    }

    @Test("a shell that has others now changes nothing, and that is said; -p does, and that is said too")
    func environmentNow() throws {
        let desk = try Desk(zone("target: staging"))
        #expect(try desk.run("run", "r.md").status == 0)
        desk.environment["RUNBOOK_PARAM_TARGET"] = "blue"
        let reply = try desk.run("resume")
        #expect(reply.status == 0 && reply.out.contains("0 of 2 steps to do"), "\(reply.all)")
        #expect(reply.error.contains("RUNBOOK_PARAM_TARGET=blue is not taken: this run has target=staging"))
        let other = try desk.run("resume", "-p", "target=green")
        #expect(other.status == 0 && other.out.contains("param target staging→green"), "\(other.all)")
        #expect(other.error.contains("param target is `green` from now on; this run had `staging`"))
        let down = try desk.run("down")
        #expect(down.status == 0, "\(down.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == ["staging"])
    }

    @Test("down takes down what came up, also when the file has another default since")
    func changedDefault() throws {
        let desk = try Desk(zone("target: staging"))
        #expect(try desk.run("run", "r.md").status == 0)
        try FileManager.default.createDirectory(atPath: desk.path("made/prod"), withIntermediateDirectories: true)
        try desk.write(zone("target: prod"))
        let reply = try desk.run("down")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == ["prod"])
    }

    @Test("one that is declared no more is let be, and said")
    func undeclared() throws {
        let desk = try Desk(zone("target: staging", "old: 1"))
        #expect(try desk.run("run", "r.md", "-p", "old=2", "-p", "target=x").status == 0)
        try desk.write(zone("target: staging"))
        for command in ["resume", "down"] {
            let reply = try desk.run(command)
            #expect(reply.status == 0, "\(reply.all)")
            #expect(reply.error.contains("param old of this run is declared no more: `2` is let be"), "\(reply.all)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == [])
    }

    @Test("a value that breaks new limits stops a resume with the way on, and no down")
    func newLimits() throws {
        let desk = try Desk(zone("target: {default: staging}"))
        #expect(try desk.run("run", "r.md", "-p", "target=blue").status == 0)
        try desk.write(zone("target: {default: staging, choices: [staging, prod]}"))
        let reply = try desk.run("resume")
        #expect(reply.status == 3, "\(reply.all)")
        #expect(reply.error.contains("the value `blue` of param `target` is not one of"))
        #expect(reply.error.contains("give it another one with `-p target=…`"))
        let down = try desk.run("down")
        #expect(down.status == 0, "\(down.all)")
        #expect(down.error.contains("cannot be used as it is now"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == [])
    }

    @Test("one that came to be required does not stop a down")
    func newlyRequired() throws {
        let desk = try Desk(zone("target: staging"))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write(zone("target: staging", "site: {required: true}"))
        #expect(try desk.run("resume").status == 3)
        #expect(try desk.run("down").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("made")) == [])
    }

    @Test("a name without a prefix takes the place of one with it, also for the sessions after")
    func prefixes() throws {
        let desk = try Desk()
        try desk.write(
            "---\nrunbook: part\nparams: {port: 1}\n---\n# Part\n\n" + step("a", [], "echo $port >>$RUNBOOK_DIR/seen"),
            to: "part.md")
        try desk.write(
            "---\nrunbook: all\ninclude: [{file: part.md, as: x}]\nparams: {port: 1}\n---\n# All\n\n"
                + step("b", ["needs: [x.a]"]))
        #expect(try desk.run("run", "r.md", "-p", "x.port=2").status == 0)
        #expect(try desk.run("resume", "-p", "port=3").status == 0)
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("seen") == "2\n3\n")
    }
}

/// The undo block of a step.
func undo(_ id: String, _ body: String) -> String { "```bash\n#| undo: \(id)\n\(body)\n```\n" }
