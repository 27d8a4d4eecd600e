import Foundation
import Model
import Steps
import Terminal
import Testing

@testable import Hazards

/// `runbooks/hazards/` and `docs/hazards.md`: each code has an example that shows it, and a text that explains it.
@Suite("Hazards: the examples and their explanation")
struct HazardExamplesTests {
    private static let folder = repository.appendingPathComponent("runbooks/hazards")

    private static func example(_ code: HazardCode) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let found = names.filter { $0.hasPrefix(code.rawValue.lowercased() + "-") }
        try #require(found.count == 1, "one example for \(code.rawValue)")
        return folder.appendingPathComponent(found[0]).path
    }

    private static func report(_ path: String) throws -> (runbook: Runbook, report: HazardReport) {
        let result = load(path, in: repository.path)
        let runbook = try #require(result.runbook, Comment(rawValue: DiagnosticRenderer.text(result.diagnostics)))
        #expect(result.diagnostics == [])
        return (runbook, HazardAnalysis.report(runbook, work: "/work"))
    }

    @Test("each example shows its code, exactly that one, and once", arguments: HazardCode.allCases)
    func example(code: HazardCode) throws {
        let (_, report) = try Self.report(try Self.example(code))
        #expect(report.hazards.map(\.code) == [code])
        #expect(report.idle == [])
        #expect(report.omitted.isEmpty)
        let hazard = try #require(report.hazards.first)
        #expect(hazard.place.line > 0)
        #expect(hazard.accepted == nil)
        // Loops and orders are proven edge by edge, each with its line; of the others the step itself is the proof.
        if code >= .restartDeadlock, code != .unsetVariable { #expect(hazard.path.count >= 2) }
        for link in hazard.path { #expect(link.place.line > 0 && !link.text.isEmpty) }
    }

    @Test("the example of a cycle is told as an error, edge by edge, each with its line")
    func cycle() throws {
        let result = load(Self.folder.appendingPathComponent("e103-cycle.md").path, in: repository.path)
        #expect(result.runbook == nil)
        #expect(result.diagnostics.map(\.code) == ["E103"])
        #expect(result.diagnostics.first?.related.count == 3)
        #expect(result.diagnostics.first?.related.allSatisfy { $0.place.line > 0 } == true)
    }

    @Test("no example stands there that shows nothing")
    func all() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".md") }
        let codes = Set(HazardCode.allCases.map { $0.rawValue.lowercased() } + ["e103"])
        for name in names where name != "README.md" {
            #expect(codes.contains(String(name.prefix(4))), "\(name)")
        }
    }

    @Test("the explanation has a section for each code, with its example", arguments: HazardCode.allCases)
    func explained(code: HazardCode) throws {
        let text = try String(
            contentsOf: repository.appendingPathComponent("docs/hazards.md"), encoding: .utf8)
        let parts = text.components(separatedBy: "\n## ")
        let section = try #require(parts.first { $0.hasPrefix("\(code.rawValue) \(code.title)\n") })
        #expect(section.contains(code.summary))
        let example = URL(fileURLWithPath: try Self.example(code)).lastPathComponent
        #expect(section.contains("(../runbooks/hazards/\(example))"))
        #expect(section.contains("**It happened.**"))
        #expect(section.contains("**What to do.**"))
    }

    @Test("the workbench has no hazard that is not accepted, and accepts none that is not there")
    func workbench() throws {
        let (_, report) = try Self.report(repository.appendingPathComponent("runbooks/workbench/workbench.md").path)
        #expect(report.open.map { "\($0.code.rawValue) \($0.place): \($0.message)" } == [])
        #expect(report.idle == [])
        #expect(!report.accepted.isEmpty)
    }
}
