import Model
import Testing

@testable import Hazards

@Suite("Hazards: what one step alone tells")
struct StepHazardTests {
    // MARK: - Gates

    @Test("a service that nothing but its process answers for has no gate")
    func service() throws {
        #expect(try Analysed(zone(block("a", "service: true"))).codes == [.noGate])
        #expect(try Analysed(zone(block("a", "service: true", "gate: {process: true}"))).codes == [.noGate])
        #expect(try Analysed(zone(block("a", "service: true", "gate: {tcp: '127.0.0.1:1'}"))).codes == [])
        #expect(try Analysed(zone(block("a", "service: true", "gate: {log: ready}"))).codes == [])
    }

    @Test(
        "a command that only hands over work wants a gate",
        arguments: [
            "systemctl start consul", "sudo systemctl enable --now consul", "service consul restart",
            "kubectl apply -f zone.yaml", "kubectl rollout restart deploy/x", "helm upgrade --install x ./x",
            "docker run -d --name x image", "docker compose up -d", "nomad job run -detach x.nomad",
            "curl -fsS -X POST http://10.0.0.1/v1/bootstrap", "curl --data-urlencode a=b http://10.0.0.1/",
            "true && systemctl start consul",
        ])
    func starters(body: String) throws {
        let report = try Analysed(zone(block("a", body: "echo begin\n" + body)))
        #expect(report.codes == [.noGate])
        #expect(report.hazards.first?.place.line == report.line("a", 2))
        #expect(try Analysed(zone(block("a", "gate: {tcp: '10.0.0.1:80'}", body: body))).codes == [])
    }

    @Test(
        "a command that waits for its work, or a script that asks for itself, wants none",
        arguments: [
            "systemctl stop consul", "systemctl daemon-reload", "kubectl get pods", "kubectl create namespace x",
            "helm upgrade --install x ./x --wait", "docker run --rm image", "docker compose up -d --wait",
            "nomad job run x.nomad", "curl -fsS http://10.0.0.1/ -o page", "echo systemctl start consul",
            "systemctl start consul\nsystemctl is-active consul",
            "systemctl start consul\nuntil curl -f http://127.0.0.1:8500/; do sleep 1; done",
            "kubectl apply -f x.yaml\nkubectl rollout status deploy/x",
            "curl -X PUT http://10.0.0.1/x\ncurl -f http://10.0.0.1/x",
            "if ! systemctl is-enabled x; then systemctl start x; fi", "start() { systemctl start x; }",
        ])
    func nothingToAsk(body: String) throws {
        #expect(try Analysed(zone(block("a", body: body))).codes == [])
    }

    @Test(
        "a pause that a gate should take the place of is told at its line",
        arguments: [
            "sleep 5", "sleep 1m", "sudo sleep 10", "true && sleep 5", "{ sleep 5; }", "sleep 5 # for it to settle",
        ])
    func sleep(body: String) throws {
        let report = try Analysed(zone(block("a", body: "begin=1\n\n" + body)))
        #expect(report.codes == [.sleepAsGate])
        #expect(report.hazards.first?.place.line == report.line("a", 3))
    }

    @Test(
        "a pause within a loop, a branch, a function, or one that nothing waits for is none",
        arguments: [
            "until test -e x; do sleep 1; done", "for i in 1 2 3; do try && break; sleep 2; done",
            "while :; do sleep 5; done", "wait_for() { sleep 5; }\nwait_for", "function wait_for { sleep 5; }",
            "if test -e x; then sleep 5; fi", "case x in (x) sleep 5;; esac", "try || sleep 5", "test -e x && sleep 5",
            "try || { sleep 5; try; }", "sleep 60 &", "(sleep 5; kill 1) &", "exec sleep infinity", "sleep infinity",
            "sleep 0.2", "echo sleep 5", "echo 'sleep 5'", "echo \"$(sleep 5)\"", "cat <<EOF\nsleep 5\nEOF",
            "# sleep 5", "sleep \"${pause:-1}\"", "sleeping 5", "x=sleep\n$x 5",
        ])
    func noSleep(body: String) throws {
        #expect(try Analysed(zone(block("a", body: body))).codes == [])
    }

    @Test("a pause beside a gate is no stand-in for one")
    func sleepWithGate() throws {
        #expect(try Analysed(zone(block("a", "gate: {file: /x}", body: "sleep 5"))).codes == [])
    }

