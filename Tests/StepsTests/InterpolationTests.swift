import Testing

@testable import Model
@testable import Steps

@Suite("Interpolation")
struct InterpolationTests {
    @Test("text, params, environment, outputs and dollars")
    func segments() throws {
        let text = "a ${b} ${env.C} ${dc2.d-1.e_f} $$ $ $x $${y} ${z}$"
        #expect(
            try Interpolation.segments(of: text) == [
                .text("a "), .name("b", offset: 2), .text(" "), .environment("C", offset: 7), .text(" "),
                .output(step: "dc2.d-1", name: "e_f", offset: 16), .text(" $ $ $x ${y} "), .name("z", offset: 45),
                .text("$"),
            ])
    }

    @Test(
        "what is not of these forms is refused",
        arguments: ["${", "${}", "${a", "${a b}", "${a:-b}", "${A.B}", "${.a}", "${a.}", "${env.1}", "${1}", "${a-b}"])
    func refused(text: String) {
        #expect(throws: Interpolation.Problem.self) { try Interpolation.segments(of: text) }
    }

    @Test("params, built-ins, environment and outputs reach every kind of metadata")
    func everywhere() throws {
        let sample = try Sample(["runbook.md": Self.everything])
        sample.environment["HOST"] = "h1"
        let runbook = try sample.runbook()
        let step = try runbook.step("b")
        #expect(step.title == "In dc1 on h1")
        #expect(step.timeout == .seconds(30))
        #expect(step.retries.count == 2)
        #expect(step.isOptional)
        #expect(step.directory == Template("/work/dc1/\(sample.folder)/7").withParams(["dc"]))
        #expect(
            step.environment == [
                Variable(name: "T", value: Template(pieces: [.text("x-"), .output(step: "a", name: "token")])),
                Variable(name: "D", value: Template("$dc $ ${dc}")),
            ])
        #expect(step.confirm == Template("Sure about dc1?").withParams(["dc"]))
        guard case .http(let http) = step.gates[0].question else {
            Issue.record("not an http gate")
            return
        }
        #expect(http.url.display == "http://dc1:80/${a.token}")
        #expect(http.jq == "length == 2")
        #expect(http.body == #"a\.b\(c"#)
        #expect(try runbook.needs("b") == ["a"])
        #expect(step.references.map(\.relation) == [.output])
        #expect(step.paramNames(in: runbook.scopes[0]) == ["dc"])
    }

    static let everything = #"""
        ---
        runbook: ${dc}-zone
        params: {dc: dc1, wait: 30s, count: {default: 2, type: int}, flag: "true", odd: "a.b(c"}
        ---
        ```bash
        #| step: a
        #| outputs: [token]
        echo token=1 >> "$RUNBOOK_OUTPUT"
        ```

        ```bash
        #| step: b
        #| title: In ${dc} on ${env.HOST}
        #| timeout: ${wait}
        #| retries: ${count}
        #| optional: ${flag}
        #| dir: ${work}/${dc}/${runbook_dir}/${run}
        #| env: {T: "x-${a.token}", D: "$dc $$ $${dc}"}
        #| confirm: Sure about ${dc}?
        #| gate: {http: "http://${dc}:80/${a.token}", jq: "length == ${count}", body: "${odd}"}
        true
        ```
        """#

    @Test("shell commands are left to the shell, which has the params in its environment")
    func commands() throws {
        let runbook = try runbook(
            """
            ---
            params: {dc: dc1}
            ---
            ```bash
            #| step: a
            #| when: test "${dc}" = dc1 -a "${x:-y}" != $$
            #| check: echo ${dc} $dc
            #| gate: {command: "echo ${dc}", stdout: "${dc}"}
            true
            ```
            """)
        let step = try runbook.step("a")
        #expect(step.when == .command(Template(#"test "${dc}" = dc1 -a "${x:-y}" != $$"#)))
        #expect(step.check == Template("echo ${dc} $dc"))
        #expect(step.gates[0].question == .command(Template("echo ${dc}"), stdout: "dc1"))
    }

    @Test("script bodies are never rewritten, file bodies only with template: true")
    func bodies() throws {
        let runbook = try runbook(
            """
            ---
            params: {dc: dc1}
            ---
            ```bash
            #| step: a
            echo ${dc} ${nothing} $$
            ```

            ```ini
            #| file: x
            ${dc} ${nothing} $$
            ```

            ```ini
            #| file: y
            #| template: true
            ${dc} $${nothing} $$
            ```
            """)
        #expect(try runbook.step("a").body == "echo ${dc} ${nothing} $$\n")
        #expect(try runbook.step("file:x").fileContent == Template("${dc} ${nothing} $$\n"))
        #expect(try runbook.step("file:y").fileContent == Template("dc1 ${nothing} $\n").withParams(["dc"]))
    }

    @Test("an own output may be asked for by the step's gates")
    func ownOutput() throws {
        let runbook = try runbook(
            """
            ```bash
            #| step: a
            #| outputs: [port]
            #| gate: {tcp: "127.0.0.1:${a.port}"}
            true
            ```
            """)
        #expect(try runbook.needs("a") == [])
        let gate = try runbook.step("a").gates[0]
        #expect(
            gate.question
                == .tcp(
                    Template(pieces: [.text("127.0.0.1:"), .output(step: "a", name: "port")])))
    }

    @Test("in an included file an output is looked up under its own prefix first")
    func prefixed() throws {
        let sample = try Sample([
            "runbook.md": """
            ---
            include: [{file: part.md, as: dc2}, part.md]
            ---
            ```bash
            #| step: last
            #| env: {A: "${dc2.a.x}", B: "${a.x}"}
            true
            ```
            """,
            "part.md": """
            ```bash
            #| step: a
            #| outputs: [x]
            true
            ```

            ```bash
            #| step: b
            #| env: {X: "${a.x}"}
            true
            ```
            """,
        ])
        let runbook = try sample.runbook()
        #expect(runbook.steps.map(\.id) == ["dc2.a", "dc2.b", "a", "b", "last"])
        #expect(try runbook.step("dc2.b").environment[0].value.outputs == [OutputReference(step: "dc2.a", name: "x")])
        #expect(try runbook.step("b").environment[0].value.outputs == [OutputReference(step: "a", name: "x")])
        #expect(try runbook.needs("last") == ["dc2.a", "a"])
    }
}

extension Template {
    func withParams(_ names: [String]) -> Template { Template(pieces: pieces, params: names) }
}

extension Step {
    var fileContent: Template? { if case .file(let file) = kind { file.content } else { nil } }
}
