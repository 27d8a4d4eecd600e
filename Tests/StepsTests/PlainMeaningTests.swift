import Foundation
import Testing

@testable import Model
@testable import Steps

/// What a runbook plainly means is read, wherever in a block or file it stands.
@Suite("What is plainly meant")
struct PlainMeaningTests {
    @Test(
        "metadata is read below a `#!` line, comments and blank lines, which stay in the body",
        arguments: [
            ("#!/usr/bin/env bash\n", "#!/usr/bin/env bash\ntrue\n"), ("# First.\n#\n\n", "# First.\n#\n\ntrue\n"),
            ("\n  \n", "true\n"), ("#!/bin/sh\r\n\r\n", "#!/bin/sh\n\ntrue\n"),
        ])
    func above(text: String, body: String) throws {
        let step = try runbook("```bash\n\(text)#| step: a\n#| timeout: 5s\ntrue\n```\n").step("a")
        #expect(step.body == body)
        #expect(step.timeout == .seconds(5))
    }

    @Test("the other markers may stand below comments of their languages")
    func otherMarkers() throws {
        let sample = try Sample(
            [
                "runbook.md":
                    "---\ninterpreters: {sql: [psql, -f]}\n---\n```sql\n-- Tables.\n--| step: t\nselect 1;\n```\n"
                    + "\n```json\n// Settings.\n//| file: s.json\n{}\n```\n"
            ], programs: ["psql", "sh"])
        let runbook = try sample.runbook()
        #expect(runbook.steps.map(\.id) == ["t", "file:s.json"])
        #expect(runbook.steps[0].body == "-- Tables.\nselect 1;\n")
    }

