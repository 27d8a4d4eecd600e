import Testing

@testable import Model
@testable import Steps

@Suite("Steps, files, undos and preludes")
struct StepReaderTests {
    @Test("every key of a step reaches the model")
    func keys() throws {
        let step = try runbook(Self.everyKey).step("all")
        #expect(step.title == "A title")
        #expect(step.provides == ["cap-a", "cap-b"])
        #expect(step.references.map(\.relation) == [.needs, .uses, .monitors, .operates])
        #expect(step.stage == "telemetry")
        #expect(step.layer == "platform")
        #expect(step.component == "consul")
        #expect(step.owner == "sre")
        #expect(step.tags == ["slow", "db"])
        #expect(step.when == .decided(true, text: "dc: dc1 or dc2"))
        #expect(step.check == Template("test -f x"))
        #expect(step.gates.count == 1)
        #expect(step.isOnce)
        #expect(step.confirm == Template("Go on?"))
        #expect(step.timeout == .seconds(300))
        #expect(step.retries.count == 2)
        #expect(step.retries.initial == .seconds(1))
        #expect(step.retries.factor == 3)
        #expect(step.retries.max == .seconds(10))
        #expect(!step.retries.jitter)
        #expect(step.retries.statuses == [75, 69])
        #expect(step.environment == [Variable(name: "A", value: Template("1"))])
        #expect(step.directory == Template("/srv"))
        #expect(step.outputs.map(\.name) == ["plain", "token"])
        #expect(step.outputs.map(\.isSecret) == [false, true])
        #expect(step.secrets == ["GOSSIP"])
        #expect(step.pool == "disk")
        #expect(step.isOptional)
        #expect(step.isInteractive)
        #expect(step.interpreter == .sh)
        #expect(step.estimate == .seconds(20))
        #expect(step.accepts.map(\.code) == ["W302"])
        #expect(step.accepts.map(\.reason) == ["static"])
        #expect(step.language == "bash")
        #expect(step.body == "echo one\n\necho two\n")
        #expect(step.place == Place(file: "runbook.md", line: 14, column: 1))
        #expect(step.bodyLine == 46)
    }

    static let everyKey = """
        ---
        params: {dc: dc1}
        pools: {disk: 1}
        secrets: {GOSSIP: {env: GOSSIP}}
        ---
        # Top

        ```sh
        #| step: before
        true
        ```

        ```bash title=x
        #| step: all
        #| title: A title
        #| needs: before
        #| uses: [before]
        #| monitors: [before]
        #| operates: [before]
        #| provides: [cap-a, cap-b]
        #| stage: telemetry
        #| layer: platform
        #| component: consul
        #| owner: sre
        #| tags: [slow, db]
        #| when: {dc: [dc1, dc2]}
        #| check: test -f x
        #| gate: {tcp: "127.0.0.1:80"}
        #| once: true
        #| confirm: Go on?
        #| timeout: 5m
        #| retries: 2
        #| backoff: {initial: 1s, factor: 3, max: 10s, jitter: false}
        #| retry-on: [75, 69]
        #| env: {A: 1}
        #| dir: /srv
        #| outputs: [plain, {token: {secret: true}}]
        #| secrets: [GOSSIP]
        #| pool: disk
        #| optional: true
        #| interactive: true
        #| shell: sh
        #| estimate: 20s
        #| accept:
        #|   W302: static
        echo one

        echo two
        ```
        """

    @Test("title, stage, layer and owner come from headings and front matter")
    func classification() throws {
        let runbook = try runbook(
            """
            ---
            title: Zone
            layer: infra
            owner: team
            ---
            ```sh
            #| step: early
            true
            ```

            # Zone

            ## Servers

            ### First one

            ```sh
            #| step: a
            true
            ```

            ## Clients

            ```sh
            #| step: b
            #| stage: other
            #| layer: mine
            true
            ```
            """)
        #expect(runbook.steps.map(\.title) == ["early", "First one", "Clients"])
        #expect(runbook.steps.map(\.stage) == ["Zone", "Servers", "other"])
        #expect(runbook.steps.map(\.layer) == ["infra", "infra", "mine"])
        #expect(runbook.steps.map(\.owner) == ["team", "team", "team"])
        #expect(runbook.stages == ["Zone", "Servers", "other"])
        #expect(try runbook.step("a").headings.map(\.anchor) == ["zone", "servers", "first-one"])
    }

    @Test("the front matter's stage wins over headings")
    func stage() throws {
        let step = try runbook("---\nstage: Ground\n---\n## Servers\n\n```sh\n#| step: a\ntrue\n```\n").step("a")
        #expect(step.stage == "Ground")
    }

    @Test(
        "file modes are octal digits, as for chmod",
        arguments: [
            ("0640", 0o640), ("640", 0o640), ("0o600", 0o600), ("\"0755\"", 0o755), ("1777", 0o1777), ("04755", 0o4755),
        ] as [(String, UInt32)])
    func mode(text: String, mode: UInt32) throws {
        let step = try runbook("```ini\n#| file: x\n#| mode: \(text)\n#| owner: o\n#| group: g\nx\n```\n").steps[0]
        guard case .file(let file) = step.kind else {
            Issue.record("not a file step")
            return
        }
        #expect(file.mode == mode)
        #expect(file.owner == "o")
        #expect(file.group == "g")
    }

