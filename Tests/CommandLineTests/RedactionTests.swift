import Foundation
import Testing

/// Nothing a body handed on, and no secret in any spelling, is in what is stored or shown.
@Suite("Redaction")
struct RedactionTests {
    /// What the files of the state folder and what each command shows have in common with the texts: nothing.
    private func expectNone(_ texts: [String], _ desk: Desk, _ run: Desk.Reply) throws {
        for text in texts {
            #expect(!run.all.contains(text), "run shows \(text)")
            for name in try FileManager.default.subpathsOfDirectory(atPath: desk.path(".runbook")) {
                guard let data = FileManager.default.contents(atPath: desk.path(".runbook/\(name)")) else { continue }
                #expect(data.range(of: Data(text.utf8)) == nil, "\(name) has \(text)")
            }
        }
        for command in [
            ["status", "--json"], ["logs"], ["explain", "a"], ["report"], ["report", "--format", "json"],
            ["report", "--format", "junit"], ["report", "--format", "markdown"], ["resume", "--output", "json"],
        ] {
            let reply = try desk.run(command)
            for text in texts { #expect(!reply.all.contains(text), "\(command) shows \(text)") }
        }
    }

    @Test("no line of a secret of several lines is quoted where it was handed on as if it had one")
    func quoted() throws {
        let desk = try Desk(
            page(
                step("a", ["outputs: [{token: {secret: true}}]"], "cat handed >>\"$RUNBOOK_OUTPUT\"; cat shown")))
        try desk.write("token=first-Xq1\nsecond Xq2\nthird<<Xq3\nA_B=Xq4==\n", to: "handed")
        try desk.write("first-Xq1\nsecond Xq2\nA_B=Xq4==\n", to: "shown")
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1 && run.all.contains("RUNBOOK_OUTPUT, line 2"), "\(run.all)")
        try expectNone(["first-Xq1", "second Xq2", "Xq3", "Xq4"], desk, run)
    }

    @Test("a secret is masked in a log however a program spells it", arguments: ["json", "url", "base64", "xtrace"])
    func spelled(how: String) throws {
        let secret = "pass \"word\"/+'ü'\r\nsecond line 4711 \r\n"
        let show = [
            "json": "python3 -c 'import json, os; print(json.dumps(dict(os.environ)))' | tr , '\\n' | grep '\"S\"'",
            "url": "python3 -c 'import os, urllib.parse; print(urllib.parse.quote(os.environ[\"S\"]))'",
            "base64": "printf %s \"$S\" | base64 -w0", "xtrace": "set -x; : \"$S\"; export -p | grep 'S='",
        ]
        let desk = try Desk(
            page(
                step("a", ["secrets: [S]"], (show[how] ?? "") + "; echo shown"),
                front: ["secrets: {S: {file: secret}}"]))
        try desk.write(secret, to: "secret")
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        let log = desk.read(".runbook/runs/1/logs/a.1.log")
        #expect(log.contains("shown") && log.contains("***"), "\(log)")
        for part in ["word", "4711", "cGFzcyAi", "NDcxMS"] { #expect(!log.contains(part), "\(log)") }
    }
}
