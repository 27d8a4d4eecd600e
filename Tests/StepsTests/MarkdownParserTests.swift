import Synchronization
import Testing

@testable import Model
@testable import Steps

@Suite("Markdown structure")
struct MarkdownParserTests {
    private func document(_ text: String, skipped: Int = 0) throws -> MarkdownDocument {
        try MarkdownParser.parse(SourceText(name: "x.md", bytes: Array(text.utf8)), skipped: skipped)
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
    func anchors(heading: String, anchor: String) throws {
        #expect(try document("## \(heading)\n").headings.map(\.anchor) == [anchor])
    }

    @Test("repeated headings are numbered")
    func repeated() throws {
        let headings = try document("# A\n\n## B\n\n## B\n\nB\n-\n\n## B-1\n").headings
        #expect(headings.map(\.anchor) == ["a", "b", "b-1", "b-2", "b-1"])
        #expect(headings.map(\.level) == [1, 2, 2, 2, 2])
        #expect(headings.map(\.place.line) == [1, 3, 5, 7, 10])
    }

    @Test("blank lines stand for the front matter, and line numbers stay right")
    func skipped() throws {
        let text = "---\ntitle: x\n---\n# A\n\n```bash\n#| step: a\n```\n"
        let document = try document(text, skipped: 3)
        #expect(document.headings.first?.place.line == 4)
        #expect(document.blocks.first?.line == 6)
    }

    @Test("only fenced blocks that begin with metadata, comments aside, are kept")
    func kept() throws {
        let document = try document(
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

            ```bash
            true
            #| step: buried
            ```

            ```bash
            # | step: meant
            ```

            ~~~~ sql title="x"
            --| step: b
            ~~~~
            """)
        #expect(document.blocks.map(\.line) == [5, 9, 19, 23])
        #expect(document.blocks.map(\.language) == ["bash", "bash", "bash", "sql"])
        #expect(document.blocks.map(\.isClosed) == [true, true, true, true])
        #expect(document.buried == [16])
    }

    @Test("an open fence at the end of the file, of a list item and of a quote is seen")
    func unclosed() throws {
        #expect(try document("```bash\n#| step: a\n").blocks.map(\.isClosed) == [false])
        #expect(try document("```bash\n#| step: a").blocks.map(\.isClosed) == [false])
        #expect(try document("```bash\n#| step: a\n```").blocks.map(\.isClosed) == [true])
        #expect(try document("- ```bash\n  #| step: a\n\nafter\n").blocks.map(\.isClosed) == [false])
        #expect(
            try document("> ```bash\n> #| step: a\n```bash\n#| step: b\n```\n").blocks.map(\.isClosed) == [false, true])
        #expect(try document("> ```bash\n> #| step: a\n> ```\n").blocks.map(\.isClosed) == [true])
        #expect(try document("````bash\n#| step: a\n```\n````\n").blocks.map(\.isClosed) == [true])
    }

    @Test("quotes and lists may be nested 100 deep, and no deeper")
    func deep() throws {
        let block = "```bash\n"
        #expect(try document(String(repeating: "> ", count: 100) + block).headings.isEmpty)
        #expect(try document(String(repeating: "- ", count: 100) + "# A\n").headings.map(\.text) == ["A"])
        for mark in ["> ", "- ", "1. "] {
            for count in [101, 3_000, 200_000] {
                #expect(throws: MarkdownExcess(line: 2, kind: .depth)) {
                    try document("# A\n" + String(repeating: mark, count: count) + block)
                }
            }
        }
        let lines = (0..<120).map { String(repeating: "  ", count: $0) + "- x" }.joined(separator: "\n")
        #expect(throws: MarkdownExcess(line: 101, kind: .depth)) { try document(lines) }
    }

    @Test("lines that look like deep nesting are content inside a block, up to 10,000 marks a line")
    func marks() throws {
        let line = String(repeating: ">", count: 9_999)
        let document = try document("```text\n#| file: x\n\(line)\n\(line)\n```\n")
        #expect(document.blocks.first?.content.count == 11 + 2 * 10_000)
        #expect(throws: MarkdownExcess(line: 3, kind: .depth)) {
            try self.document("```text\n#| file: x\n>>\(line)\n```\n")
        }
    }

    @Test("Markdown that takes too much memory is given up in time")
    func memory() {
        // 16 MiB, the most that a file may have; two nodes of the parser for every four bytes.
        let text = String(repeating: "* x\n", count: 4 << 20)
        #expect { try document(text) } throws: { error in
            (error as? MarkdownExcess).map { $0.kind == .memory && $0.line > 500_000 } == true
        }
        // Other tests parse at the same time: what is in use is only known while nobody does.
        let used = MarkdownParser.lock.withLock { _ in MarkdownMemory.used }
        #expect(used < 1 << 20, "and all of it is given back")
    }

    @Test("a heading path keeps the headings a block stands under")
    func path() throws {
        let headings = try document("# A\n\n## B\n\n### C\n\n## D\n\n# E\n").headings
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
    func lines(text: String, lines: [String]) throws {
        let source = SourceText(name: "x", bytes: Array(text.utf8))
        #expect(source.lineCount == lines.count)
        #expect((1...max(1, lines.count)).compactMap { source.text(line: $0) } == lines)
    }

    @Test("offsets and spots agree, also after characters of several bytes")
    func offsets() throws {
        let text = "aé日🚀x\r\nsecond"
        let source = SourceText(name: "x", bytes: Array(text.utf8))
        #expect(source.spot(offset: 10) == Spot(line: 1, column: 5))
        #expect(source.offset(of: Spot(line: 1, column: 5)) == 10)
        #expect(source.spot(offset: 13) == Spot(line: 2, column: 1))
        #expect(source.offset(of: Spot(line: 2, column: 99)) == text.utf8.count)
        #expect(source.text(line: 3) == nil)
    }
}
