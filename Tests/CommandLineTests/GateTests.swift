import Foundation
import Glibc
import Testing

/// What gates say, and what they remember, through the real program.
@Suite("Gates at work")
struct GateTests {
    @Test("tell what their command printed, wherever their answer is told, and no secret of it")
    func printed() throws {
        let desk = try Desk(
            page(
                step(
                    "api",
                    [
                        "secrets: [KEY]",
                        #"gate: {command: 'echo "key $KEY"; printf "\033[31m403\033[0m permission denied\n" >&2; exit 22', "#
                            + "name: answers, within: 300ms}",
                    ]),
                front: ["secrets: {KEY: {env: THE_KEY}}"]))
        desk.environment["THE_KEY"] = "very-secret-key"
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(reply.all.contains("answers printed:"), "\(reply.all)")
        #expect(reply.all.contains("403 permission denied") && reply.all.contains("key ***"))
        #expect(try desk.run("explain", "api").out.contains("| 403 permission denied"))
        #expect(try desk.run("status", "--json").out.contains(#"key ***\n403 permission denied"#))
        for format in ["json", "html"] {
            #expect(try desk.run("report", "--format", format, "-o", "report").status == 0)
            #expect(desk.read("report").contains("403 permission denied"), "\(format)")
            #expect(!desk.read("report").contains("very-secret-key"))
        }
        try desk.bash("cat .runbook/state.db* >database")
        let stored = try Data(contentsOf: URL(fileURLWithPath: desk.path("database")))
        #expect(stored.range(of: Data("permission denied".utf8)) != nil)
        #expect(stored.range(of: Data("very-secret-key".utf8)) == nil)
    }

    @Test("tell the last five lines, without those that are empty")
    func lastLines() throws {
        let desk = try Desk(
            page(step("a", ["gate: {command: 'seq 1 20; printf \"\\n\\n\"; exit 1', within: 200ms, name: counts}"])))
        let reply = try desk.run("run", "r.md")
        let lines = reply.all.split(separator: "\n").map { $0.split(separator: " ").last.map(String.init) ?? "" }
        let start = try #require(lines.firstIndex(of: "printed:"))
        #expect(Array(lines[(start + 1)...(start + 5)]) == ["16", "17", "18", "19", "20"], "\(reply.all)")
    }

    @Test("tell the last answer of their command, not that the deadline cut the next one off")
    func cutOff() throws {
        let desk = try Desk(
            page(step("a", ["gate: {command: 'sleep 0.2; exit 3', within: 700ms, every: 50ms, name: slow}"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(reply.all.contains("slow: exit 3 after"), "\(reply.all)")
        #expect(!reply.all.contains("no answer"))
    }

    @Test("tell a command that was killed by somebody from one that took too long")
    func killed() throws {
        let desk = try Desk(
            page(
                step("a", ["gate: {command: 'kill -9 $$', within: 200ms, name: dies}"]),
                step("b", ["gate: {command: 'sleep 60', within: 300ms, name: hangs}"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.all.contains("dies: signal 9 after"), "\(reply.all)")
        #expect(reply.all.contains("hangs: no answer in 0.3 s after 1 probe within 0.3 s"), "\(reply.all)")
    }

    @Test("tell output that is too long to be searched whole from output that does not match")
    func tooLong() throws {
        let desk = try Desk(
            page(
                step(
                    "a",
                    ["gate: {command: printf %1100000s; echo; echo end, stdout: '^end$', within: 300ms, name: long}"]))
        )
        let reply = try desk.run("run", "r.md")
        #expect(reply.all.contains("long: exit 0, no match in the first 1 MiB of output"), "\(reply.all)")
    }

    @Test(
        "give up an expression that would search for ever, in whatever they look",
        arguments: [
            "{command: 'cat hay', stdout: '^(a+)+$', within: 200ms, name: hay}",
            "{file: hay, contains: '^(a+)+$', within: 200ms, name: hay}",
            "{log: '^(a+)+$', within: 200ms, name: hay}",
        ])
    func slowExpression(_ gate: String) throws {
        let desk = try Desk(page(step("a", ["gate: \(gate)"], "cat hay")))
        try desk.write(String(repeating: "a", count: 45) + "b\n", to: "hay")
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(reply.all.contains("regular expression too slow after"), "\(reply.all)")
    }

    @Test("are looked at once while outputs of a service are waited for")
    func lateOutputs() throws {
        let desk = try Desk(
            page(
                step(
                    "svc",
                    ["service: true", "outputs: [port]", "gate: {command: 'echo x >>asked', every: 50ms}"],
                    "until test -e asked; do sleep 0.01; done; sleep 0.6; echo port=1 >>$RUNBOOK_OUTPUT; exec sleep 600"
                )))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("asked") == "x\n")
        let events = try desk.bash("sqlite3 .runbook/state.db \"select count(*) from events where event = 'probed'\"")
        #expect(events.out == "2\n", "one for the process, one for the command")
    }

    @Test("say how long verify really asked")
    func verify() throws {
        let desk = try Desk(page(step("a", ["gate: {command: test ! -e gone}"])))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write("", to: "gone")
        let reply = try desk.run("verify")
        #expect(reply.out.contains("within 3 s"), "\(reply.all)")
    }

    @Test(
        "remember what the log of a service has shown as long as it lives, whatever becomes of the log",
        arguments: [": >LOG", "mv LOG LOG.1", "mv LOG LOG.1; : >LOG", "cp LOG LOG.1; : >LOG"])
    func rotation(_ rotate: String) throws {
        let desk = try Desk(
            page(
                step(
                    "svc", ["service: true", "gate: {log: '^ready', within: 2s}"],
                    #"echo $$ >>lives; printf '\033[32mready\033[0m to serve\n'; exec sleep 600"#),
                step("user", ["needs: [svc]", "gate: {command: test -e used, within: 1s}"], "touch used")))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.bash(rotate.replacingOccurrences(of: "LOG", with: ".runbook/runs/1/logs/svc.1.log"))
        #expect(try desk.run("verify").status == 0)
        try FileManager.default.removeItem(atPath: desk.path("used"))
        let reply = try desk.run("resume")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(desk.read("lives").split(separator: "\n").count == 1)
    }

    @Test("ask the log of a new life of a service anew")
    func newLife() throws {
        let desk = try Desk(
            page(
                step(
                    "svc", ["service: true", "gate: {log: '^ready', within: 500ms}"],
                    "test -e second || echo ready; touch second; exec sleep 600")))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(kill(try desk.pid("svc"), SIGKILL) == 0)
        let reply = try desk.run("resume")
        #expect(reply.status == 1)
        #expect(reply.all.contains("no match"), "\(reply.all)")
    }
}