    // MARK: - Limits, outputs, undo

    @Test("what runs once must hand on what it made")
    func once() throws {
        #expect(try Analysed(zone(block("a", "once: true"), undo("a"))).codes == [.onceWithoutOutputs])
        #expect(try Analysed(zone(block("a", "once: true", "outputs: [x]"), undo("a"))).codes == [])
        #expect(try Analysed(zone("```bash\n#| step: a\n#| once: true\n#| gate: {file: /x}\n```\n")).codes == [])
    }

    @Test("a script without a limit is told; services, questions and files need none")
    func timeout() throws {
        func page(_ blocks: String) throws -> [HazardCode] { try Analysed("---\nrunbook: x\n---\n\(blocks)").codes }
        #expect(try page(block("a")) == [.noTimeout])
        #expect(try page(block("a", "timeout: 1s")) == [])
        #expect(try page(block("a", "service: true", "gate: {file: /x}")) == [])
        #expect(try page(block("a", "interactive: true")) == [])
        #expect(try page("```text\n#| file: ${work}/x\nx\n```\n") == [])
        #expect(try page("```bash\n#| step: a\n#| confirm: Sure?\n```\n") == [])
    }

    @Test("what changes the machine wants an undo block")
    func undo() throws {
        #expect(try Analysed(zone(block("a", "check: test -e /x"))).codes == [.noUndo])
        #expect(try Analysed(zone(block("a", "once: true", "outputs: [x]"))).codes == [.noUndo])
        #expect(try Analysed(zone(block("a", "check: test -e /x"), undo("a"))).codes == [])
        // What a file step wrote over is put back by `down` without one.
        #expect(try Analysed(zone("```text\n#| file: /etc/x\nx\n```\n")).codes == [])
        #expect(try Analysed(zone(block("a"))).codes == [])
    }

    private func undo(_ id: String) -> String { "```bash\n#| undo: \(id)\ntrue\n```\n" }

    // MARK: - Variables

    @Test("a variable that nobody sets is told once a step, at its line")
    func unset() throws {
        let report = try Analysed(zone(block("a", body: "echo begin\necho $ZONE $ZONE \"${OTHER%x}\"")))
        #expect(report.codes == [.unsetVariable, .unsetVariable])
        #expect(report.messages(.unsetVariable).map { $0.contains("$ZONE") } == [false, true])
        #expect(report.hazards.map(\.place.line) == [report.line("a", 2), report.line("a", 2)])
    }

    @Test("checks, conditions, gates and undo blocks are read as well")
    func questions() throws {
        let report = try Analysed(
            zone(
                block(
                    "a", "check: test -e \"$ONE\"", "when: test -e \"$TWO\"",
                    "gate: {command: 'test -e \"$THREE\"'}"), "```bash\n#| undo: a\nrm -- \"$FOUR\"\n```\n"))
        #expect(report.codes == Array(repeating: .unsetVariable, count: 4))
        for name in ["ONE", "TWO", "THREE", "FOUR"] {
            #expect(report.messages(.unsetVariable).contains { $0.contains("$\(name)`") })
        }
    }

    @Test("params, environments, secrets, preludes and what runbook itself sets are known")
    func known() throws {
        let report = try Analysed(
            zone(
                block(
                    "a", "env: {STEP: x}", "secrets: [TOKEN]",
                    body:
                        "echo $port $ALL $STEP $TOKEN $FROM_PRELUDE $work $RUNBOOK_RUN $HOME $PATH >\"$RUNBOOK_OUTPUT\""
                ),
                "```bash\n#| prelude: bash\nFROM_PRELUDE=1\n```\n",
                front: ["params: {port: {default: 1}}", "env: {ALL: x}", "secrets: {TOKEN: {env: HOME}}"]))
        #expect(report.codes == [])
    }

    @Test("a secret that the step does not ask for is not there")
    func secret() throws {
        let report = try Analysed(zone(block("a", body: "echo $TOKEN"), front: ["secrets: {TOKEN: {env: HOME}}"]))
        #expect(report.codes == [.unsetVariable])
    }

    @Test("other languages than the shell are not read")
    func otherLanguage() throws {
        #expect(
            try Analysed(zone("```python\n#| step: a\nprint('$ZONE'); import time; time.sleep(5)\n```\n")).codes == [])
    }
}
