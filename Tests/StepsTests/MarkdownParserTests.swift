import Testing

@testable import Steps

@Suite("Markdown structure")
struct MarkdownParserTests {
    private func document(_ text: String, skipped: Int = 0) -> MarkdownDocument {
        MarkdownParser.parse(SourceText(name: "x.md", bytes: Array(text.utf8)), skipped: skipped)
    }

    @Test(
        "headings get the anchors of a Git host",
        arguments: [
            ("Service discovery", "service-discovery"), ("`code` & *stars*", "code--stars"),
            ("Ünïcode Straße", "ünïcode-straße"), ("1.2 What? (really!)", "12-what-really"),
            ("snake_case", "snake_case"),
            ("日本語 テスト", "日本語-テスト"), ("A - B", "a---b"), ("[link](http://x)", "link"),
            ("![image](x.png) after", "-after"), ("with <b>HTML</b>", "with-html"), ("🚀 launch", "-launch"),
        ])
    func anchors(heading: String, anchor: String) {
        #expect(document("## \(heading)\n").headings.map(\.anchor) == [anchor])
    }

    @Test("repeated headings are numbered")
    func repeated() {
        let headings = document("# A\n\n## B\n\n## B\n\nB\n-\n\n## B-1\n").headings
        #expect(headings.map(\.anchor) == ["a", "b", "b-1", "b-2", "b-1"])
        #expect(headings.map(\.level) == [1, 2, 2, 2, 2])
        #expect(headings.map(\.place.line) == [1, 3, 5, 7, 10])
    }

    @Test("blank lines stand for the front matter, and line numbers stay right")
    func skipped() {
        let text = "---\ntitle: x\n---\n# A\n\n```bash\n#| step: a\n```\n"
        let document = document(text, skipped: 3)
        #expect(document.headings.first?.place.line == 4)
        #expect(document.blocks.first?.line == 6)
    }

    @Test("only fenced blocks that begin with a metadata line are kept")
    func kept() {
        let document = document(
            """
            ```bash
            echo prose
            ```

            ```bash
            #| step: a
            ```

            ```bash
            # comment
            #| step: late
            ```

            ~~~~ sql title="x"
            --| step: b
            ~~~~
            """)
        #expect(document.blocks.map(\.line) == [5, 14])
        #expect(document.blocks.map(\.language) == ["bash", "sql"])
        #expect(document.blocks.map(\.isClosed) == [true, true])
    }

    @Test("an open fence at the end of the file, of a list item and of a quote is seen")
    func unclosed() {
        #expect(document("```bash\n#| step: a\n").blocks.map(\.isClosed) == [false])
        #expect(document("```bash\n#| step: a").blocks.map(\.isClosed) == [false])
        #expect(document("```bash\n#| step: a\n```").blocks.map(\.isClosed) == [true])
        #expect(document("- ```bash\n  #| step: a\n\nafter\n").blocks.map(\.isClosed) == [false])
        #expect(
            document("> ```bash\n> #| step: a\n```bash\n#| step: b\n```\n").blocks.map(\.isClosed) == [false, true])
        #expect(document("> ```bash\n> #| step: a\n> ```\n").blocks.map(\.isClosed) == [true])
        #expect(document("````bash\n#| step: a\n```\n````\n").blocks.map(\.isClosed) == [true])
    }

    @Test("deep nesting of quotes and lists does no harm")
    func deep() {
        let text = String(repeating: "> ", count: 3_000) + "```bash\n"
        #expect(document(text).blocks.isEmpty)
        #expect(document(String(repeating: "- ", count: 3_000) + "# A\n").headings.count <= 1)
    }

    @Test("a heading path keeps the headings a block stands under")
    func path() {
        let headings = document("# A\n\n## B\n\n### C\n\n## D\n\n# E\n").headings
        var path = HeadingPath(headings)
        #expect(path.path(count: 0).isEmpty)
        #expect(path.path(count: 3).map(\.text) == ["A", "B", "C"])
        #expect(path.path(count: 4).map(\.text) == ["A", "D"])
        #expect(path.path(count: 5).map(\.text) == ["E"])
    }
}

@Suite("Lines and columns of source text")
struct SourceTextTests {
    @Test(
        "lines end in LF, CRLF or CR",
        arguments: [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
            ("a\rb", ["a", "b"]), ("a\n\rb", ["a", "", "b"]), ("\n\n", ["", ""]), ("\r\r\n\n", ["", "", ""]),
        ] as [(String, [String])])
    func lines(text: String, lines: [String]) {
        let source = SourceText(name: "x", bytes: Array(text.utf8))
        #expect(source.lineCount == lines.count)
        #expect((1...max(1, lines.count)).compactMap { source.text(line: $0) } == lines)
    }

    @Test("offsets and spots agree, also after characters of several bytes")
    func offsets() {
        let text = "aé日🚀x\r\nsecond"
        let source = SourceText(name: "x", bytes: Array(text.utf8))
        #expect(source.spot(offset: 10) == Spot(line: 1, column: 5))
        #expect(source.offset(of: Spot(line: 1, column: 5)) == 10)
        #expect(source.spot(offset: 13) == Spot(line: 2, column: 1))
        #expect(source.offset(of: Spot(line: 2, column: 99)) == text.utf8.count)
        #expect(source.text(line: 3) == nil)
    }
}