    @Test("a file's id is its base name unless `step` names one, and its content may be empty")
    func fileID() throws {
        let runbook = try runbook(
            """
            ---
            params: {n: one}
            ---
            ```ini
            #| file: ${work}/a/Server_${n}.conf
            ```

            ```json
            //| step: named
            //| file: b/Server_one.conf
            {}
            ```
            """)
        #expect(runbook.steps.map(\.id) == ["file:Server_one.conf", "named"])
        #expect(runbook.steps[0].fileContent == Template(""))
        #expect(runbook.steps[0].interpreter == .sh)
    }

    @Test("preludes go in front of every body of their language, undos too, wherever they stand")
    func preludes() throws {
        let runbook = try runbook(
            """
            ```bash
            #| step: a
            true
            ```

            ```bash
            #| undo: a
            false
            ```

            ```python
            #| step: p
            print(1)
            ```

            ```sh
            #| step: s
            #| shell: bash
            true
            ```

            ```bash
            #| prelude: bash
            one() { :; }
            ```

            ```bash
            #| prelude: bash
            two() { :; }
            ```

            ```python
            #| prelude: py
            import os
            ```
            """)
        let bash = "one() { :; }\ntwo() { :; }\n"
        #expect(runbook.steps.map(\.prelude) == [bash, "import os\n", bash])
        #expect(try runbook.step("a").undo?.prelude == bash)
        #expect(try runbook.step("a").undo?.body == "false\n")
    }

    @Test("a service has a process gate first, unless it writes one, and no timeout")
    func service() throws {
        let runbook = try runbook(
            """
            ---
            defaults: {timeout: 5m, within: 10s, every: 2s, stable: 1s, probe-timeout: 3s, retries: 4, retry-on: 75}
            ---
            ```sh
            #| step: a
            #| service: true
            exec x
            ```

            ```sh
            #| step: b
            #| service: true
            #| gate: [test -e y, process]
            exec x
            ```

            ```sh
            #| step: c
            true
            ```

            ```ini
            #| file: f
            #| gate: test -s f
            ```
            """)
        #expect(try runbook.step("a").gates.map(\.question) == [.process])
        #expect(try runbook.step("a").timeout == nil)
        #expect(
            try runbook.step("b").gates.map(\.question) == [.command(Template("test -e y"), stdout: nil), .process])
        let gate = try runbook.step("b").gates[0]
        #expect(gate.within == .seconds(10))
        #expect(gate.every == .seconds(2))
        #expect(gate.stable == .seconds(1))
        #expect(gate.timeout == .seconds(3))
        #expect(gate.place == Place(file: "runbook.md", line: 13, column: 11))
        #expect(try runbook.step("c").timeout == .seconds(300))
        #expect(try runbook.step("c").retries.count == 4)
        #expect(try runbook.step("c").retries.statuses == [75])
        #expect(try runbook.step("file:f").timeout == nil)
    }

    @Test("interpreters: built in, aliases, front matter, shell")
    func interpreters() throws {
        let sample = try Sample(
            [
                "runbook.md": """
                ---
                interpreters:
                  sql: [psql, -v, ON_ERROR_STOP=1, -f]
                  zsh: [zsh, -eu, -c]
                  lua: lua5
                ---
                ```sql
                --| step: q
                select 1;
                ```

                ```zsh
                #| step: z
                true
                ```

                ```lua
                --| step: l
                print(1)
                ```

                ```js
                //| step: n
                1
                ```

                ```text
                #| step: t
                #| shell: [awk, -f]
                BEGIN {}
                ```

                ```text
                #| step: e
                #| shell: perl -w -e
                1
                ```
                """
            ], programs: ["psql", "zsh", "lua5", "node", "awk", "perl"])
        let steps = try sample.runbook().steps
        #expect(
            steps.map(\.interpreter) == [
                Interpreter(
                    arguments: ["psql", "-v", "ON_ERROR_STOP=1", "-f"], option: nil, delivery: .file, isShell: false),
                Interpreter(arguments: ["zsh", "-eu"], option: "-c", delivery: .argument, isShell: true),
                Interpreter(arguments: ["lua5"], option: nil, delivery: .file, isShell: false),
                Interpreter(arguments: ["node"], option: "-e", delivery: .argument, isShell: false),
                Interpreter(arguments: ["awk", "-f"], option: nil, delivery: .file, isShell: false),
                Interpreter(arguments: ["perl", "-w"], option: "-e", delivery: .argument, isShell: false),
            ])
    }

    @Test("bodies may be missing where a gate or a person decides")
    func bodiless() throws {
        let runbook = try runbook(
            """
            ```text
            #| step: a
            #| confirm: Is the door shut?
            ```

            ```
            #| step: b
            #| gate: test -e door
            ```

            ```bash
            #| step: c
            #| gate: test -e door

            ```
            """)
        #expect(runbook.steps.map(\.body) == ["", "", ""])
        #expect(runbook.steps.map(\.interpreter) == [.sh, .sh, .bash])
    }

    @Test("other tools' comments with #| are prose")
    func prose() throws {
        let runbook = try runbook(
            """
            ```python
            #| echo: false
            #| label: plot
            1
            ```

            ```bash
            #| just a comment
            true
            ```

            ```bash
            #| [broken
            true
            ```

            ```c
            #| {step: flow, confirm: a mapping in braces}
            ```
            """)
        #expect(runbook.steps.map(\.id) == ["flow"])
    }

    @Test("only hazards can be accepted")
    func accepted() throws {
        let found = try findings("```bash\n#| step: a\n#| accept: {W101: x, W309: y}\ntrue\n```\n")
        #expect(found.contains("`W101` is not the code of a hazard"))
        #expect(found.contains("`W309` is not the code of a hazard"))
    }
}
