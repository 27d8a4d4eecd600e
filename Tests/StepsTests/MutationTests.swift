import Foundation
import Terminal
import Testing

@testable import Model
@testable import Steps

/// Damaged runbooks: whatever comes in, findings come out, each with a place that exists.
@Suite("Damaged input")
struct MutationTests {
    /// A small generator of reproducible numbers (xorshift).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let pieces = [
        "```", "~~~", "#|", "#| step: x", "#| needs: [a]", "---", "\n", "\r", "\r\n", "\t", "${", "${a.b}", "}", "[",
        "]",
        "{", ": ", "- ", "'", "\"", "&x ", "*x", "!y ", "|", ">", "|\n", "> ", "1. ", "    ", "<details>", "<!--", "é",
        "日", "🚀", "\u{FEFF}", "\u{0}", "%", "@", "#", "~", "null", "99999999999999999999", "-1", "\\", "\u{85}",
        "\u{2028}",
    ]

    private static func damaged(_ bytes: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            let position = Int.random(in: 0...bytes.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0:
                let end = min(bytes.count, position + Int.random(in: 0..<20, using: &numbers))
                bytes.removeSubrange(position..<end)
            case 1:
                bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: position)
            case 2:
                let end = min(bytes.count, position + Int.random(in: 0..<200, using: &numbers))
                bytes.insert(
                    contentsOf: Array(bytes[position..<end]), at: Int.random(in: 0...bytes.count, using: &numbers))
            default:
                let piece = pieces.randomElement(using: &numbers) ?? ""
                bytes.insert(contentsOf: Array(piece.utf8), at: position)
            }
        }
        return bytes
    }

    private static let seeds: [[UInt8]] = {
        var texts = [LoaderTests.discovery, InterpolationTests.everything, StepReaderTests.everyKey]
        for name in GoldenTests.cases {
            let file = GoldenTests.folder.appendingPathComponent(name).appendingPathComponent("runbook.md")
            if let text = try? String(contentsOf: file, encoding: .utf8) { texts.append(text) }
        }
        return texts.map { Array($0.utf8) }
    }()

    @Test("damaged runbooks give findings whose places exist", arguments: 1...8)
    func damaged(seed: Int) throws {
        var numbers = Numbers(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let sample = try Sample()
        var codes: Set<String> = []
        for _ in 0..<150 {
            let original = try #require(Self.seeds.randomElement(using: &numbers))
            let bytes = Self.damaged(original, &numbers)
            try sample.write("runbook.md", bytes)
            let result = sample.load()
            let hasErrors = result.diagnostics.contains { $0.severity == .error }
            #expect((result.runbook == nil) == hasErrors)
            for diagnostic in result.diagnostics {
                Self.check(diagnostic, bytes)
                codes.insert(diagnostic.code)
            }
            #expect(DiagnosticRenderer.text(result.diagnostics).isEmpty == result.diagnostics.isEmpty)
        }
        #expect(codes.count > 10, "the damage is varied enough to mean something: \(codes.sorted())")
    }

    private static func check(_ diagnostic: Diagnostic, _ bytes: [UInt8]) {
        #expect(DiagnosticCode(rawValue: diagnostic.code) != nil)
        guard diagnostic.place.file == "runbook.md", diagnostic.place.line > 0, diagnostic.code != "E111" else {
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let source = SourceText(name: "", bytes: bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
        let line = source.text(line: diagnostic.place.line)
        #expect(line != nil, "line \(diagnostic.place.line) of \(source.lineCount): \(diagnostic.message)")
        #expect(line == diagnostic.sourceLine)
        #expect(diagnostic.place.column <= (line?.unicodeScalars.count ?? 0) + 1, "\(diagnostic)")
    }
}
