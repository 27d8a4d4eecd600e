import Foundation
import Fuzzing
import Testing

/// What fuzzing found worth keeping, and what it once broke, fed again.
@Suite("Corpus")
struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")

    private static func inputs(_ target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(target.rawValue), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test("every input leaves everything true that must be", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let stage = FuzzStage()
        let inputs = try Self.inputs(target)
        #expect(inputs.count > 3, "there is a corpus")
        for input in inputs {
            do { try target.play(Array(try Data(contentsOf: input)), stage: stage) } catch {
                Issue.record("\(target.rawValue)/\(input.lastPathComponent): \(error)")
            }
        }
    }

    @Test("the inputs of the corpus, cut off anywhere, do as well", arguments: FuzzTarget.allCases)
    func cut(target: FuzzTarget) throws {
        let stage = FuzzStage()
        for input in try Self.inputs(target).prefix(30) {
            let bytes = Array(try Data(contentsOf: input))
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 8)) {
                do { try target.play(Array(bytes[..<length]), stage: stage) } catch {
                    Issue.record("\(target.rawValue)/\(input.lastPathComponent), \(length) bytes of it: \(error)")
                }
            }
        }
    }

    @Test("scripts/fuzz knows every target")
    func script() throws {
        let script = Self.folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "scripts/fuzz")
        let text = try String(contentsOf: script, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("all=(") })
        #expect(
            line.dropFirst(5).dropLast().split(separator: " ").map(String.init) == FuzzTarget.allCases.map(\.rawValue))
    }
}
