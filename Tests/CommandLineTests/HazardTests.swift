import Foundation
import Testing

@Suite("check: hazards")
struct HazardTests {
    private static let examples: [String] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../runbooks/hazards").standardizedFileURL
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix("w") }.sorted().map { folder.appendingPathComponent($0).path }
    }()

    @Test("there are examples")
    func found() {
        #expect(Self.examples.count == 14)
    }

    @Test("each example is one warning with its code, its line and advice", arguments: examples)
    func example(path: String) throws {
        let desk = try Desk()
        let name = URL(fileURLWithPath: path).lastPathComponent
        let code = name.prefix(4).uppercased()
        let reply = try desk.run("check", path)
        #expect(reply.status == 0)
        #expect(reply.out.hasSuffix("1 warning\n"))
        #expect(reply.error.components(separatedBy: "warning[").count == 2)
        #expect(reply.error.contains(": warning[\(code)]: "))
        #expect(reply.error.contains("    hint: "))
        #expect(try desk.run("check", "--strict", path).status == 3)
        #expect(try desk.run("check", "--strict", "--no-hazards", path).status == 0)
        for format in ["json", "github", "sarif"] {
            #expect(try desk.run("check", "--format", format, path).out.contains(code))
        }
    }

    @Test("an accepted hazard is a note, and fails nothing")
    func accepted() throws {
        let desk = try Desk(
            page(step("a", ["service: true", "accept: {W201: \"nobody asks it anything\"}"], "sleep 9")))
        let reply = try desk.run("check", "--strict", "r.md")
        #expect(reply.status == 0)
        #expect(reply.error.contains("note[W201]: service `a` counts as up"))
        #expect(reply.error.contains("(accepted: nobody asks it anything)"))
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        let page = desk.read("docs/hazards.md")
        #expect(page.contains("## Open\n\nNone."))
        #expect(page.contains("**Accepted** at [`r.md:9`](../r.md#test): nobody asks it anything"))
    }

    @Test("the starter is free of hazards")
    func starter() throws {
        let desk = try Desk()
        #expect(try desk.run("init", "s.md").status == 0)
        #expect(try desk.run("check", "--strict", "s.md").status == 0)
    }

    @Test("explain tells of a step what the documents tell of it, in their words")
    func explain() throws {
        let desk = try Desk(
            page(
                step("base", ["timeout: 1s"]),
                step("db", ["needs: [base]", "timeout: 1s"]),
                step(
                    "watch", ["needs: [db]", "monitors: [db]", "accept: {W302: \"it says so itself\"}", "timeout: 1s"]),
                step("app", ["uses: [db]", "timeout: 1s", "estimate: 100ms"])))
        #expect(try desk.run("run", "r.md").status == 0)
        let text = try desk.run("explain", "db").out
        #expect(text.contains("wave 2 of 3, on the critical path\n"))
        #expect(text.contains("needs: base (done)\nneeded by: watch\n"))
        #expect(text.contains("blast radius: 3 of 4 steps (75%) fail with it\n"))
        #expect(text.contains("hazard W302: `watch` monitors `db`, but depends on it"))
        #expect(text.contains("(accepted: it says so itself)"))
        #expect(try desk.run("explain", "app").out.contains("wave 1 of 3, slack "))
        #expect(try desk.run("docs", "r.md", "-o", "docs").status == 0)
        #expect(desk.read("docs/ordering.md").contains("## Critical path"))
    }

    @Test("the documented JSON of check is what the program writes")
    func json() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../..").standardizedFileURL
        let document = try String(contentsOf: root.appendingPathComponent("docs/json-output.md"), encoding: .utf8)
        let section = try #require(document.components(separatedBy: "\n## Check\n").last)
        let example = section.components(separatedBy: "```json\n")[1].components(separatedBy: "```")[0]
        let name = "w301-cold-restart-deadlock.md"
        let desk = try Desk()
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("runbooks/hazards/\(name)").path, toPath: desk.path(name))
        let written = try desk.run("check", "--format", "json", name).out
        let shown = try JSONSerialization.jsonObject(with: Data(example.utf8)) as? NSDictionary
        #expect(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? NSDictionary == shown)
        for field in ["errors", "code", "severity", "file", "length", "source", "hint", "related"] {
            #expect(section.contains("`\(field)`"))
        }
    }
}
