import DAG
import Foundation
import Terminal
import Testing

@testable import Model
@testable import Steps

@Suite("Bytes that are not plain text")
struct BadBytesTests {
    private func findings(_ bytes: [UInt8]) throws -> String {
        let sample = try Sample()
        try sample.write("runbook.md", bytes)
        return DiagnosticRenderer.text(sample.load().diagnostics)
    }

    @Test("the first byte that is not UTF-8 is named, with its place")
    func notUTF8() throws {
        #expect(
            try findings(Array("# é\n\nab".utf8) + [0xC3, 0x28] + Array("\n".utf8)) == """
                runbook.md:3:3: error[E111]: the byte 0xC3 is not UTF-8
                    ab\u{FFFD}
                      ^
                    hint: save the file as UTF-8

                """)
        #expect(try findings([0xFF, 0xFE, 0x23, 0x00]).contains("this looks like UTF-16"))
        #expect(try findings([0x23, 0x80]).contains("runbook.md:1:2: error[E111]: the byte 0x80"))
        #expect(try findings(Array("# a".utf8) + [0xE6, 0x97]).contains("runbook.md:1:4: error[E111]: the byte 0xE6"))
    }

    @Test("a NUL character is refused with its place")
    func nul() throws {
        #expect(
            try findings(Array("# a\n\nb".utf8) + [0] + Array("c\n".utf8)) == """
                runbook.md:3:2: error[E112]: the file contains a NUL character
                    b\u{FFFD}c
                     ^
                    hint: is this a text file?

                """)
    }

    @Test("a character that stands for a byte elsewhere is refused with its place")
    func standIn() throws {
        #expect(
            try findings(Array("# a\n\nb\u{10FFE9}c\n".utf8)) == """
                runbook.md:3:2: error[E112]: the file contains U+10FFE9, which stands for a byte here
                    b\u{FFFD}
                     ^
                    hint: U+10FF80 to U+10FFFF stand for bytes of names and values that are not UTF-8

                """)
    }

    @Test("a control character in metadata is refused with its place")
    func control() throws {
        let text = try findings(Array("```sh\n#| step: a\n#| title: x".utf8) + [7] + Array("y\ntrue\n```\n".utf8))
        #expect(text.contains("runbook.md:3:12: error[E112]"))
    }

    @Test("a byte order mark is no part of the text")
    func mark() throws {
        let sample = try Sample()
        try sample.write(
            "runbook.md", [0xEF, 0xBB, 0xBF] + Array("---\nrunbook: x\n---\n```sh\n#| step: a\ntrue\n```\n".utf8))
        #expect(try sample.runbook().name == "x")
        try sample.write("runbook.md", [0xEF, 0xBB, 0xBF] + Array("```sh\n#| stp: a\n#| step: A\n```\n".utf8))
        #expect(DiagnosticRenderer.text(sample.load().diagnostics).hasPrefix("runbook.md:2:4: error[E140]"))
    }

    @Test("a file with CRLF gives the same runbook, and findings at the same places", arguments: ["\r\n", "\r"])
    func lineEnds(end: String) throws {
        let sample = try Sample([
            "runbook.md": LoaderTests.discovery, "other/runbook.md": LoaderTests.discovery.replacing("\n", with: end),
        ])
        let plain = try sample.runbook("runbook.md")
        let other = try sample.runbook("other/runbook.md")
        #expect(plain.steps.map(\.id) == other.steps.map(\.id))
        #expect(plain.steps.map(\.body) == other.steps.map(\.body))
        #expect(plain.steps.map(\.place.line) == other.steps.map(\.place.line))
        #expect(plain.steps.map(\.bodyLine) == other.steps.map(\.bodyLine))
        #expect(plain.steps.map(\.fileContent) == other.steps.map(\.fileContent))

        let golden = GoldenTests.folder.appendingPathComponent("positions-nested/runbook.md")
        let nested = try String(contentsOf: golden, encoding: .utf8)
        let expected = try String(
            contentsOf: golden.deletingLastPathComponent().appendingPathComponent("expected.txt"), encoding: .utf8)
        try sample.write("nested.md", nested.replacing("\n", with: end))
        let found = DiagnosticRenderer.text(sample.load("nested.md").diagnostics)
        #expect(found.replacing("nested.md", with: "runbook.md") == expected)
    }
}

