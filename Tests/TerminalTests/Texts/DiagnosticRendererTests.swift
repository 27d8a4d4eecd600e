import Model
import Testing

@testable import Terminal

@Suite("Diagnostics as text")
struct DiagnosticRendererTests {
    private static let diagnostic = Diagnostic(
        code: "E102", message: "there is no step `b,%`", place: Place(file: "a b.md", line: 3, column: 4), length: 2,
        sourceLine: "#| \"b\"", hint: "did you mean `c`?",
        related: [
            Diagnostic.Related(place: Place(file: "c.md", line: 1, column: 1), message: "here", sourceLine: "x"),
            Diagnostic.Related(place: Place(file: "d.md", line: 0, column: 0), message: "and here"),
        ])
    private static let whole = Diagnostic(
        code: "W101", severity: .warning, message: "m", place: Place(file: "e.md", line: 0, column: 0))

    @Test("text: place, source line, caret, hint, related places")
    func text() {
        #expect(
            DiagnosticRenderer.text([Self.diagnostic, Self.whole]) == """
                a b.md:3:4: error[E102]: there is no step `b,%`
                    #| "b"
                       ^~
                    hint: did you mean `c`?
                  c.md:1:1: note: here
                    x
                    ^
                  d.md: note: and here
                e.md: warning[W101]: m

                """)
        #expect(DiagnosticRenderer.text([]) == "")
        #expect(DiagnosticRenderer.summary([Self.diagnostic, Self.whole, Self.whole]) == "1 error, 2 warnings")
        #expect(DiagnosticRenderer.summary([]) == "")
    }

    @Test("colour changes nothing but colour")
    func color() {
        let colored = DiagnosticRenderer.text([Self.diagnostic, Self.whole], color: true)
        #expect(colored.contains("\u{1B}[1;31merror[E102]:\u{1B}[0m"))
        let plain = colored.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(plain == DiagnosticRenderer.text([Self.diagnostic, Self.whole]))
    }

    @Test("the caret stands under the right characters")
    func caret() {
        func lines(_ line: String, _ column: Int, _ length: Int) -> [String] {
            let snippet = Snippet(line: line, column: column, length: length)
            return [snippet.text, snippet.indent + snippet.caret]
        }
        #expect(lines("abc", 2, 1) == ["abc", " ^"])
        #expect(lines("a\tbc", 3, 2) == ["a\tbc", " \t^~"])
        #expect(lines("日本x", 3, 1) == ["日本x", "    ^"])
        #expect(lines("日本x", 1, 2) == ["日本x", "^~~~"])
        #expect(lines("e\u{301}x", 3, 1) == ["e\u{301}x", " ^"])
        #expect(lines("🚀x", 2, 5) == ["🚀x", "  ^"])
        #expect(lines("ab", 3, 1) == ["ab", "  ^"])
        #expect(lines("", 1, 1) == ["", "^"])
        #expect(lines("ab", 99, 1) == ["ab", "  ^"])
        // As wide as what tables and the live view take it for.
        for text in ["日", "é", "🚀", "🇩🇪", "a\u{FE0F}", "\u{200B}", "ｱ", "Ａ", "\u{1160}", "⌚", "\u{1F6DC}", "\u{18D00}"] {
            let place = text.unicodeScalars.count + 1
            #expect(lines("\(text)x", place, 1)[1] == String(repeating: " ", count: TextWidth.of(text)) + "^")
        }
    }

    @Test("a terminal is not steered by what a file contains, and long lines are cut")
    func terminal() {
        #expect(Snippet(line: "a\u{1B}[31mb", column: 7, length: 1).text == "a\u{FFFD}[31mb")
        #expect(Snippet.printable("a\u{1B}]0;x\u{7}\u{202E}b\nc") == "a\u{FFFD}]0;x\u{FFFD}\u{FFFD}b c")
        let hiding = Snippet(line: "a\u{61C}\u{2028}\u{FFFA}\u{E0041}b", column: 6, length: 1)
        #expect(hiding.text == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b" && hiding.indent == "     ")
        let long = Snippet(
            line: String(repeating: "x", count: 5_000) + "Y" + String(repeating: "z", count: 5_000), column: 5_001,
            length: 1)
        #expect(long.text.count < 200)
        #expect(Array(long.text)[long.indent.count] == "Y")
    }

    @Test("github: one command a finding, escaped")
    func github() {
        #expect(
            DiagnosticRenderer.github([Self.diagnostic, Self.whole]) == """
                ::error file=a b.md,line=3,col=4,endColumn=6,title=E102::there is no step `b,%25`%0Ahint: did you mean \
                `c`?%0Ac.md:1:1: here%0Ad.md: and here
                ::warning file=e.md,title=W101::m

                """)
    }
}
