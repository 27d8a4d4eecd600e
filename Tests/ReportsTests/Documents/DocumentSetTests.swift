import Execution
import Foundation
import Hazards
import Model
import Testing

@testable import Reports

@Suite("Documents")
struct DocumentSetTests {
    private static func documents(_ runbook: Runbook) -> DocumentSet {
        let listing = PlanListing(
            runbook: runbook, graph: runbook.graph,
            plan: Plan(items: runbook.steps.map { _ in Plan.Item(.run, "") }),
            durations: Weights(runbook: runbook, history: [:]).durations, jobs: 8)
        return DocumentSet(
            runbook: runbook, listing: listing, report: HazardAnalysis.report(runbook, work: "/work"),
            options: DocumentSet.Options(paths: ["zone.md"], name: { $0 }, link: { $0 }, hasPicture: true))
    }

    private static func text(_ set: DocumentSet, _ name: String) throws -> String {
        try #require(set.files.first { $0.name == name }).text
    }

    /// The drawings of all pages.
    private static func drawings(_ set: DocumentSet) -> [String] {
        set.files.filter { $0.name.hasSuffix(".md") }.flatMap { file in
            file.text.components(separatedBy: "```mermaid\n").dropFirst().map {
                String($0.components(separatedBy: "```")[0])
            }
        }
    }

    @Test("a set has every file but the picture, each page with its mark")
    func files() throws {
        let set = Self.documents(Sample.zone)
        #expect(set.files.map(\.name).sorted() == DocumentSet.names.filter { $0 != DocumentSet.picture }.sorted())
        for file in set.files where file.name.hasSuffix(".md") {
            #expect(file.text.hasPrefix(DocumentSet.mark + "\n\n# "))
            #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"))
        }
        #expect(try Self.text(set, "graph.dot") == set.dot)
    }

    @Test("the order has waves, the critical path, slack, and what a person does or what runs once set apart")
    func ordering() throws {
        let page = try Self.text(Self.documents(Sample.zone), "ordering.md")
        #expect(page.contains("| 1 | 2 | [`ca`](zone.md), [`notes`](zone.md) |"))
        #expect(page.contains("1. [`ca`](zone.md), 1 s: ca (done after 1 s)\n2. [`file:server.hcl`](zone.md), 20 ms"))
        #expect(page.contains("| [`consul-2`](zone.md) | `file:server.hcl` | 3 | 0 ms | 1 s |"))
        #expect(page.contains("| [`notes`](zone.md) |  | 1 | 3 s | 1 s |"))
        #expect(page.contains("## By a person\n\n- [`notes`](zone.md): Are they printed?"))
        #expect(page.contains("- [`bootstrap`](zone.md): ACL bootstrap"))
    }

    @Test("each stage has a drawing, with one node for each other stage before or after it")
    func stubs() throws {
        let drawings = Self.drawings(Self.documents(Sample.zone))
        #expect(drawings.count == 4)
        let discovery = try #require(drawings.first { $0.contains("consul-2") })
        #expect(discovery.contains("(\"Ground<br/>comes before<br/>1 step\")"))
        #expect(discovery.contains("(\"Telemetry<br/>comes after<br/>1 step\")"))
        #expect(!discovery.contains("n1[\"ca"))
    }

    @Test("the map says who needs a component, and how much fails with it")
    func mapping() throws {
        let page = try Self.text(Self.documents(Sample.zone), "mapping.md")
        #expect(page.contains("| [consul](#consul) | infra | Discovery | 2 |  |  |  | 5 (62%) |"))
        #expect(page.contains("- Needed and used by: [`bootstrap`](zone.md), [`prometheus`](zone.md)"))
        #expect(page.contains("- Monitored by: [`prometheus`](zone.md)"))
        #expect(page.contains("- Fails with it, 5 of 8 (62%): "))
    }

    @Test(
        "texts that look like Markdown, HTML or Mermaid stay text in every page and drawing",
        arguments: GraphSamples.evil)
    func evil(_ evil: String) {
        let runbook = Sample.runbook(["a S", "b T < a"]) { step in
            step.title = evil
            step.stage = step.id == "a" ? evil : "T"
            step.component = evil
            step.owner = evil
            step.layer = evil
            step.confirm = Template(evil)
            step.headings = [Heading(level: 2, text: evil, anchor: "x", place: Sample.place)]
        }
        let set = Self.documents(runbook)
        for drawing in Self.drawings(set) { #expect(MermaidGrammar(drawing).errors == []) }
        for file in set.files where file.name.hasSuffix(".md") {
            // Outside of code there is no tag but the breaks that the pages make themselves.
            let prose = file.text.dropFirst(DocumentSet.mark.count).components(separatedBy: "```").enumerated().filter {
                $0.offset % 2 == 0
            }
            .map(\.element).joined().replacing(/`[^`\n]*`/, with: "").replacing(/\\./, with: "")
            .replacing("<br>", with: "")
            #expect(!prose.contains("<"), "\(file.name)")
            #expect(!prose.contains("\u{1B}") && !prose.contains("\u{2028}") && !prose.contains("\u{202E}"))
        }
    }

    @Test(
        "large graphs are collapsed to stages, and their stages to what can be read",
        arguments: [(1500, 12), (1500, 3), (3000, 1)])
    func large(count: Int, stages: Int) {
        let set = Self.documents(Sample.large(count, stages: stages))
        let drawings = Self.drawings(set)
        #expect(drawings.count == stages + 1)
        for drawing in drawings {
            #expect(MermaidGrammar(drawing).errors == [])
            #expect(drawing.utf8.count < 45_000)
            #expect(drawing.components(separatedBy: ">").count - 1 < 2_000)
            #expect(drawing.split(separator: "\n").count { $0.contains("--> n") || $0.contains("==> n") } <= 400)
        }
        #expect(set.dot.components(separatedBy: " -> ").count <= 400)
    }

    @Test("the same runbook makes the same files")
    func deterministic() {
        #expect(
            Self.documents(Sample.large(300, stages: 5)).files == Self.documents(Sample.large(300, stages: 5)).files)
    }

    @Test("a picture is known by the graph it was drawn from")
    func picture() {
        let set = Self.documents(Sample.zone)
        let other = Self.documents(Sample.large(10, stages: 2))
        #expect(set.isDrawn(in: set.marked("<svg/>")))
        #expect(set.isDrawn(in: set.marked("<svg other=\"\"/>\n")))
        #expect(!set.isDrawn(in: other.marked("<svg/>")))
        #expect(!set.isDrawn(in: nil))
        #expect(!set.isDrawn(in: "<svg/>\n"))
    }
}
