import Foundation
import Model
import Testing

@testable import Steps

@Suite("The table of keys")
struct FormatKeyTests {
    private static let blocks: [FormatPlace] = [.step, .file, .undo, .prelude]

    @Test("stands in docs/format.md as it is")
    func documented() throws {
        let text = try String(contentsOf: repository.appendingPathComponent("docs/format.md"), encoding: .utf8)
        #expect(text.contains("\n" + FormatKey.markdown + "\n"), "docs/format.md: the table is\n\(FormatKey.markdown)")
    }

    @Test("has the keys that are read, and no others")
    func complete() {
        #expect(Set(StepKey.allCases.map(\.rawValue)) == Set(Self.blocks.flatMap { FormatKey.all(in: $0).map(\.name) }))
        #expect(
            FrontMatterKey.allCases.map(\.rawValue).sorted() == FormatKey.all(in: .frontMatter).map(\.name).sorted())
        #expect(GateReader.kinds == ["http", "tcp", "command", "dns", "file", "log", "promql", "process"])
    }

    @Test("has each key once for a place, each with a sentence, and places for every key")
    func once() {
        for place in FormatPlace.allCases {
            let names = FormatKey.all(in: place).map(\.name)
            #expect(!names.isEmpty && Set(names).count == names.count, "\(place)")
        }
        for key in FormatKey.table { #expect(key.sentence.hasSuffix(".") && !key.places.isEmpty, "\(key.name)") }
    }

    /// A file with `KEY: 1` in the place.
    private static func page(_ key: String, in place: FormatPlace) -> String {
        let step = "```bash\n#| step: a\n"
        let body = "true\n```\n"
        func gate(_ kind: String) -> String { step + "#| gate: {\(kind): x, \(key): 1}\n" + body }
        func front(_ text: String) -> String { "---\n\(text)\n---\n" + step + body }
        return switch place {
        case .frontMatter: front("\(key): 1")
        case .step: step + "#| \(key): 1\n" + body
        case .file: "```text\n#| file: f\n#| \(key): 1\n```\n"
        case .undo: step + body + "```bash\n#| undo: a\n#| \(key): 1\n" + body
        case .prelude: step + body + "```bash\n#| prelude: bash\n#| \(key): 1\n" + body
        case .gate: gate("tcp")
        case .http: gate("http")
        case .command: gate("command")
        case .dns: gate("dns")
        case .fileGate: gate("file")
        case .promql: gate("promql")
        case .param: front("params: {p: {\(key): 1}}")
        case .include: front("include: [{file: x.md, \(key): 1}]")
        case .defaults: front("defaults: {\(key): 1}")
        case .secret: front("secrets: {s: {\(key): 1}}")
        case .backoff: step + "#| backoff: {\(key): 1}\n" + body
        case .question: step + "#| check: {command: x, \(key): 1}\n" + body
        case .output: step + "#| outputs: [{o: {\(key): 1}}]\n" + body
        }
    }

    private static func codes(_ key: String, in place: FormatPlace) -> Set<String> {
        var options = LoadOptions(environment: [:], work: "/w", run: "1", workingDirectory: "/m")
        options.sources = MemorySources(["/m/r.md": Array(page(key, in: place).utf8)])
        let result = Loader.load(paths: ["r.md"], options: options, checks: LoadChecks(isProgram: { _ in true }))
        return Set(result.diagnostics.map(\.code)).intersection(["E140", "E146", "E147"])
    }

    @Test(
        "decides what is read: its keys are known where they are allowed, and nothing else is",
        arguments: FormatPlace.allCases)
    func known(place: FormatPlace) {
        #expect(Self.codes("nonsense", in: place) == ["E140"])
        for key in FormatKey.all(in: place) where place != .gate || !key.isKind {
            // A key that is there already would be there twice.
            guard !Self.blocks.contains(place) || key.name != place.rawValue, key.name != "command" || place == .secret,
                key.name != "file" || place != .include, key.name != "timeout" || place != .secret
            else { continue }
            #expect(Self.codes(key.name, in: place) == (key.isReserved ? ["E147"] : []), "\(key.name) in \(place)")
        }
        guard Self.blocks.contains(place) else { return }
        for key in StepKey.allCases where FormatKey.key(key.rawValue, in: place) == nil {
            // That makes it a file block, which may have a `step`.
            if place == .step, key == .file { continue }
            let found = Self.codes(key.rawValue, in: place)
            #expect(!found.isEmpty, "\(key.rawValue) in \(place)")
        }
    }
}
