import Model
import Testing

@testable import Reports

@Suite("Layout of drawings")
struct GraphLayoutTests {
    private static func fan(_ count: Int, title: String = "A title of some length") -> GraphModel {
        let lines = ["root S"] + (1...count).map { "leaf-\($0) S < root" }
        return GraphModel(runbook: Sample.runbook(lines) { $0.title = title })
    }

    @Test("a narrow graph leads downwards, with its titles")
    func narrow() {
        let (model, width) = Self.fan(4).arranged()
        #expect(model.direction == .down)
        #expect(model.nodes.allSatisfy { $0.title == "A title of some length" })
        #expect(width <= GraphModel.mostWidth)
        #expect(MermaidGraph.text(model).hasPrefix("flowchart TB\n"))
    }

    @Test("a wide one leads to the right")
    func wide() {
        let (model, width) = Self.fan(40).arranged()
        #expect(model.direction == .right)
        #expect(model.nodes.allSatisfy { $0.title == "A title of some length" })
        #expect(width <= GraphModel.mostWidth)
        #expect(MermaidGraph.text(model).hasPrefix("flowchart LR\n"))
        #expect(MermaidGrammar(MermaidGraph.text(model)).errors == [])
    }

    @Test("one that is wide both ways has ids alone")
    func compact() {
        var lines: [String] = []
        for row in 0..<8 {
            for column in 0..<8 { lines.append("n\(row)\(column) S" + (row > 0 ? " < n\(row - 1)\(column)" : "")) }
        }
        let (model, width) = GraphModel(runbook: Sample.runbook(lines) { $0.title = "A title of some length" })
            .arranged()
        #expect(model.nodes.allSatisfy { $0.title == $0.id })
        #expect(width <= GraphModel.mostWidth)
    }

    @Test("where nothing fits the narrowest is taken, and its width told")
    func tooWide() {
        var lines: [String] = []
        for row in 0..<20 {
            for column in 0..<20 {
                lines.append("long-name-\(row)-\(column) S" + (row > 0 ? " < long-name-\(row - 1)-\(column)" : ""))
            }
        }
        let (_, width) = GraphModel(runbook: Sample.runbook(lines)).arranged()
        #expect(width > GraphModel.mostWidth)
    }

    @Test("groups that need each other are laid out as well")
    func cycle() {
        let lines = ["a S", "b T < a", "c S < b", "d T < c"]
        let model = GraphModel(runbook: Sample.runbook(lines) { $0.component = $0.stage }).grouped(by: .component)
        #expect(model.edges.count == 2)
        #expect(model.arranged().width > 0)
        #expect(GraphModel(title: "nothing", nodes: [], edges: []).arranged().width == 0)
    }

    @Test("the critical path is never left out, whatever implies it")
    func critical() {
        // By stages: S1 to S2 to S3, and the longest way straight from S1 to S3.
        let runbook = Sample.runbook(["a S1", "b S2 < a", "c S3 < b", "d S1 < a", "e S3 < d", "f S3 < e"])
        let stages = GraphModel(runbook: runbook).grouped(by: .stage).reduced()
        #expect(stages.edges.filter(\.isCritical).map { [$0.from, $0.to] } == [[0, 2]])
    }
}
