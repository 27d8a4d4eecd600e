import Foundation
import Testing

@Suite("What a shell says of a script")
struct ShellSyntaxTests {
    /// The findings of this kind: place and message.
    private func findings(_ page: String, _ options: String...) throws -> [String] {
        let desk = try Desk(page)
        let reply = try desk.run(["check", "--no-hazards", "r.md"] + options)
        #expect(reply.status == 0, "\(reply.all)")
        return reply.error.split(separator: "\n").map(String.init).filter { $0.contains("warning[W122]") }
    }

    @Test("is told with the line of the page, and its own words")
    func bodies() throws {
        let desk = try Desk(
            page("```bash\n#!/bin/bash\n#| step: a\n#| timeout: 5s\necho one\nif true; then\n  fi\nfi\n```\n"))
        let reply = try desk.run("check", "--no-hazards", "r.md")
        #expect(reply.status == 0)
        #expect(
            reply.error.contains(
                """
                r.md:12:3: warning[W122]: the shell of `a` cannot read this: syntax error near unexpected token `fi'
                      fi
                      ^~
                    hint: `bash -n` says so
                """), "\(reply.error)")
        #expect(try desk.run("check", "--no-hazards", "--strict", "r.md").status == 3)
        #expect(try desk.run("check", "--no-hazards", "--strict", "--no-syntax", "r.md").status == 0)
    }

    @Test("is asked of undo blocks, checks, conditions and command gates too, in the shell that would run them")
    func kinds() throws {
        let found = try findings(
            page(
                step("a", ["check: if true", "when: 'case x in'", "gate: {command: 'x || || y'}"]),
                "```sh\n#| undo: a\necho down\nwhile :; do\n```\n",
                "```python\n#| step: p\n#| check: 'echo ('\nprint(\n```\n"))
        let texts = found.map { $0.components(separatedBy: "warning[W122]: ").last ?? "" }
        #expect(texts.count == 5, "\(found)")
        for name in ["`check` of `a`", "`when` of `a`", "`gate` of `a`", "the undo of `a`", "`check` of `p`"] {
            #expect(texts.contains { $0.hasPrefix("the shell of \(name) cannot read this: ") }, "\(name): \(texts)")
        }
        #expect(found.first { $0.contains("undo of") }?.hasPrefix("r.md:17:") == true, "\(found)")
    }

    @Test("is nothing where a shell can read it, whatever it looks like")
    func fine() throws {
        let bodies = [
            "shopt -s extglob\ncase x in !(a|b)) echo ;; esac", "cat <<END\nno end", "echo a \\",
            "echo ${param} $$ ${x:-}",
            "awk '{ print }' <<<'}'", "f() { :; }\nf", "exit 0", "# only\n:", "echo '}' '{'",
        ]
        let blocks = bodies.enumerated().map { step("s\($0.offset)", [], $0.element) }
        let desk = try Desk((["---", "runbook: test", "---"] + blocks).joined(separator: "\n"))
        let reply = try desk.run("check", "--no-hazards", "r.md")
        #expect(!reply.error.contains("W122"), "\(reply.error)")
    }

    @Test("is not asked of programs that are no shells, or are not known: they might run what they are to read")
    func others() throws {
        let desk = try Desk()
        try desk.write("#!/bin/sh\necho ran >>ran\nexit 2\n", to: "own-shell")
        try desk.bash("chmod +x own-shell")
        try desk.write(
            page(
                step("a", ["shell: [\(desk.path("own-shell")), -c]"], "if"), step("b", ["shell: [awk, -f]"], "if"),
                "```python\n#| step: p\nif\n```\n"))
        let reply = try desk.run("check", "--no-hazards", "r.md")
        #expect(!reply.error.contains("W122"), "\(reply.error)")
        #expect(!desk.exists("ran"))
    }

    @Test("runs nothing of what it reads")
    func nothingRuns() throws {
        let desk = try Desk(page(step("a", ["check: touch asked"], "touch ran\n$(touch substituted)\nif")))
        #expect(try desk.run("check", "r.md").error.contains("W122"))
        for name in ["asked", "ran", "substituted"] { #expect(!desk.exists(name)) }
    }

    @Test("finds each of many mistakes among thousands of scripts, and no other")
    func many() throws {
        let wrong: Set<Int> = [0, 1, 499, 1_500, 2_999]
        let blocks = (0..<3_000).map { step("s\($0)", [], wrong.contains($0) ? "echo \($0)\ndone" : "echo \($0)") }
        let found = try findings((["---", "runbook: test", "---"] + blocks).joined(separator: "\n"))
        #expect(found.count == wrong.count)
        for number in wrong { #expect(found.contains { $0.contains("the shell of `s\(number)` ") }) }
    }
}