@Suite("Large input")
struct LargeInputTests {
    @Test("a file of 100 MB is refused before it is read")
    func hugeFile() throws {
        let sample = try Sample()
        try sample.write("runbook.md", [])
        let handle = try #require(FileHandle(forWritingAtPath: sample.folder + "/runbook.md"))
        try handle.truncate(atOffset: 100 << 20)
        try handle.close()
        #expect(
            DiagnosticRenderer.text(sample.load().diagnostics) == """
                runbook.md: error[E113]: this file is larger than 16 MiB
                    hint: split it, and `include` the parts

                """)
    }

    @Test("50,000 steps load, with all their needs")
    func manySteps() throws {
        let sample = try Sample(["runbook.md": Self.layers(50_000)])
        let runbook = try sample.runbook()
        #expect(runbook.steps.count == 50_000)
        #expect(runbook.graph.edgeCount == 3 * (50_000 - 50))
        #expect(runbook.steps[49_999].place.line == 7 * 49_999 + 4)
    }

    /// Steps in layers of 50, each with three needs in the layer before.
    static func layers(_ count: Int) -> String {
        var text = "# Many\n\n"
        for number in 0..<count {
            let base = (number / 50 - 1) * 50
            let needs = (0..<3).map { "s\(base + (number * 7 + $0 * 11) % 50)" }.joined(separator: ", ")
            text += "```sh\n#| step: s\(number)\n#| needs: [\(number < 50 ? "" : needs)]\ntrue\n```\n\n"
            text += "\n"
        }
        return text
    }

    @Test("needs between two huge groups are refused, not built")
    func tooManyNeeds() throws {
        var text = "## First\n\n"
        for number in 0..<2_400 { text += "```sh\n#| step: a\(number)\ntrue\n```\n\n" }
        text += "## Second\n\n"
        for number in 0..<2_400 { text += "```sh\n#| step: b\(number)\n#| needs: ['stage:First']\ntrue\n```\n\n" }
        let found = try findings(text)
        #expect(found.contains("error[E109]: all needs together are more than 5000000"))
    }

    @Test("uses of what thousands provide are refused, not built")
    func tooManyUses() throws {
        let page =
            (0..<2_400).map { "```sh\n#| step: a\($0)\n#| provides: [x]\ntrue\n```\n\n" }.joined()
            + (0..<2_400).map { "```sh\n#| step: b\($0)\n#| uses: [x]\ntrue\n```\n\n" }.joined()
        #expect(try findings(page).contains("error[E109]: all needs together are more than 5000000"))
        let one =
            (0..<2_400).map { "```sh\n#| step: a\($0)\n#| provides: [x]\ntrue\n```\n\n" }.joined()
            + "```sh\n#| step: b\n#| uses: [\(Array(repeating: "x", count: 2_400).joined(separator: ","))]\n```\n"
        #expect(try findings(one).contains("error[E109]"))
    }

    @Test("files that are too large together are refused, each prefix counted")
    func tooLargeTogether() throws {
        let include = (0..<9).map { "{file: part.md, as: p\($0)}" }.joined(separator: ", ")
        let sample = try Sample([
            "runbook.md": "---\nrunbook: x\ninclude: [\(include)]\n---\n",
            "part.md": "```sh\n#| step: a\ntrue\n```\n\n" + String(repeating: "prose\n", count: 8 << 20 / 6),
        ])
        #expect(
            DiagnosticRenderer.text(sample.load().diagnostics)
                .hasPrefix("runbook.md:3:193: error[E116]: the files are larger than 64 MiB together"))
    }

    @Test("the name that many steps share is short, and so is what is shown of a long value")
    func longNames() throws {
        let long = String(repeating: "x", count: 100_000)
        for key in ["stage", "layer", "component", "owner"] {
            #expect(
                try findings("```sh\n#| step: a\n#| \(key): \(long)\ntrue\n```\n")
                    .contains("error[E145]: `\(key)` is longer than 1000 bytes"))
        }
        let step = try runbook("---\ntitle: \(long)\n---\n```sh\n#| step: a\ntrue\n```\n").steps[0]
        #expect(step.stage.count == 1_000)
        let under = try runbook("# T\n\n## \(long)\n\n```sh\n#| step: a\ntrue\n```\n").steps[0]
        #expect(under.stage == String(long.prefix(1_024)))
        #expect(under.headings.last?.anchor == under.stage)
        let found = try findings("```sh\n#| step: a\n#| once: \(long)\ntrue\n```\n")
        #expect(found.contains("must be true or false, not `xxx") && found.utf8.count < 5_000)
    }

    @Test("includes nested too deeply are refused")
    func deepIncludes() throws {
        let sample = try Sample()
        for number in 0..<40 {
            try sample.write("f\(number).md", "---\nrunbook: x\ninclude: {file: f\(number + 1).md, as: p}\n---\n")
        }
        try sample.write("f40.md", "```sh\n#| step: a\ntrue\n```\n")
        let found = DiagnosticRenderer.text(sample.load("f0.md").diagnostics)
        #expect(found.hasPrefix("f31.md:3:17: error[E116]: includes are nested more than 32 deep"))
    }

    @Test("a thousand errors are enough")
    func manyErrors() throws {
        var text = ""
        for number in 0..<3_000 { text += "```sh\n#| step: s\(number)\n#| needs: [nowhere\(number)]\ntrue\n```\n\n" }
        let sample = try Sample(["runbook.md": text])
        let result = sample.load()
        #expect(result.runbook == nil)
        #expect(result.diagnostics.count == Findings.limit)
    }

    @Test("long lines and long bodies pass through")
    func longLines() throws {
        let line = String(repeating: "x", count: 2_000_000)
        let runbook = try runbook("```sh\n#| step: a\n#| title: \(line)\necho \(line)\n```\n\(line)\n")
        #expect(runbook.steps[0].body.utf8.count == line.utf8.count + 6)
        #expect(runbook.steps[0].title.utf8.count == line.utf8.count)
    }
}
