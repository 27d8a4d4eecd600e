import Foundation
import Testing

/// What `file:` steps wrote is taken back by `down`.
@Suite("Files, taken down")
struct FileUndoTests {
    private func file(_ path: String, _ content: String, _ metadata: String...) -> String {
        (["```text", "#| file: \(path)"] + metadata.map { "#| \($0)" } + [content, "```", ""]).joined(separator: "\n")
    }

    private func mode(_ desk: Desk, _ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: desk.path(name))
        return attributes[.posixPermissions] as? Int ?? -1
    }

    private func setMode(_ desk: Desk, _ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: desk.path(name))
    }

    private func exists(_ desk: Desk, _ name: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: desk.path(name))) != nil
    }

    @Test("one that was not there goes, with the folders that were made for it; others keep what else is in them")
    func removed() throws {
        let desk = try Desk(
            page(file("made/deep/a.conf", "a"), file("made/deep/b.conf", "b"), file("kept/c.conf", "c")))
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(desk.read("made/deep/a.conf") == "a\n")
        try desk.write("mine", to: "kept/mine")
        let reply = try desk.run("down")
        #expect(reply.status == 0 && reply.out.contains("removed"), "\(reply.all)")
        #expect(!exists(desk, "made") && !exists(desk, "kept/c.conf") && desk.read("kept/mine") == "mine")
    }

    @Test("one that was there comes back with its mode, however often it was written")
    func putBack() throws {
        let desk = try Desk(page(file("a.conf", "one")))
        try desk.write("original", to: "a.conf")
        try setMode(desk, "a.conf", 0o664)
        #expect(try desk.run("up", "r.md").status == 0)
        for text in ["two", "three"] {
            try desk.write(page(file("a.conf", text)))
            #expect(try desk.run("resume").status == 0)
            #expect(desk.read("a.conf") == "\(text)\n")
        }
        let reply = try desk.run("down")
        #expect(reply.status == 0 && reply.out.contains("put back what was there before"), "\(reply.all)")
        #expect(desk.read("a.conf") == "original")
        #expect(try mode(desk, "a.conf") == 0o664)
        // And again, from what is there then.
        try desk.write("another", to: "a.conf")
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.run("down").status == 0)
        #expect(desk.read("a.conf") == "another")
    }

    @Test("what was changed or removed since stays so, and that is said")
    func changed() throws {
        let desk = try Desk(page(file("a.conf", "a"), file("b.conf", "b"), file("c.conf", "c")))
        try desk.write("before", to: "b.conf")
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write("by hand", to: "a.conf")
        try FileManager.default.removeItem(atPath: desk.path("b.conf"))
        try setMode(desk, "c.conf", 0o600)
        let reply = try desk.run("down")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(reply.out.contains("kept a.conf: it was changed since"), "\(reply.out)")
        #expect(reply.out.contains("kept b.conf: it was removed since"))
        #expect(reply.out.contains("kept c.conf: it was changed since"))
        #expect(desk.read("a.conf") == "by hand" && !exists(desk, "b.conf") && desk.read("c.conf") == "c\n")
    }

    @Test("a link comes back as the link it was, and what it leads to was never touched")
    func links() throws {
        let desk = try Desk(page(file("a.conf", "a")))
        try desk.write("target", to: "target")
        try FileManager.default.createSymbolicLink(atPath: desk.path("a.conf"), withDestinationPath: "target")
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(try desk.run("down").status == 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: desk.path("a.conf")) == "target")
        #expect(desk.read("target") == "target")
    }

    @Test("what only its owner could read is sealed in the state folder, and comes back so")
    func sealed() throws {
        let desk = try Desk(page(file("a.conf", "new")))
        let secret = "hunter2-hunter2"
        try desk.write(secret, to: "a.conf")
        try setMode(desk, "a.conf", 0o600)
        #expect(try desk.run("up", "r.md").status == 0)
        let hexadecimal = secret.utf8.map { String($0, radix: 16) }.joined()
        for name in ["state.db", "state.db-wal"] {
            guard let data = FileManager.default.contents(atPath: desk.path(".runbook/\(name)")) else { continue }
            #expect(data.range(of: Data(secret.utf8)) == nil && data.range(of: Data(hexadecimal.utf8)) == nil)
        }
        #expect(try desk.run("down").status == 0)
        #expect(desk.read("a.conf") == secret)
        #expect(try mode(desk, "a.conf") == 0o600)
    }

    @Test("an undo block of the author's own takes the place of that")
    func ownUndo() throws {
        let desk = try Desk(page(file("a.conf", "a", "step: conf"), undo("conf", "echo own >>undone")))
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(try desk.run("down").status == 0)
        #expect(desk.read("a.conf") == "a\n" && desk.read("undone") == "own\n")
    }

    @Test("a file step that is in the runbook no more is taken back as well")
    func removedStep() throws {
        let desk = try Desk(page(file("a.conf", "a"), step("b")))
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write(page(step("b")))
        #expect(try desk.run("down").status == 0)
        #expect(!exists(desk, "a.conf"))
    }

    @Test("a file at two places, one after the other, is taken back at both")
    func twoPlaces() throws {
        let desk = try Desk(page(file("a.conf", "a", "step: conf")))
        try desk.write("before", to: "b.conf")
        #expect(try desk.run("up", "r.md").status == 0)
        try desk.write(page(file("b.conf", "a", "step: conf")))
        #expect(try desk.run("resume").status == 0)
        #expect(try desk.run("down").status == 0)
        #expect(!exists(desk, "a.conf") && desk.read("b.conf") == "before")
    }
}

/// What is said at the end fits what was done.
@Suite("Questions and counts at the end")
struct EndingWordsTests {
    @Test("down of a run that waits for an answer asks for none")
    func downOfWaiting() throws {
        let desk = try Desk(page(step("a"), step("b", ["needs: [a]", "confirm: Really?"])))
        #expect(try desk.run("up", "r.md").status == 4)
        let reply = try desk.run("down")
        #expect(reply.status == 0 && !reply.all.contains("approve"), "\(reply.all)")
        #expect(!(try desk.run("status").out.contains("approve")))
    }

    @Test("a failed step that the selection leaves out is told as left out")
    func leftOut() throws {
        let desk = try Desk(page(step("x", [], "false"), step("y")))
        #expect(try desk.run("up", "r.md").status == 1)
        let reply = try desk.run("resume", "--skip", "x")
        #expect(reply.status == 0 && reply.out.contains("left out: x (failed)"), "\(reply.all)")
        #expect(!reply.out.contains("✗ "))
    }

    @Test("what does not apply is not counted as done of none")
    func counts() throws {
        let desk = try Desk(
            page(step("x", ["when: {dc: dc2}"]), step("y", ["when: {dc: dc2}"]), front: ["params: {dc: dc1}"]))
        let reply = try desk.run("up", "r.md")
        #expect(reply.status == 0 && reply.out.contains("run 1 done: nothing to do"), "\(reply.all)")
    }

    @Test("a new run after a finished one does not repeat what runs once, unless it is told to")
    func once() throws {
        let desk = try Desk(page(step("token", ["once: true"], "echo made >>ledger"), step("b")))
        #expect(try desk.run("run", "r.md").status == 0)
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 2 && reply.error.contains("run 1 did what runs once: token"), "\(reply.all)")
        // Neither one that leaves it out, and which a later `up` would go on with.
        #expect(try desk.run("run", "r.md", "--only", "b").status == 2)
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(desk.read("ledger") == "made\n")
        #expect(try desk.run("run", "r.md", "--fresh").status == 0)
        #expect(desk.read("ledger") == "made\nmade\n")
    }
}
