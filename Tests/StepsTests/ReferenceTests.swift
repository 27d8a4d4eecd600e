import DAG
import Terminal
import Testing

@testable import Model
@testable import Steps

@Suite("References and the graph")
struct ReferenceTests {
    private static func step(_ id: String, _ metadata: String...) -> String {
        "```sh\n#| step: \(id)\n" + metadata.map { "#| \($0)\n" }.joined() + "true\n```\n\n"
    }

    @Test("ids, capabilities, headings and stages become sorted indices")
    func kinds() throws {
        let runbook = try runbook(
            "## Servers\n\n" + Self.step("one", "provides: [consul]") + "### Deep\n\n" + Self.step("two")
                + "## Clients\n\n" + Self.step("three", "provides: [consul]", "stage: Edge and more")
                + "## End\n\n" + Self.step("by-capability", "needs: [consul]")
                + Self.step("by-heading", "needs: ['#servers', '#deep']")
                + Self.step("by-stage", "needs: ['stage:Servers', 'stage:edge-and-more']", "uses: [consul]")
                + Self.step("by-own-heading", "needs: ['#end']"))
        #expect(try runbook.needs("by-capability") == ["one", "three"])
        #expect(try runbook.needs("by-heading") == ["one", "two"])
        #expect(try runbook.needs("by-stage") == ["one", "two", "three"])
        #expect(try runbook.needs("by-own-heading") == ["by-capability", "by-heading", "by-stage"])
        let used = try runbook.step("by-stage").references.last
        #expect(used?.relation == .uses)
        #expect(used?.targets == [0, 2])
        #expect(used?.place.column == 11)
        let capability = try #require(runbook.index["by-capability"])
        #expect(Array(runbook.graph.predecessors(of: capability)) == [0, 2])
    }

    @Test("a capability waits for the providers that apply; one that needs nothing that applies is an error")
    func variants() throws {
        let text =
            "---\nparams: {scheduler: nomad}\n---\n"
            + Self.step("nomad", "provides: [scheduler]", "when: {scheduler: nomad}")
            + Self.step("by-hand", "provides: [scheduler]", "when: {scheduler: none}")
            + Self.step("maybe", "provides: [scheduler]", "when: command -v x")
            + Self.step("job", "needs: [scheduler, by-hand]")
        #expect(try runbook(text).needs("job") == ["nomad", "by-hand", "maybe"])
        let job = try runbook(text).step("job")
        #expect(job.references.map(\.targets) == [[0, 2], [1]])
    }

    @Test("in an included file names mean its own prefix first, then everything")
    func prefixes() throws {
        let sample = try Sample([
            "runbook.md": "---\ninclude: [{file: part.md, as: dc1}, {file: part.md, as: dc2}]\n---\n"
                + Self.step("shared") + Self.step("last", "needs: [dc1.b, dc2.cap]"),
            "part.md": "---\npools: {disk: 2}\n---\n## Part\n\n"
                + Self.step("a", "provides: [cap]", "needs: [shared]", "pool: disk")
                + Self.step("b", "needs: [a, cap]") + Self.step("c", "needs: ['stage:Part']")
                + "```sh\n#| undo: a\nfalse\n```\n",
        ])
        let runbook = try sample.runbook()
        #expect(runbook.steps.map(\.id) == ["dc1.a", "dc1.b", "dc1.c", "dc2.a", "dc2.b", "dc2.c", "shared", "last"])
        #expect(try runbook.needs("dc2.b") == ["dc2.a"])
        #expect(try runbook.needs("dc2.a") == ["shared"])
        #expect(try runbook.needs("dc2.c") == ["dc2.a", "dc2.b"])
        #expect(try runbook.needs("last") == ["dc1.b", "dc2.a"])
        #expect(try runbook.step("dc2.a").undo?.body == "false\n")
        #expect(try runbook.step("dc2.a").pool == "dc2.disk")
        #expect(runbook.pools == ["dc1.disk": 2, "dc2.disk": 2])
        #expect(try runbook.step("dc2.a").title == "Part")
    }

    @Test("an undo, a need and a pool may name what another file brings")
    func across() throws {
        let sample = try Sample([
            "runbook.md": "---\ninclude: part.md\npools: {net: 1}\n---\n" + Self.step("a"),
            "part.md": Self.step("b", "needs: [a]", "pool: net") + "```sh\n#| undo: a\nfalse\n```\n",
        ])
        let runbook = try sample.runbook()
        #expect(try runbook.needs("b") == ["a"])
        #expect(try runbook.step("a").undo != nil)
        #expect(try runbook.step("b").pool == "net")
    }

    @Test("order: document chains steps without needs")
    func documentOrder() throws {
        let runbook = try runbook(
            "---\norder: document\n---\n" + Self.step("a") + "```ini\n#| file: f\nx\n```\n\n"
                + Self.step("c", "needs: []")
                + Self.step("d") + Self.step("e", "needs: [a]"))
        #expect(try runbook.needs("a") == [])
        #expect(try runbook.needs("file:f") == ["a"])
        #expect(try runbook.needs("c") == [])
        #expect(try runbook.needs("d") == ["c"])
        #expect(try runbook.needs("e") == ["a"])
        #expect(try runbook.step("d").references.map(\.relation) == [.order])
    }

