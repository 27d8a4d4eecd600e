import Model
import Testing

@testable import Hazards

@Suite("Hazards: loops")
struct LoopTests {
    @Test("a deadlock is told edge by edge, each with its line, by the shortest circle")
    func deadlock() throws {
        let report = try Analysed(
            zone(
                block("a", "uses: [c]"), block("b", "needs: [a]"), block("c", "needs: [b, a]", "accept: {W403: x}")))
        let found = report.of(.restartDeadlock)
        #expect(
            report.messages(.restartDeadlock) == ["after everything has stopped, these wait for each other: a → c → a"])
        #expect(found[0].path.map(\.text) == ["`a` uses `c`", "`c` needs `a`"])
        #expect(found[0].path.map(\.place.line) == [report.line("a", 1), report.line("c", 1)])
    }

    @Test("circles that share no `uses` are each told")
    func circles() throws {
        let report = try Analysed(
            zone(
                block("a", "uses: [b]"), block("b", "needs: [a]"), block("c", "uses: [d]"), block("d", "uses: [c]")))
        #expect(
            report.messages(.restartDeadlock) == [
                "after everything has stopped, these wait for each other: a → b → a",
                "after everything has stopped, these wait for each other: c → d → c",
            ])
    }

    @Test("uses without a circle are none")
    func noDeadlock() throws {
        #expect(
            try Analysed(zone(block("a"), block("b", "uses: [a]"), block("c", "needs: [b]", "uses: [a]"))).hazards == []
        )
    }

    @Test("who monitors what it needs or uses, near or far, is told by the shortest way")
    func monitoring() throws {
        let report = try Analysed(
            zone(
                block("dns"), block("net", "needs: [dns]"), block("store", "needs: [net]"),
                block("cache", "uses: [dns]"),
                block("metrics", "needs: [store]", "uses: [cache]", "monitors: [dns]")))
        let found = report.of(.monitoringLoop)
        #expect(found.map(\.message) == ["`metrics` monitors `dns`, but depends on it: it goes blind with it"])
        #expect(
            found[0].path.map(\.text) == ["`metrics` monitors `dns`", "`metrics` uses `cache`", "`cache` uses `dns`"])
        #expect(
            found[0].path.map(\.place.line) == [
                report.line("metrics", 3), report.line("metrics", 2), report.line("cache", 1),
            ])
    }

    @Test("watching something, and even being needed by it, is no loop")
    func noMonitoring() throws {
        let report = try Analysed(
            zone(block("metrics", "monitors: [app]", "operates: [app]"), block("app", "needs: [metrics]")))
        #expect(report.hazards == [])
    }

    @Test("a way in that leads through what it repairs is told for each thing by itself")
    func repair() throws {
        let report = try Analysed(
            zone(
                block("net"), block("login", "provides: [sign-on]", "uses: [net]"),
                block("bastion", "uses: [sign-on]", "operates: [net, login, other]"), block("other")))
        #expect(
            report.messages(.repairLoop) == [
                "`bastion` operates `net`, but depends on it: it is gone when it has to be repaired",
                "`bastion` operates `login`, but depends on it: it is gone when it has to be repaired",
            ])
        #expect(report.of(.repairLoop)[0].path[1].text == "`bastion` uses `login` (as `sign-on`)")
    }

    @Test("a secret output that comes from behind its taker is a secret loop, not only a deadlock")
    func outputLoop() throws {
        let report = try Analysed(
            zone(
                block("vault", "outputs: {key: {secret: true}}", "uses: [database]"),
                block("database", "env: {KEY: '${vault.key}'}")))
        #expect(report.hazards.map(\.code) == [.secretLoop])
        #expect(
            report.hazards.first?.message
                == "`database` starts with a secret of `vault`, which works only while `database` does: "
                + "vault → database → vault")
        #expect(report.hazards.first?.path.map(\.text).contains("`database` takes `${vault.key}` from `vault`") == true)
    }

    @Test("a secret that is read from a file which a later step writes is kept behind that step")
    func fileLoop() throws {
        let report = try Analysed(
            zone(
                block("database", "secrets: [PASSWORD]"),
                "```text\n#| file: /work/password\n#| needs: [database]\nx\n```\n",
                front: ["secrets: {PASSWORD: {file: /work/password}}"]))
        let found = report.of(.secretLoop)
        #expect(
            found.map(\.message) == [
                "`database` starts with the secret `PASSWORD`, which is kept behind `file:password`"
            ])
        #expect(
            found.first?.path.map(\.text) == [
                "`database` needs the secret `PASSWORD` to start", "`PASSWORD` is read from a file",
                "`file:password` writes that file", "`file:password` needs `database`",
            ])
    }

    @Test("a secret from elsewhere, or from what its taker does not hold up, is no loop")
    func noSecretLoop() throws {
        let report = try Analysed(
            zone(
                block("vault", "service: true", "gate: {http: 'http://127.0.0.1:8200/', within: 1s}"),
                block("database", "needs: [vault]", "secrets: [A, B, C]"),
                front: [
                    "secrets:", "  A: {env: HOME}", "  B: {command: 'curl http://127.0.0.1:8200/a'}",
                    "  C: {command: 'curl http://10.0.0.1:8200/a'}",
                ]))
        #expect(report.of(.secretLoop) == [])
    }
}
