import Foundation
import Model
import Steps
import Terminal
import Testing

/// Each folder of `Tests/Fixtures/format` holds a `runbook.md`, what else it needs, and the findings it must give.
///
/// An `options` file has lines `-p NAME=VALUE`, `--params NAME=VALUE` and `env NAME=VALUE`. `RECORD=1` in the
/// environment writes the expected findings anew.
@Suite("Findings, word for word")
struct GoldenTests {
    static let folder = repository.appendingPathComponent("Tests/Fixtures/format")
    static let cases: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    @Test("a fixture gives exactly the findings that were recorded", arguments: cases)
    func golden(name: String) throws {
        let place = Self.folder.appendingPathComponent(name)
        let expected = place.appendingPathComponent("expected.txt")
        let actual = try Self.findings(in: place)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try actual.write(to: expected, atomically: true, encoding: .utf8)
        }
        #expect(actual == (try? String(contentsOf: expected, encoding: .utf8)))
    }

    static func findings(in folder: URL) throws -> String {
        let sample = try Sample()
        var options = LoadOptions(
            environment: sample.environment, work: "/work", run: "7", workingDirectory: folder.path)
        let text = (try? String(contentsOf: folder.appendingPathComponent("options"), encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            let pair = (words.last ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, pair.count == 2 else { continue }
            let (name, value) = (String(pair[0]), String(pair[1]))
            switch words[0] {
            case "-p": options.params.append((name, value))
            case "--params": options.fileParams.append((name, value, nil))
            default: options.environment[name] = value
            }
        }
        let checks = LoadChecks(jq: { program in
            program.count { $0 == "(" } == program.count { $0 == ")" } ? nil : "a `(` is not closed"
        })
        let result = Loader.load(paths: ["runbook.md"], options: options, checks: checks)
        let hasErrors = result.diagnostics.contains { $0.severity == .error }
        #expect((result.runbook == nil) == hasErrors, "a runbook comes out exactly when there is no error")
        return DiagnosticRenderer.text(result.diagnostics)
    }

    @Test("every code is shown by a fixture, or by the test named here")
    func coverage() throws {
        let elsewhere: [DiagnosticCode: String] = [
            .notUTF8: "BadBytesTests", .forbiddenCharacter: "BadBytesTests", .fileTooLarge: "LargeInputTests",
            .includeLimit: "LargeInputTests", .tooManyNeeds: "LargeInputTests",
            .unreadableScript: "ShellSyntaxTests",
        ]
        var seen = ""
        for name in Self.cases {
            seen += try String(
                contentsOf: Self.folder.appendingPathComponent(name).appendingPathComponent("expected.txt"),
                encoding: .utf8)
        }
        for code in DiagnosticCode.allCases where elsewhere[code] == nil {
            #expect(seen.contains("[\(code.rawValue)]"), "no fixture shows \(code.rawValue)")
        }
    }
}