    @Test("an implied need stands beside a written one without doubling the edge")
    func implied() throws {
        let runbook = try runbook(
            Self.step("a", "outputs: [x, y]") + Self.step("b", "needs: [a]", "env: {X: \"${a.x}\", Y: \"${a.y}\"}"))
        #expect(try runbook.needs("b") == ["a"])
        #expect(try runbook.step("b").references.map(\.relation) == [.needs, .output])
        #expect(runbook.graph.edgeCount == 1)
    }
}

@Suite("Files and folders")
struct FileTests {
    private static func step(_ id: String) -> String { "```sh\n#| step: \(id)\ntrue\n```\n" }

    @Test("a folder means its runbooks, by name; other files and subfolders are left alone")
    func folder() throws {
        let sample = try Sample([
            "zone/b.md": Self.step("b"), "zone/a.md": Self.step("a"), "zone/README.md": "# Prose\n",
            "zone/notes.txt": Self.step("no"), "zone/deeper/c.md": Self.step("c"), "zone/.hidden.md": Self.step("h"),
            "zone/c.md": "---\nrunbook: last\ninclude: deeper/c.md\n---\n",
        ])
        let runbook = try sample.runbook("zone")
        #expect(runbook.steps.map(\.id) == ["a", "b", "c"])
        #expect(runbook.scopes.map(\.file) == ["zone/a.md", "zone/b.md", "zone/c.md", "zone/deeper/c.md"])
        #expect(runbook.name == "a")
    }

    @Test("in a folder the files that include others come first, so their params hold")
    func entry() throws {
        let sample = try Sample([
            "a-part.md": "---\nparams: {dc: none}\n---\n" + Self.step("a"),
            "zone.md": "---\nrunbook: zone\ninclude: {file: a-part.md, with: {dc: dc1}}\n---\n" + Self.step("z"),
        ])
        let runbook = try sample.runbook(".")
        #expect(runbook.name == "zone")
        #expect(runbook.steps.map(\.id) == ["a", "z"])
        #expect(runbook.scopes[1].params.map(\.value) == ["dc1"])
    }

    @Test("a file is loaded once per prefix, however it is named")
    func once() throws {
        let sample = try Sample([
            "a.md": "---\ninclude: [sub/../b.md, ./b.md]\n---\n" + Self.step("a"), "b.md": Self.step("b"),
            "sub/x.txt": "",
        ])
        let runbook = try sample.runbook("a.md", "./a.md", "b.md")
        #expect(runbook.steps.map(\.id) == ["b", "a"])
        #expect(runbook.scopes.map(\.directory) == [sample.folder, sample.folder])
    }

    @Test("a folder without runbooks, a missing file and a folder that is none are told")
    func nothing() throws {
        let sample = try Sample(["empty/README.md": "# Prose\n"])
        #expect(
            DiagnosticRenderer.text(sample.load("empty").diagnostics) == """
                empty: error[E114]: no file in this folder is a runbook
                    hint: a runbook is a `.md` file with `runbook:` in its front matter, or a block that begins with \
                `#| step: ID`

                """)
        #expect(
            DiagnosticRenderer.text(sample.load("nowhere.md", "nowhere.md").diagnostics)
                == "nowhere.md: error[E110]: this file does not exist\n    hint: check the path\n")
        #expect(sample.load().runbook == nil)
    }

    @Test("a README with broken bytes beside a runbook does no harm")
    func brokenNeighbour() throws {
        let sample = try Sample(["zone/a.md": Self.step("a")])
        try sample.write("zone/README.md", [0x23, 0x20, 0xFF, 0x0A])
        #expect(sample.load("zone").diagnostics.isEmpty)
    }

    @Test("the folder of a file is where its steps run, unless it says otherwise")
    func directory() throws {
        let sample = try Sample([
            "sub/a.md": Self.step("a"), "b.md": "---\ndir: ${work}/b\ninclude: sub/a.md\n---\n" + Self.step("b"),
        ])
        let runbook = try sample.runbook("b.md")
        #expect(try runbook.step("a").directory == Template(sample.folder + "/sub"))
        #expect(try runbook.step("b").directory == Template("/work/b"))
    }

    @Test("paths are shown as people would write them")
    func display() {
        #expect(Path.display("/a/b/c.md", from: "/a/b") == "c.md")
        #expect(Path.display("/a/c.md", from: "/a/b") == "../c.md")
        #expect(Path.display("/x.md", from: "/a/b/c/d") == "/x.md")
        #expect(Path.display("/a/b", from: "/a/b") == ".")
        #expect(Path.absolute("../x/./y", in: "/a/b") == "/a/x/y")
        #expect(Path.absolute("/../x", in: "/a") == "/x")
        #expect(Path.escapes("../a"))
        #expect(Path.escapes("a/../../b"))
        #expect(!Path.escapes("a/../b"))
        #expect(!Path.escapes("/../b"))
    }
}
