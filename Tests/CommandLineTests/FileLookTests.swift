import Foundation
import Testing

/// What file steps wrote is looked at again, as gates are.
@Suite("The file of a done step")
struct FileLookTests {
    /// A file, and a step that reads it: each run of that one is a line of `runs`.
    private func desk(content: String = "one", metadata: [String] = []) throws -> Desk {
        let desk = try Desk(Self.text(content, metadata))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        #expect(desk.read("conf") == content + "\n")
        return desk
    }

    private static func text(_ content: String, _ metadata: [String] = []) -> String {
        page(
            (["```text", "#| file: conf"] + metadata.map { "#| \($0)" } + [content, "```", ""]).joined(separator: "\n"),
            step("reader", ["needs: ['file:conf']", "gate: {command: 'echo asked >>asks'}"], "echo run >>runs"))
    }

    private func count(_ name: String, _ desk: Desk) -> Int { desk.read(name).split(separator: "\n").count }

    @Test("is as it was written: verify says so, and resume keeps it")
    func kept() throws {
        let desk = try desk()
        let verify = try desk.run("verify")
        #expect(verify.status == 0 && verify.out.contains("file:conf: file holds"), "\(verify.all)")
        #expect(verify.out.contains("2 of 2 hold"))
        let written = try FileManager.default.attributesOfItem(atPath: desk.path("conf"))[.systemFileNumber] as? Int
        #expect(try desk.run("resume").status == 0)
        #expect(
            try FileManager.default.attributesOfItem(atPath: desk.path("conf"))[.systemFileNumber] as? Int == written)
        #expect(try desk.attempts("file:conf") == 1)
        #expect(try desk.run("explain", "file:conf").out.contains("conf is as it was written"))
    }

    @Test("is written again where it is gone, and what needs it is asked again, and not run")
    func gone() throws {
        let desk = try desk()
        try FileManager.default.removeItem(atPath: desk.path("conf"))
        let verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("file:conf: \(desk.path("conf")) is gone"), "\(verify.all)")
        #expect(try desk.run("explain", "file:conf").out.contains("conf is gone: resume writes it again"))
        let asks = count("asks", desk)
        let resume = try desk.run("resume")
        #expect(resume.status == 0 && resume.out.contains("conf is gone"), "\(resume.all)")
        #expect(desk.read("conf") == "one\n")
        // Once before the plan, and once more after the file was written.
        #expect(count("asks", desk) == asks + 2 && count("runs", desk) == 1)
        #expect(try desk.run("verify").status == 0)
    }

    @Test(
        "is not written over where somebody changed it: the session says so, and waits for a word",
        arguments: ["resume", "up"])
    func changed(command: String) throws {
        let desk = try desk()
        try desk.write("by hand\n", to: "conf")
        let verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("conf was changed since it was written"), "\(verify.all)")
        let arguments = command == "up" ? ["up", "r.md"] : ["resume"]
        let reply = try desk.run(arguments)
        #expect(reply.status == 4, "\(reply.all)")
        #expect(desk.read("conf") == "by hand\n")
        #expect(reply.all.contains("accept file:conf") && reply.all.contains("reset file:conf"), "\(reply.all)")
        #expect(try desk.states()["file:conf"] == "lapsed")
        #expect(try desk.run("status").out.contains("was changed since it was written"))
        // Nor by the next one.
        #expect(try desk.run(arguments).status == 4)
        #expect(desk.read("conf") == "by hand\n")
    }

    @Test("stays as somebody made it once that is accepted, until it is changed again, and down leaves it")
    func accepted() throws {
        let desk = try desk()
        try desk.write("by hand\n", to: "conf")
        #expect(try desk.run("accept", "file:conf").status == 0)
        let resume = try desk.run("resume")
        #expect(resume.status == 0, "\(resume.all)")
        #expect(desk.read("conf") == "by hand\n")
        #expect(try desk.run("verify").status == 0)
        #expect(try desk.states()["file:conf"] == "done")
        #expect(try desk.run("explain", "file:conf").out.contains("is as it was accepted"))
        try desk.write("by another hand\n", to: "conf")
        #expect(try desk.run("resume").status == 4)
        #expect(try desk.run("accept", "file:conf").status == 0)
        #expect(try desk.run("resume").status == 0)
        let down = try desk.run("down")
        #expect(down.status == 0 && down.out.contains("it was changed since"), "\(down.all)")
        #expect(desk.read("conf") == "by another hand\n")
    }

    @Test("is written anew after a reset, and what somebody made of it is in the record of the attempt")
    func reset() throws {
        let desk = try desk()
        try desk.write("by hand\n", to: "conf")
        #expect(try desk.run("resume").status == 4)
        #expect(try desk.run("reset", "file:conf").status == 0)
        let resume = try desk.run("resume")
        #expect(resume.status == 0, "\(resume.all)")
        #expect(desk.read("conf") == "one\n")
    }

    @Test("is not written over by an edit of the step either, unless both came to the same")
    func edited() throws {
        let desk = try desk()
        try desk.write("by hand\n", to: "conf")
        try desk.write(Self.text("two"))
        let resume = try desk.run("resume")
        #expect(resume.status == 4, "\(resume.all)")
        #expect(desk.read("conf") == "by hand\n")
        #expect(resume.all.contains("edited: content; "), "\(resume.all)")
        try desk.write("two\n", to: "conf")
        let same = try desk.run("resume")
        #expect(same.status == 0, "\(same.all)")
        #expect(desk.read("conf") == "two\n")
    }

    @Test("an edit alone writes it, as before")
    func onlyEdited() throws {
        let desk = try desk()
        try desk.write(Self.text("two"))
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("conf") == "two\n" && count("runs", desk) == 2)
    }

    @Test("has its mode looked at, and what is no text, or no file")
    func kinds() throws {
        let desk = try desk(metadata: ["mode: 0640"])
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: desk.path("conf"))
        var verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("conf has mode 0666, not 0640"), "\(verify.all)")
        try desk.bash("rm conf; printf '\\377\\376' >conf; chmod 640 conf")
        verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("conf was changed since it was written"), "\(verify.all)")
        #expect(try desk.run("accept", "file:conf").status == 0)
        #expect(try desk.run("verify").status == 0)
        try desk.bash("rm conf; ln -s elsewhere conf")
        verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("conf is a link now"), "\(verify.all)")
        let accept = try desk.run("accept", "file:conf")
        #expect(accept.status == 2 && accept.error.contains("only a file can be accepted"), "\(accept.all)")
        try desk.bash("rm conf; mkdir conf")
        verify = try desk.run("verify")
        #expect(verify.status == 7 && verify.out.contains("conf is no file any more"), "\(verify.all)")
        try desk.bash("rmdir conf")
        #expect(try desk.run("resume").status == 0)
        #expect(desk.read("conf") == "one\n")
    }

    @Test("that holds a secret is compared by a keyed digest, and nothing of it is told")
    func secret() throws {
        let desk = try Desk(
            page(
                step(
                    "make", ["outputs: [{key: {secret: true}}]"],
                    "echo \"key=$(printf tok-; printf Kq; echo 4711)\" >>\"$RUNBOOK_OUTPUT\""),
                "```text\n#| file: conf\n#| template: true\nkey ${make.key}\n```\n"))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("verify").status == 0)
        try desk.write("key tok-Kq4711 \n", to: "conf")
        try desk.bash("chmod 600 conf")
        let verify = try desk.run("verify")
        #expect(verify.status == 7 && !verify.all.contains("Kq4711"), "\(verify.all)")
        #expect(try desk.run("accept", "file:conf").status == 0)
        #expect(try desk.run("verify").status == 0)
        try desk.bash("cat .runbook/state.db* >database")
        let stored = try Data(contentsOf: URL(fileURLWithPath: desk.path("database")))
        #expect(stored.range(of: Data("Kq4711".utf8)) == nil)
    }
}
