import Foundation
import Testing

/// What a runbook and a command line say, as the program carries it out.
@Suite("What is said, is done")
struct MeaningTests {
    @Test("a relative path given to a run is meant from the folder of that run, on resume elsewhere too")
    func path() throws {
        let desk = try Desk(
            "---\nparams: {data: {default: d, type: path}}\n---\n```bash\n#| step: a\n#| timeout: 5s\necho \"$data\"\n```\n"
        )
        #expect(try desk.run("run", "r.md", "-p", "data=x", "--output", "quiet").status == 0)
        let process = try desk.start(["resume", "--state", desk.path(".runbook"), "--output", "quiet"])
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(!(try desk.run("explain", "a").out.contains("attempt 2")))
        #expect(try desk.run("logs", "a").out.hasSuffix("/x\n"))
    }

    @Test("a step below a `#!` line runs, and its script is told from that line on")
    func shebang() throws {
        let desk = try Desk("```bash\n#!/usr/bin/env bash\n#| step: a\n#| timeout: 5s\necho ran\n```\n")
        #expect(try desk.run("run", "r.md", "--output", "quiet").status == 0)
        #expect(try desk.run("logs", "a").out == "ran\n")
    }

    @Test("a blank taken from the end of a line makes a step run again, and explain shows the line")
    func blanks() throws {
        let script = "```bash\n#| step: a\n#| timeout: 5s\ncat <<'X'\nfirst  \nX\n```\n"
        let desk = try Desk(script)
        try desk.run("run", "r.md", "--output", "quiet")
        try desk.write(script.replacingOccurrences(of: "first  ", with: "first"))
        #expect(try desk.run("explain", "a").out.contains("+ 2: first\n"))
        #expect(try desk.run("resume", "--output", "quiet").status == 0)
        #expect(try desk.run("logs", "a").out.hasSuffix("first\n"))
        #expect(try desk.run("explain", "a").out.contains("attempt 2"))
    }

    @Test("a params file may serve several runbooks, and a mistyped name in it is an error")
    func sharedParams() throws {
        let desk = try Desk("---\nparams: {cluster: red}\n---\n```bash\n#| step: a\n#| timeout: 5s\ntrue\n```\n")
        try desk.write("cluster: blue\nregion: north\n", to: "site.yaml")
        let reply = try desk.run("check", "r.md", "--params", "site.yaml")
        #expect(reply.status == 0)
        #expect(reply.all.contains("warning[W105]"))
        try desk.write("clustre: blue\n", to: "site.yaml")
        #expect(try desk.run("check", "r.md", "--params", "site.yaml").all.contains("error[E170]"))
    }
}
