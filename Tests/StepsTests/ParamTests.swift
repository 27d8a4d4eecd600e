import Terminal
import Testing

@testable import Model
@testable import Steps

@Suite("Params")
struct ParamTests {
    private static let part = """
        ---
        params: {dc: part-default, rack: r1}
        ---
        ```sh
        #| step: a
        #| env: {DC: "${dc}", RACK: "${rack}"}
        true
        ```
        """

    private func dc(_ front: String, _ change: (Sample) -> Void) throws -> (value: String, source: Param.Source) {
        let sample = try Sample(["runbook.md": "---\n\(front)\n---\n", "part.md": Self.part])
        change(sample)
        let runbook = try sample.runbook()
        let scope = try #require(runbook.scopes.first { $0.file == "part.md" })
        let param = try #require(scope.params.first { $0.name == "dc" })
        #expect(runbook.steps[0].environment[0].value.constant == param.value)
        return (param.value, param.source)
    }

    @Test("each source wins over those below it")
    func precedence() throws {
        let with = "include: {file: part.md, as: x, with: {dc: with}}"
        let without = "params: {dc: includer}\ninclude: {file: part.md, as: x}"
        let all: (Sample) -> Void = { sample in
            sample.params = [("dc", "plain"), ("x.dc", "prefixed")]
            sample.fileParams = [("dc", "file", nil), ("x.dc", "file prefixed", nil)]
            sample.environment["RUNBOOK_PARAM_DC"] = "environment"
        }
        #expect(
            try dc("params: {dc: i}\n" + with) { sample in
                sample.params = [("dc", "plain")]
                sample.fileParams = [("dc", "file", nil)]
                sample.environment["RUNBOOK_PARAM_DC"] = "environment"
            } == ("with", .include))
        #expect(try dc(without, all) == ("prefixed", .commandLine))
        #expect(try dc(without) { $0.params = [("dc", "plain"), ("dc", "last")] } == ("last", .commandLine))
        #expect(
            try dc(without) { sample in
                all(sample)
                sample.params = []
            } == ("file prefixed", .file))
        #expect(
            try dc(without) { sample in
                all(sample)
                sample.params = []
                sample.fileParams = [("dc", "file", nil)]
            } == ("file", .file))
        #expect(
            try dc(without) { $0.environment["RUNBOOK_PARAM_DC"] = "environment" } == ("environment", .environment))
        #expect(try dc(without) { _ in } == ("includer", .include))
        #expect(try dc("include: {file: part.md, as: x}") { _ in } == ("part-default", .default))
    }

    @Test("defaults may use earlier params, built-ins and the environment")
    func defaults() throws {
        let sample = try Sample([
            "runbook.md": """
            ---
            params:
              dc: dc1
              name: {default: "${dc}-${env.HOST}"}
              path: {default: "${work}/${name}", type: path}
            ---
            ```sh
            #| step: a
            true
            ```
            """
        ])
        sample.environment["HOST"] = "h"
        #expect(try sample.runbook().scopes[0].params.map(\.value) == ["dc1", "dc1-h", "/work/dc1-h"])
    }

    @Test("values are checked and brought to their normal form")
    func normal() throws {
        let sample = try Sample([
            "runbook.md": """
            ---
            params:
              n: {default: "+05", type: int, min: 1, max: 7}
              d: {default: 90s, type: duration, min: 1s, max: 2m}
              b: {default: true, type: bool}
              c: {default: 2, type: int, choices: [1, 2]}
              p: {default: abc, pattern: "[a-c]+"}
              e: {required: false, help: may stay empty}
            ---
            ```sh
            #| step: a
            true
            ```
            """
        ])
        let params = try sample.runbook().scopes[0].params
        #expect(params.map(\.value) == ["5", "90s", "true", "2", "abc", ""])
        #expect(params.map(\.kind) == [.int, .duration, .bool, .int, .string, .string])
        #expect(params.last?.help == "may stay empty")
        #expect(params.first?.place == Place(file: "runbook.md", line: 3, column: 3))
    }

    @Test("a pattern must match the whole value")
    func pattern() throws {
        let text = "---\nparams: {p: {default: x, pattern: \"a|ab\"}}\n---\n```sh\n#| step: a\ntrue\n```\n"
        #expect(try findings(text) { $0.params = [("p", "ab")] } == "")
        #expect(try findings(text) { $0.params = [("p", "abc")] }.contains("error[E171]"))
        #expect(try findings(text) { $0.params = [("p", "a\nb")] }.contains("error[E171]"))
    }

    @Test("files loaded together see each other's params, where they agree")
    func shared() throws {
        let sample = try Sample([
            "runbook.md": """
            ---
            include: [one.md, two.md, {file: two.md, as: x}]
            ---
            ```sh
            #| step: last
            #| env: {A: "${port}", B: "${other}"}
            echo $port $other
            ```
            """,
            "one.md": "---\nparams: {port: 1}\n---\n```sh\n#| step: one\n#| env: {O: \"${other}\"}\ntrue\n```\n",
            "two.md": "---\nparams: {other: 2}\n---\n```sh\n#| step: two\ntrue\n```\n",
        ])
        let runbook = try sample.runbook()
        let last = try runbook.step("last")
        #expect(last.environment.map(\.value.constant) == ["1", "2"])
        #expect(last.paramNames(in: runbook.scopes[last.scope]) == ["other", "port"])
        #expect(runbook.scopes.map(\.prefix) == ["", "", "", "x."])
        #expect(
            runbook.scopes.map { $0.params.map(\.name) } == [
                ["port", "other"], ["port", "other"], ["other", "port"], ["other"],
            ])
    }

    @Test("a step depends on the params that its script, prelude, env, dir and file name")
    func names() throws {
        let runbook = try runbook(
            """
            ---
            params: {alpha: 1, beta: 2, gamma: 3, delta: 4, epsilon: 5, zeta: 6, eta: 7}
            ---
            ```sh
            #| prelude: sh
            echo "${zeta}"
            ```

            ```sh
            #| step: a
            #| title: ${eta}
            #| env: {X: "${alpha}"}
            #| dir: /${beta}
            echo "$gamma" alphabet delta_x xdelta
            ```

            ```ini
            #| file: ${work}/${delta}
            #| template: true
            ${epsilon}
            ```
            """)
        let scope = runbook.scopes[0]
        #expect(try runbook.step("a").paramNames(in: scope) == ["alpha", "beta", "gamma", "zeta"])
        #expect(try runbook.step("file:4").paramNames(in: scope) == ["delta", "epsilon"])
    }

    @Test("a relative path is meant from where it was written")
    func paths() throws {
        let sample = try Sample([
            "sub/runbook.md": """
            ---
            include: [{file: part/part.md, as: p, with: {fixed: w}}]
            params: {data: {default: d, type: path}, same: {default: s, type: path}}
            ---
            ```sh
            #| step: a
            #| when: {data: ./d/../d}
            true
            ```
            """,
            "sub/part/part.md": """
            ---
            params:
              fixed: {default: f, type: path}
              same: {default: t, type: path}
              own: {default: ../o, type: path}
              file: {default: x, type: path}
              away: {default: x, type: path}
            ---
            ```sh
            #| step: b
            true
            ```
            """,
        ])
        sample.fileParams = [("file", "in-file", "/etc/params")]
        sample.environment["RUNBOOK_PARAM_AWAY"] = "/abs/./x"
        let runbook = try sample.runbook("sub/runbook.md")
        let here = sample.folder
        #expect(runbook.scopes[0].params.map(\.value) == [here + "/sub/d", here + "/sub/s"])
        #expect(
            runbook.scopes[1].params.map(\.value) == [
                here + "/sub/w", here + "/sub/s", here + "/sub/o", "/etc/params/in-file", "/abs/./x",
            ])
        #expect(runbook.steps.first { $0.id == "a" }?.when == .decided(true, text: "data: ./d/../d"))
        sample.params = [("data", "typed")]
        #expect(try sample.runbook("sub/runbook.md").scopes[0].params[0].value == here + "/typed")
        sample.params = [("data", "~/typed")]
        #expect(DiagnosticRenderer.text(sample.load("sub/runbook.md").diagnostics).contains("error[E171]"))
    }

    @Test("an empty variable is a value: it replaces a default, and is none for a param that must have one")
    func emptyVariable() throws {
        let text =
            "---\nparams: {a: x, b: {required: true}, c: {required: false, type: int}}\n---\n"
            + "```sh\n#| step: a\ntrue\n```\n"
        let sample = try Sample(["runbook.md": text])
        for name in ["A", "C"] { sample.environment["RUNBOOK_PARAM_" + name] = "" }
        sample.params = [("b", "y")]
        #expect(try sample.runbook().scopes[0].params.map(\.value) == ["", "y", ""])
        sample.params = []
        sample.environment["RUNBOOK_PARAM_B"] = ""
        #expect(DiagnosticRenderer.text(sample.load().diagnostics).contains("error[E172]: param `b` is empty"))
    }

    @Test("when compares params before the run", arguments: [("dc1", true), ("dc2", true), ("dc3", false)])
    func when(value: String, applies: Bool) throws {
        let text = """
            ---
            params: {dc: dc1, tls: {default: true, type: bool}}
            ---
            ```sh
            #| step: a
            #| when: {dc: [dc1, dc2], tls: true}
            true
            ```
            """
        let sample = try Sample(["runbook.md": text])
        sample.params = [("dc", value)]
        #expect(try sample.runbook().steps[0].when == .decided(applies, text: "dc: dc1 or dc2, tls: true"))
    }
}
