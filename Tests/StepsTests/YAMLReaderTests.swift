import Terminal
import Testing

@testable import Model
@testable import Steps

@Suite("YAML metadata")
struct YAMLReaderTests {
    private func text(_ yaml: String) -> YAMLText {
        var text = YAMLText()
        text.bytes = Array(yaml.utf8)
        let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).count
        text.origins = (0..<lines).map { YAMLText.Origin(line: Int32(10 + $0), indent: 3) }
        return text
    }

    private func problem(_ yaml: String) -> YAMLProblem? {
        do {
            _ = try YAMLReader.read(text(yaml))
            return nil
        } catch {
            return error
        }
    }

    @Test("spots are those of the Markdown file")
    func spots() throws {
        let root = try #require(try YAMLReader.read(text("a: x\nb: [y, 'z']\nc:\n  d: |\n    text\n")))
        guard case .mapping(let entries) = root.value, case .sequence(let items) = entries[1].value.value,
            case .mapping(let inner) = entries[2].value.value
        else {
            Issue.record("not the expected shape")
            return
        }
        #expect(entries.map(\.keySpot) == [10, 11, 12].map { Spot(line: $0, column: 4) })
        #expect(items.map(\.spot) == [Spot(line: 11, column: 8), Spot(line: 11, column: 11)])
        #expect(items.map(\.style) == [.plain, .quoted])
        #expect(items.map(\.width) == [1, 3])
        #expect(inner.first?.value.scalar == "text\n")
        #expect(inner.first?.value.style == .block)
    }

    @Test("scalars stay text: YAML's own ideas of numbers and truth do not apply")
    func scalars() throws {
        let root = try #require(try YAMLReader.read(text("[yes, 0644, 1e3, ~, null, '', 'null', 2001-01-01]")))
        guard case .sequence(let items) = root.value else {
            Issue.record("not a list")
            return
        }
        #expect(items.map(\.scalar) == ["yes", "0644", "1e3", "~", "null", "", "null", "2001-01-01"])
        #expect(items.map(\.isNull) == [false, false, false, true, true, false, false, false])
    }

    @Test("nothing at all is no node")
    func empty() throws {
        #expect(try YAMLReader.read(text("")) == nil)
        #expect(try YAMLReader.read(text("# only a comment\n")) == nil)
    }

    @Test("both places of a duplicate key are told")
    func duplicate() {
        let found = problem("a: 1\nb: {x: 1, y: 2, x: 3}\n")
        #expect(found?.code == .duplicateKey)
        #expect(found?.spot == Spot(line: 11, column: 20))
        #expect(found?.related == Spot(line: 11, column: 8))
    }

    @Test("deep nesting is refused before the parser sees it", arguments: ["[", "{a: ", "- ", "? "])
    func deep(opening: String) {
        #expect(problem(String(repeating: opening, count: 5_000))?.code == .yamlTooComplex)
    }

    @Test("aliases cannot multiply without bound")
    func aliases() {
        var yaml = "a0: &a0 [x, x]\n"
        for level in 1...12 {
            yaml += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        #expect(problem(yaml)?.code == .yamlTooComplex)
        #expect(problem("a: &x 1\nb: [*x, *x]\n") == nil)
    }

    @Test("shell text with many stars and brackets is no nesting")
    func shell() {
        let command = String(repeating: "ls *a *b *c && test [ x ] && ", count: 20)
        #expect(problem("a: |\n  \(command)\n") == nil)
    }

    @Test("line ends that only YAML knows do not move what comes after them")
    func otherLineEnds() throws {
        let sample = try Sample([
            "runbook.md": "```sh\n#| step: a\n#| title: x\u{2028}  y\u{85}  z\n#| needs: [b]\ntrue\n```\n"
        ])
        let found = DiagnosticRenderer.text(sample.load().diagnostics)
        #expect(found.hasPrefix("runbook.md:4:12: error[E102]"))
    }

    @Test("control characters are refused with their place")
    func control() {
        let found = problem("a: x\nb: \"y\u{1}z\"\n")
        #expect(found?.code == .forbiddenCharacter)
        #expect(found?.spot == Spot(line: 11, column: 9))
    }
}

@Suite("Durations")
struct DurationTextTests {
    @Test(
        "durations as people write them",
        arguments: [
            ("500ms", 500), ("3s", 3_000), ("5m", 300_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0", 0),
            ("0s", 0), ("1d2h3m4s5ms", 93_784_005), ("90s", 90_000), ("007s", 7_000),
        ] as [(String, Int)])
    func parse(text: String, milliseconds: Int) throws {
        let duration = try DurationText.parse(text)
        #expect(duration == .milliseconds(milliseconds))
        #expect(try DurationText.parse(DurationText.text(duration)) == duration)
    }

    @Test(
        "everything else is refused", arguments: ["", "s", "1", "1 s", "1S", "1s1h", "s1", "1ss", "-1s", "1s ", "١s"])
    func refuse(text: String) {
        #expect(throws: DurationText.Problem.self) { try DurationText.parse(text) }
    }
}
