import Foundation
import Testing

@Suite("docs")
struct DocsTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let pages = ["index.md", "ordering.md", "mapping.md", "hazards.md"]
    private static let data = ["graph.dot", "graph.json", "plan.json"]

    /// Two steps under headings that are hard to link to, in a file whose name is.
    private static let nasty = """
        ---
        runbook: nasty
        title: "A | B <script> `c` _d_ [e](f)"
        defaults: {timeout: 1m}
        ---
        A title underlined
        ==================

        ## Servers & clients

        ```bash
        #| step: one
        #| title: "pipes | and `code` and <b>html</b> and [a](b) and *stars*"
        #| gate: {command: 'test 1 = 1 | cat', name: "a | b `c` ](x)"}
        #| component: "front | end"
        true
        ```

        ## Servers & clients

        ```bash
        #| step: two
        #| needs: [one]
        #| monitors: [one]
        #| component: "front   end"
        true
        ```

        ### `code_here` and *emphasis* with_under_scores ###

        ```bash
        #| step: three
        #| stage: "Überraschung — größer!"
        #| needs: [two]
        true
        ```

        ## 中文 标题 (v1.2): 100 % \\*sure\\* "x" 'y'

        ```bash
        #| step: four
        #| confirm: "Is [this](http://x) | right?"
        true
        ```

        ## What? [a link](http://example.org/a_b) #1

        ```text
        #| file: ${work}/x
        x
        ```

        """

    private func links(_ desk: Desk, _ folder: String) -> MarkdownLinks {
        var links = MarkdownLinks()
        for name in Self.pages + ["graph.svg"] { links.follow(desk.path("\(folder)/\(name)")) }
        return links
    }

    /// A desk with copies of the workbench, and a stand-in for what may not be installed.
    private func workbench() throws -> Desk {
        let desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("zone"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Self.repository.appendingPathComponent("runbooks/workbench"),
            to: desk.folder.appendingPathComponent("zone/workbench"))
        try standIn(for: "psql", desk)
        return desk
    }

    private func standIn(for program: String, _ desk: Desk) throws {
        try FileManager.default.createDirectory(atPath: desk.path("bin"), withIntermediateDirectories: true)
        _ = FileManager.default.createFile(
            atPath: desk.path("bin/\(program)"), contents: Data(), attributes: [.posixPermissions: 0o755])
        desk.environment["PATH"] = (desk.environment["PATH"] ?? "") + ":" + desk.path("bin")
    }

    // MARK: - Links

    @Test("every link of the workbench's documents leads to a file and a heading")
    func workbenchLinks() throws {
        let desk = try workbench()
        let reply = try desk.run("docs", "zone/workbench", "-o", "out/docs")
        #expect(reply.status == 0, "\(reply.all)")
        let links = links(desk, "out/docs")
        #expect(links.dead == [])
        #expect(links.followed > 300)
    }

    @Test("headings, titles and file names that are hard to link to are linked to")
    func nastyLinks() throws {
        let desk = try Desk()
        try desk.write(Self.nasty, to: "my runbook (v2) #1 100%.md")
        #expect(try desk.run("docs", "my runbook (v2) #1 100%.md", "-o", "docs").status == 0)
        let links = links(desk, "docs")
        #expect(links.dead == [])
        #expect(links.followed > 40)
        // Each row of a table has as many cells as its head.
        for name in Self.pages {
            var width = 0
            for line in desk.read("docs/\(name)").split(separator: "\n", omittingEmptySubsequences: false) {
                guard line.hasPrefix("|") else {
                    width = 0
                    continue
                }
                let cells = line.replacing(/\\./, with: "").count { $0 == "|" }
                if width == 0 { width = cells }
                #expect(cells == width, "\(name): \(line)")
            }
            #expect(!desk.read("docs/\(name)").contains("<script>"))
            #expect(!desk.read("docs/\(name)").contains("<b>"))
        }
    }

    @Test("1,500 steps make pages whose links lead somewhere, with one drawing a stage")
    func large() throws {
        let desk = try Desk()
        var blocks: [String] = []
        for number in 0..<1500 {
            if number % 150 == 0 { blocks.append("## Stage \(number / 150)\n") }
            if number % 10 == 0 { blocks.append("### Part \(number % 150 / 10)\n") }
            let needs = Set([number - 1, number - 7, number - 160].filter { $0 >= 0 }.map { "s\($0)" }).sorted()
            blocks.append(step("s\(number)", ["timeout: 1s", "needs: [\(needs.joined(separator: ", "))]"]))
        }
        try desk.write("---\nrunbook: large\n---\n# Large\n\n" + blocks.joined(separator: "\n"))
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        let links = links(desk, "docs")
        #expect(links.dead == [])
        let ordering = desk.read("docs/ordering.md")
        #expect(ordering.components(separatedBy: "```mermaid").count - 1 == 10)
        #expect(ordering.contains("150 steps: too many for one drawing, so these are its sections."))
        #expect(ordering.contains("comes before"))
        #expect(desk.read("docs/index.md").components(separatedBy: "```mermaid").count - 1 == 1)
    }

    // MARK: - The same everywhere

    @Test("the documents are the same in whatever folder they are made, and from wherever")
    func deterministic() throws {
        let first = try workbench()
        let second = try workbench()
        #expect(try first.run("docs", "zone/workbench", "-o", "zone/docs").status == 0)
        #expect(
            try second.run("docs", second.path("zone/workbench"), "-o", second.path("zone/docs"), "--state", "x").status
                == 0)
        for name in Self.pages + Self.data {
            let text = first.read("zone/docs/\(name)")
            #expect(!text.isEmpty)
            #expect(text == second.read("zone/docs/\(name)"), "\(name)")
            #expect(!text.contains(first.folder.path))
        }
        #expect(
            first.read("zone/docs/index.md").contains("cd ..    # from the folder of this page\nrunbook run workbench"))
        let again = try first.run("docs", "zone/workbench", "-o", "zone/docs")
        #expect(again.out.contains("all up to date"))
    }

    @Test("the documents in this repository are not stale", arguments: ["workbench", "zone"])
    func repository(_ name: String) throws {
        let desk = try Desk()
        try standIn(for: "psql", desk)
        let root = Self.repository.path
        let reply = try desk.run("docs", "\(root)/runbooks/\(name)", "-o", "\(root)/docs/\(name)", "--check")
        #expect(reply.status == 0, "runbook docs runbooks/\(name) -o docs/\(name)\n\(reply.all)")
        var links = MarkdownLinks()
        for page in Self.pages + ["graph.svg"] { links.follow("\(root)/docs/\(name)/\(page)") }
        #expect(links.dead == [])
    }

    @Test("a param that several files declare has one row, with the help of the file that explains it")
    func params() throws {
        let files = [
            ("net", "{net: \"10.0\"}"), ("help", "{net: {default: \"10.0\", help: All addresses}}"),
            ("other", "{net: \"10.9\"}"),
        ]
        let desk = try Desk(
            "---\ninclude: [net.md, help.md, {file: other.md, as: far}]\n---\n" + step("last", ["timeout: 1s"]))
        for (name, params) in files {
            try desk.write("---\nparams: \(params)\n---\n" + step(name, ["timeout: 1s"]), to: "\(name).md")
        }
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        let rows = desk.read("docs/index.md").split(separator: "\n").filter { $0.contains("net` | string") }
        #expect(rows == ["| `net` | string | `10.0` | All addresses |", "| `far.net` | string | `10.9` |  |"])
    }

    // MARK: - Check

    private static let small = page(step("a", ["timeout: 1s"]), step("b", ["needs: [a]", "timeout: 1s"]))

    @Test("--check says nothing is stale, then what is, as a unified difference, and changes nothing")
    func check() throws {
        let desk = try Desk(Self.small)
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        let fresh = try desk.run("docs", "r.md", "-o", "docs", "--check")
        #expect(fresh.status == 0)
        #expect(fresh.out == "docs: up to date\n")
        let before = desk.read("docs/ordering.md")
        try desk.write(Self.small.replacingOccurrences(of: "step: b", with: "step: c"))
        let stale = try desk.run("docs", "r.md", "-o", "docs", "--check")
        #expect(stale.status == 1)
        #expect(stale.out.contains("--- docs/ordering.md\n+++ docs/ordering.md\n@@ -"))
        #expect(stale.out.contains("\n-| 2 | 1 | [`b`](../r.md#test) |\n+| 2 | 1 | [`c`](../r.md#test) |\n"))
        #expect(stale.error.contains("docs is stale: index.md, ordering.md, mapping.md"))
        #expect(desk.read("docs/ordering.md") == before)
    }

    @Test("--check misses documents that are not there")
    func missing() throws {
        let desk = try Desk(Self.small)
        let reply = try desk.run("docs", "r.md", "-o", "docs", "--check")
        #expect(reply.status == 1)
        #expect(reply.out.contains("--- /dev/null\n+++ docs/index.md\n@@ -0,0 +1,"))
        #expect(!FileManager.default.fileExists(atPath: desk.path("docs")))
    }

    @Test("a picture is stale when its graph is, whatever drew it")
    func picture() throws {
        let desk = try Desk(Self.small)
        try FileManager.default.createDirectory(atPath: desk.path("bin"), withIntermediateDirectories: true)
        func drawer(_ script: String) throws {
            try desk.write("#!/bin/sh\n\(script)\n", to: "bin/dot")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/dot"))
        }
        desk.environment["PATH"] = desk.path("bin") + ":" + (desk.environment["PATH"] ?? "")
        try drawer("cat >/dev/null; echo '<svg/>'")
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        let picture = desk.read("docs/graph.svg")
        #expect(picture.hasPrefix("<svg/>\n<!-- Drawn by `runbook docs` from graph.dot with checksum "))
        #expect(desk.read("docs/index.md").contains("(graph.svg)"))
        // Another version draws otherwise: that alone makes nothing stale, and nothing is drawn again.
        try drawer("cat >/dev/null; echo '<svg other=\"\"/>'")
        #expect(try desk.run("docs", "r.md", "-o", "docs", "--check").status == 0)
        #expect(try desk.run("docs", "r.md", "-o", "docs").out.contains("all up to date"))
        // Where there is none, the same.
        try drawer("exit 1")
        #expect(try desk.run("docs", "r.md", "-o", "docs", "--check").status == 0)
        try desk.write(Self.small.replacingOccurrences(of: "step: b", with: "step: c"))
        let stale = try desk.run("docs", "r.md", "-o", "docs", "--check")
        #expect(stale.out.contains("docs/graph.svg was drawn from another graph.dot"))
        let written = try desk.run("docs", "r.md", "-o", "docs")
        #expect(written.error.contains("graph.svg shows an earlier graph"))
        #expect(desk.read("docs/graph.svg") == picture)
        try drawer("cat >/dev/null; echo '<svg new=\"\"/>'")
        #expect(try desk.run("docs", "r.md", "-o", "docs").out.contains("wrote graph.svg"))
        #expect(try desk.run("docs", "r.md", "-o", "docs", "--check").status == 0)
    }

    @Test("where nothing draws, the pages speak of no picture")
    func noPicture() throws {
        let desk = try Desk(Self.small)
        try FileManager.default.createDirectory(atPath: desk.path("bin"), withIntermediateDirectories: true)
        try desk.write("#!/bin/sh\nexit 1\n", to: "bin/dot")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/dot"))
        desk.environment["PATH"] = desk.path("bin") + ":" + (desk.environment["PATH"] ?? "")
        #expect(try desk.run("docs", "r.md", "-o", "docs").out.contains("docs: 7 files"))
        #expect(!FileManager.default.fileExists(atPath: desk.path("docs/graph.svg")))
        #expect(!desk.read("docs/index.md").contains("graph.svg"))
        #expect(try desk.run("docs", "r.md", "-o", "docs", "--check").status == 0)
    }

    // MARK: - What is not ours

    @Test(
        "a file of somebody else's is not written over",
        arguments: ["index.md", "hazards.md", "graph.dot", "plan.json"])
    func foreign(name: String) throws {
        let desk = try Desk(Self.small)
        try FileManager.default.createDirectory(atPath: desk.path("docs"), withIntermediateDirectories: true)
        try desk.write("mine", to: "docs/\(name)")
        let reply = try desk.run("docs", "r.md", "-o", "docs")
        #expect(reply.status == 2)
        #expect(reply.error.contains("docs/\(name) was not written by `runbook docs`"))
        #expect(desk.read("docs/\(name)") == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("docs")) == [name])
    }

    @Test("other files in the folder stay, and so do documents of the set that are no longer made")
    func others() throws {
        let desk = try Desk(Self.small)
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        try desk.write("mine", to: "docs/notes.md")
        try desk.write(Self.small.replacingOccurrences(of: "step: b", with: "step: c"))
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        #expect(desk.read("docs/notes.md") == "mine")
        #expect(desk.read("docs/ordering.md").contains("`c`"))
    }

    @Test("an invalid runbook makes no documents")
    func invalid() throws {
        let desk = try Desk(page(step("a", ["needs: [nothing]"])))
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 3)
        #expect(!FileManager.default.fileExists(atPath: desk.path("docs")))
    }

    @Test("a folder that cannot be made is told")
    func unwritable() throws {
        let desk = try Desk(Self.small)
        let reply = try desk.run("docs", "r.md", "-o", "r.md/docs")
        #expect(reply.status == 1)
        #expect(reply.error.contains("r.md/docs"))
    }
}
