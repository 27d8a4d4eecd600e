import Foundation
import FoundationXML
import Model
import Testing

@testable import Reports

@Suite("DOT")
struct DOTGraphTests {
    @Test("draws stages as clusters, shapes by kind, the critical path heavier")
    func zone() {
        let text = DOTGraph.text(GraphModel(runbook: Sample.zone, relations: [.monitors]).reduced())
        #expect(text.contains("    subgraph cluster_2 {\n        label=<<B>Discovery</B>>;"))
        #expect(
            text.contains(
                "n3 [label=<<B>file:server.hcl</B><BR/><FONT POINT-SIZE=\"11\">Configuration of every</FONT>"
                    + "<BR/><FONT POINT-SIZE=\"11\">server</FONT>>, "
                    + "tooltip=\"Configuration of every server\", shape=note, "))
        #expect(text.contains("    n1 -> n3 [penwidth=3, color=\"#8250df\"];\n"))
        #expect(text.contains("    n2 -> n8;\n"))
        #expect(text.contains("    n4 -> n7 [style=dotted, label=\" monitors \", constraint=false];\n"))
    }

    @Test("states are told by dashes and width besides colour")
    func states() {
        let text = GraphSamples.all.map { DOTGraph.text($0) }.joined()
        #expect(text.contains("style=\"rounded,filled,dashed\", fillcolor=\"#ffe7c7\""))
        #expect(text.contains("✗ failed"))
        #expect(text.contains("⊘ blocked"))
    }

    @Test(
        "Graphviz reads every graph, whatever its texts",
        .enabled(if: Graphviz.isInstalled, "Graphviz is not installed"))
    func graphviz() throws {
        var models = GraphSamples.all
        models += GraphSamples.evil.map { evil in
            GraphModel(
                runbook: Sample.runbook(["a S", "b T < a"]) { step in
                    step.title = evil
                    step.stage = evil
                }
            ).linked { _ in "page.html#\(evil)" }
        }
        for model in models {
            let (status, svg, complaint) = try Graphviz.svg(DOTGraph.text(model))
            #expect(status == 0)
            #expect(complaint == "")
            #expect(svg.components(separatedBy: "<g id=\"node").count - 1 == model.nodes.count)
            #expect(svg.components(separatedBy: "<g id=\"edge").count - 1 == model.edges.count)
            #expect(!svg.contains("<script>"))
            let reader = XMLParser(data: Data(svg.utf8))
            #expect(reader.parse())
        }
    }
}

/// Graphviz, where it is installed.
enum Graphviz {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")

    static func svg(_ dot: String) throws -> (status: Int32, svg: String, complaint: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/dot")
        process.arguments = ["-Tsvg"]
        let folder = FileManager.default.temporaryDirectory
        let input = folder.appendingPathComponent("graph-\(UUID().uuidString).dot")
        try Data(dot.utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let svg = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: svg, as: UTF8.self), String(decoding: complaint, as: UTF8.self)
        )
    }
}
