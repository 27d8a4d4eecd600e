import Foundation
import Terminal
import Testing

@testable import Model
@testable import Steps

/// `docs/format.md` is a contract: its examples load, and its lists are complete.
@Suite("The reference of the format")
struct DocumentationTests {
    private static func text() throws -> String {
        try String(contentsOf: repository.appendingPathComponent("docs/format.md"), encoding: .utf8)
    }

    /// The content of every example, with the file name where one follows the language.
    private static func examples() throws -> [(name: String?, text: String)] {
        var examples: [(String?, String)] = []
        var current: (name: String?, lines: [Substring])?
        for line in try text().split(separator: "\n", omittingEmptySubsequences: false) {
            if let open = current {
                if line == "````" {
                    examples.append((open.name, open.lines.joined(separator: "\n") + "\n"))
                    current = nil
                } else {
                    current?.lines.append(line)
                }
            } else if line.hasPrefix("````markdown") {
                current = (line.split(separator: " ").dropFirst().first.map(String.init), [])
            }
        }
        return examples
    }

    @Test("every example loads without a finding")
    func examples() throws {
        let examples = try Self.examples()
        #expect(examples.count >= 14)
        let sample = try Sample(programs: ["bash", "sh", "python3", "psql", "awk"])
        for example in examples { if let name = example.name { try sample.write(name, example.text) } }
        for (number, example) in examples.enumerated() where example.name == nil {
            let name = "example-\(number + 1).md"
            try sample.write(name, example.text)
            #expect(DiagnosticRenderer.text(sample.load(name).diagnostics) == "", "example \(number + 1)")
        }
    }

    @Test("every key and every code is explained")
    func complete() throws {
        let text = try Self.text()
        for key in StepKey.allCases { #expect(text.contains("`\(key.rawValue)"), "step key \(key.rawValue)") }
        for key in FrontMatterKey.allCases {
            #expect(text.contains("`\(key.rawValue)`"), "front matter \(key.rawValue)")
        }
        for kind in GateReader.kinds { #expect(text.contains("| `\(kind)"), "gate \(kind)") }
        for code in DiagnosticCode.allCases {
            #expect(text.contains("| \(code.rawValue) | \(code.summary) |"), "code \(code.rawValue)")
        }
    }

    @Test("every link to a heading leads somewhere")
    func links() throws {
        let text = try Self.text()
        let source = SourceText(name: "format.md", bytes: Array(text.utf8))
        let anchors = Set(try MarkdownParser.parse(source).headings.map(\.anchor))
        let links = text.matches(of: /\]\(#([^)]+)\)/).map { String($0.1) }
        #expect(links.count > 20)
        for link in links { #expect(anchors.contains(link), "#\(link)") }
    }
}
