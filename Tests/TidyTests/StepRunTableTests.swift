import Foundation
import Testing

@Suite("The table of a step's states")
struct StepRunTableTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/Execution/StepRun")

    private static func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    private static func table() throws -> String {
        try text("StepRun.swift").split(separator: "\n").filter { $0.hasPrefix("/// |") }.joined(separator: "\n")
    }

    private static func inputs() throws -> String {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try files.filter { $0.hasSuffix(".swift") && $0 != "StepRuns.swift" }.map(text).joined()
    }

    @Test("names every input")
    func names() throws {
        let table = try Self.table()
        let inputs = try Self.inputs().matches(of: /package mutating func (\w+)/).map { String($0.1) }
        #expect(inputs.count > 40)
        for input in inputs { #expect(table.contains("`\(input)`"), "\(input) is not in the table") }
    }

    @Test("names every state, and no input that is not there")
    func states() throws {
        let table = try Self.table()
        let source = try Self.text("StepRun.swift")
        let start = try #require(source.range(of: "enum State"))
        let end = try #require(source[start.upperBound...].range(of: "\n    }"))
        for match in source[start.upperBound..<end.lowerBound].matches(of: /case (\w+)/) {
            #expect(table.contains("| \(match.1) |"), "\(match.1) is not in the table")
        }
        let inputs = try Self.inputs()
        for match in table.matches(of: /`(\w+)`/) where match.1 != "service" {
            #expect(inputs.contains("func \(match.1)("), "\(match.1) is no input")
        }
    }
}