    @Test("a file keeps its `#!` line, and what is wrong in its template is told at its line")
    func file() throws {
        let step = try runbook("```sh\n#!/bin/sh\n#| file: go.sh\necho go\n```\n").step("file:go.sh")
        guard case .file(let file) = step.kind else { return #expect(Bool(false), "no file") }
        #expect(file.content.constant == "#!/bin/sh\necho go\n")
        let text = "```sh\n# ${one}\n#| file: go.sh\n#| template: true\n${two}\n```\n"
        let found = try findings(text)
        #expect(found.contains("runbook.md:2:3: error[E175]"))
        #expect(found.contains("runbook.md:5:1: error[E175]"))
    }

    @Test("only comments are no body")
    func empty() throws {
        let step = try runbook("```text\n# Ask them.\n#| step: a\n#| confirm: Ready?\n```\n").step("a")
        #expect(step.body == "")
    }

    @Test("metadata of a block that is not seen as code is told below a comment too")
    func hidden() throws {
        let text = "<div>\n```bash\n# Why\n#| step: a\ntrue\n```\n</div>\n\n```bash\n#| step: b\ntrue\n```\n"
        #expect(try findings(text).contains("runbook.md:4:1: warning[W101]"))
    }

    @Test(
        "front matter is read below blank lines and HTML comments, and may end with `...`",
        arguments: [
            "---\norder: document\n---\n", "\n\n---\norder: document\n---\n", "---\norder: document\n...\n",
            "<!-- SPDX-License-Identifier: Apache-2.0 -->\n---\norder: document\n---\n",
            "<!--\nof several\nlines\n-->\n \n---\n# first\norder: document\n---\n",
        ])
    func frontMatter(text: String) throws {
        let blocks = "# Title\n\n```bash\n#| step: a\ntrue\n```\n\n```bash\n#| step: b\ntrue\n```\n"
        let runbook = try runbook(text + blocks)
        #expect(try runbook.needs("b") == ["a"])
        #expect(runbook.title == "Title")
        let line = text.count { $0 == "\n" } + 4
        #expect(try runbook.step("a").place.line == line)
    }

    @Test("a thematic break below a comment is no front matter")
    func thematicBreak() throws {
        let text = "<!-- c -->\n---\nprose: of some kind\n\n---\n```bash\n#| step: a\ntrue\n```\n"
        #expect(try findings(text) == "")
    }

    @Test(
        "a condition compares by type",
        arguments: [
            ("{wait: 1m30s}", true), ("{wait: 90000ms}", true), ("{wait: 91s}", false), ("{count: 007}", true),
            ("{count: 8}", false), ("{note: \"\"}", true), ("{tls: true}", true), ("true", true), ("false", false),
        ])
    func condition(text: String, holds: Bool) throws {
        let front =
            "---\nparams:\n  wait: {default: 90s, type: duration}\n  count: {default: 7, type: int}\n"
            + "  tls: {default: true, type: bool}\n  note: {required: false, type: int}\n---\n"
        let step = try runbook(front + "```bash\n#| step: a\n#| when: \(text)\ntrue\n```\n").step("a")
        guard case .decided(let decided, _) = step.when else { return #expect(Bool(false), "asked") }
        #expect(decided == holds)
    }

    @Test("choices are compared by type")
    func choices() throws {
        let text =
            "---\nparams: {wait: {default: 60s, type: duration, choices: [1m, 2m]}}\n---\n"
            + "```bash\n#| step: a\ntrue\n```\n"
        #expect(try findings(text) == "")
        #expect(try findings(text) { $0.params = [("wait", "3m")] }.contains("error[E171]"))
    }

    @Test("merge keys take in what a mapping does not have itself; of several, the first counts")
    func mergeKeys() throws {
        let text = """
            ```bash
            #| step: a
            #| env: &one {A: "1", B: "1"}
            #| gate:
            #|   - &gate {tcp: "127.0.0.1:1", within: 5s}
            #|   - {<<: *gate, tcp: "127.0.0.1:2"}
            true
            ```
            """
        let gates = try runbook(text).step("a").gates
        #expect(gates.map(\.within) == [.seconds(5), .seconds(5)])
        #expect(gates.map(\.question) == [.tcp(Template("127.0.0.1:1")), .tcp(Template("127.0.0.1:2"))])
        #expect(try findings("---\nparams: {<<: text}\n---\n" + text).contains("error[E141]"))
    }

    @Test("a slash before a combining mark is a slash")
    func combining() {
        #expect(Path.escapes("a/\u{301}/../../../x"))
        #expect(Path.escapes("../\u{301}x"))
        #expect(Path.absolute("/\u{301}a/../b", in: "/work") == "/b")
    }
}

/// Names that shells do not take from their environment.
@Suite("Names that shells keep")
struct ShellNamesTests {
    static let shells = ["bash", "dash", "ksh", "mksh", "yash"].filter { name in
        ["/bin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
    }

    /// Each name that a shell has of itself, and what bash's manual lists besides.
    private static func names(of shell: String) throws -> [String] {
        let own = try ask(shell, "set", [:]).split(separator: "\n").compactMap { line -> String? in
            let name = line.prefix { $0 != "=" }
            return Names.isIdentifier(name.utf8) && name.utf8.count < line.utf8.count ? String(name) : nil
        }
        return own + [
            "BASHPID", "EPOCHREALTIME", "EPOCHSECONDS", "HISTCMD", "LINENO", "OLDPWD", "OPTERR", "PIPESTATUS", "RANDOM",
            "SECONDS", "SRANDOM", "_",
        ]
    }

    private static func ask(_ shell: String, _ command: String, _ environment: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [shell, "-c", command]
        process.environment = environment.merging(["PATH": "/bin:/usr/bin"]) { own, _ in own }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test("are refused wherever a body would not get the value", arguments: shells)
    func kept(shell: String) throws {
        // A shell looks for programs in it; prompts are of no use to a script; mksh has these for its line editor.
        let others: Set<String> = [
            "PATH", "PS1", "PS2", "PS4", "COLUMNS", "LINES", "HISTSIZE", "TMOUT", "MAILCHECK", "BASHOPTS", "SHELLOPTS",
        ]
        for name in try Set(Self.names(of: shell)).subtracting(others).sorted() {
            let command = "f() { :; }; f; cd /; cd /tmp; true | true; printf %s \"$\(name)\""
            guard try Self.ask(shell, command, [name: "/tmp/1x7"]) != "/tmp/1x7" else { continue }
            #expect(Names.shellReservation(of: name) != nil, "\(shell) keeps \(name)")
            #expect(Names.reservation(of: name) != nil)
        }
    }
}
