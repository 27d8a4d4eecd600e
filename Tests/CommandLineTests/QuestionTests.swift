import Foundation
import Testing

/// `when`, `check` and `confirm`: what is asked before a body, in which order, and what the answers mean.
@Suite("Questions before a body")
struct QuestionTests {
    private func provider(_ when: String) -> String {
        step("fetch", ["when: \(when)", "outputs: [summary]"], "echo summary=s >>\"$RUNBOOK_OUTPUT\"")
    }

    private func taker(_ more: String...) -> String {
        step("publish", ["env: {SUMMARY: '${fetch.summary}'}"] + more, "echo \"$SUMMARY\" >ran")
    }

    @Test("a step that shares the condition of what it takes an output from is skipped with it")
    func sharedCondition() throws {
        let desk = try Desk(page(provider("command -v no-such-tool"), taker("when: command -v no-such-tool")))
        #expect(try !desk.run("check", "--no-hazards", "r.md").all.contains("W120"))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.states() == ["fetch": "skipped", "publish": "skipped"])
    }

    @Test("a step that applies and lacks an output of a skipped one fails before anything else, and names both")
    func lackingOutput() throws {
        let desk = try Desk(
            page(provider("test -e on"), taker("when: 'true'", "confirm: Go on?", "check: touch asked")))
        let check = try desk.run("check", "--no-hazards", "r.md")
        #expect(check.status == 0 && check.all.contains("W120"), "\(check.all)")
        #expect(check.all.contains("`publish` takes an output of `fetch`, which may not apply"))
        let reply = try desk.run("run", "--yes", "r.md")
        #expect(reply.status == 1)
        #expect(
            reply.all.contains("it applies and takes the output `summary` of fetch, which was skipped"), "\(reply.all)")
        #expect(desk.read("ran").isEmpty && !FileManager.default.fileExists(atPath: desk.path("asked")))
        try desk.write("", to: "on")
        #expect(try desk.run("resume", "--yes").status == 0 && desk.states()["publish"] == "satisfied")
    }

    @Test("a condition that uses an output which is not there is told, and not asked without it")
    func conditionWithoutOutput() throws {
        let desk = try Desk(page(provider("test -e on"), taker("when: test -n \"${SUMMARY:-}\"")))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(reply.all.contains("takes the output `summary` of fetch"), "\(reply.all)")
    }

    @Test(
        "conditions of params are shared when every line of one is a line of the other",
        arguments: [("{dc: dc1}", 0), ("{dc: dc1, tls: true}", 0), ("{dc: [dc1, dc2]}", 1), ("{tls: true}", 1)])
    func sharedParams(_ when: String, warnings: Int) throws {
        let desk = try Desk(
            page(
                provider("{dc: dc1}"), taker("when: \(when)"),
                front: ["params: {dc: dc1, tls: {default: true, type: bool}}"]))
        let reply = try desk.run("check", "--no-hazards", "r.md")
        #expect(reply.all.components(separatedBy: "W120").count - 1 == warnings, "\(reply.all)")
    }

    @Test("what the last command of a pipe says is the answer, however early it has heard enough")
    func pipes() throws {
        let long = "(echo yes; head -c 3000000 /dev/zero)"
        let desk = try Desk(
            page(
                step("a", ["when: '\(long) | grep -qa yes'", "gate: {command: '\(long) | grep -qa yes', within: 1s}"]),
                step("b", ["check: '\(long) | grep -qa yes'"], "touch ran"),
                step("c", ["secrets: [S]"], "test \"$S\" = 'a secret'"),
                front: ["secrets: {S: {command: '(echo a secret; head -c 3000000 /dev/zero) | head -1'}}"]))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.states() == ["a": "done", "b": "satisfied", "c": "done"])
    }

    @Test("a body, and a question that asks for it, keeps pipefail")
    func pipefail() throws {
        let desk = try Desk(
            page(
                step("a", ["optional: true"], "false | true"),
                step("b", ["when: 'set -o pipefail; false | true'"])))
        _ = try desk.run("run", "r.md")
        #expect(try desk.states() == ["a": "failed", "b": "skipped"])
    }

    @Test(
        "a condition that is none fails and quotes the complaint; one that says no skips",
        arguments: ["bash", "sh"],
        [
            ("if then", "failed"), ("no-such-program --version", "failed"), ("./not-executable", "failed"),
            ("kill -9 $$", "failed"), ("command -v no-such-program", "skipped"), ("grep x no-such-file", "skipped"),
            ("exit 3", "skipped"), ("no-such-program 2>/dev/null", "skipped"), ("'true'", "done"),
        ])
    func conditions(_ shell: String, _ example: (when: String, state: String)) throws {
        let desk = try Desk(page("```\(shell)\n#| step: a\n#| when: \(example.when)\ntrue\n```\n"))
        try desk.write("", to: "not-executable")
        let reply = try desk.run("run", "r.md")
        #expect(try desk.states()["a"] == example.state, "\(reply.all)")
        if example.state == "failed", !example.when.hasPrefix("kill") {
            #expect(reply.all.contains("when: the command could not be run (exit"), "\(reply.all)")
            #expect(reply.all.contains("yntax") || reply.all.contains("ound") || reply.all.contains("ermission"))
        }
    }

    @Test("a check that cannot be read fails; one whose program is not there yet says no")
    func checks() throws {
        let desk = try Desk(
            page(
                step("a", ["check: if then"], "touch a-ran"), step("b", ["check: no-such-program"], "touch b-ran"),
                step("c", ["check: grep x no-such-file"], "touch c-ran")))
        let reply = try desk.run("run", "r.md")
        #expect(try desk.states() == ["a": "failed", "b": "done", "c": "done"], "\(reply.all)")
        #expect(reply.all.contains("check: the command could not be run"))
        #expect(!FileManager.default.fileExists(atPath: desk.path("a-ran")))
    }

    @Test("a question has the time that its `timeout` says")
    func timeout() throws {
        let desk = try Desk(
            page(
                step("a", ["when: {command: sleep 60, timeout: 200ms}"]),
                step("b", ["check: {command: sleep 60, timeout: 300ms}"]),
                step("c", ["check: {command: 'true', timeout: 1h}"], "false")))
        let reply = try desk.run("run", "r.md")
        #expect(try desk.states() == ["a": "failed", "b": "failed", "c": "satisfied"])
        #expect(reply.all.contains("when: no answer within 0.2 s"), "\(reply.all)")
        #expect(reply.all.contains("check: no answer within 0.3 s"), "\(reply.all)")
        try desk.write(
            page(step("a", ["check: {timeout: 1m}"]), step("b", ["when: {command: x, tiemout: 1m}"])), to: "bad.md")
        let check = try desk.run("check", "--no-hazards", "bad.md")
        #expect(check.all.contains("`check` needs a `command`") && check.all.contains("tiemout"), "\(check.all)")
    }

    @Test("nobody is asked about what is there already, and everybody about what is not")
    func confirmAfterCheck() throws {
        let desk = try Desk(
            page(
                step("a", ["check: 'true'", "confirm: Do it?"], "touch a-ran"),
                step("b", ["check: 'false'", "confirm: Do it?"], "touch b-ran"),
                step("c", ["check: 'true'", "confirm: Do it?", "gate: {command: 'false', within: 100ms}"])))
        #expect(try desk.run("run", "r.md").status == 4)
        #expect(try desk.states() == ["a": "satisfied", "b": "waiting", "c": "waiting"])
    }

    @Test("a `once` step that never began is not said to have completed, maybe")
    func noAndOnce() throws {
        let desk = try Desk(page(step("a", ["once: true", "when: no-such-program"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1 && !reply.all.contains("accept"), "\(reply.all)")
        let other = try Desk(page(step("a", ["once: true"], "false")))
        #expect(try other.run("run", "r.md").all.contains("accept a"))
    }
}
