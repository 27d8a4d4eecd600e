import Execution
import Testing

@testable import Terminal

@Suite("Width of text")
struct TextWidthTests {
    @Test(
        "counts columns as terminals do",
        arguments: [
            ("", 0), ("abc", 3), ("Größe", 5), ("e\u{301}", 1), ("日本", 4), ("한국어", 6), ("✓ done", 6), ("🚀", 2),
            ("a\u{200B}b", 2), ("a\u{200D}b", 2), ("ｆ", 2), ("…", 1), ("│━─▸◇✗⊘↶", 8), ("\u{AD}", 0),
            ("\u{1F1E9}\u{1F1EA}", 2),
        ])
    func widths(_ text: String, _ width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test("never counts less than a terminal that draws a sequence of pictographs one by one")
    func pictographs() {
        #expect(TextWidth.of("👩\u{200D}👧") == 4)
        #expect(TextWidth.of("❤\u{FE0F}") == 2)
    }

    @Test("every symbol of a state is one column wide, in Unicode and in ASCII")
    func symbols() {
        for state in StepState.allCases {
            for hasUnicode in [true, false] {
                let mark = StateMark(state, style: Style(hasColour: false, hasUnicode: hasUnicode))
                #expect(TextWidth.of(mark.symbol) == 1)
                #expect(hasUnicode || mark.symbol.utf8.count == 1)
                #expect(mark.word == state.rawValue)
                #expect(mark.word.count <= StateMark.wordWidth)
            }
        }
    }

    @Test("every state has a symbol of its own")
    func distinctSymbols() {
        for hasUnicode in [true, false] {
            let style = Style(hasColour: false, hasUnicode: hasUnicode)
            let symbols = StepState.allCases.map { StateMark($0, style: style).symbol }
            #expect(Set(symbols).count == symbols.count)
        }
    }

    @Test(
        "cuts to a width with an ellipsis and splits no character",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
            ("日本語", 4, "日…"), ("日本語", 5, "日本…"), ("日本語", 2, "…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ])
    func truncation(_ text: String, _ width: Int, _ expected: String) {
        let cut = TextWidth.truncate(text, to: width)
        #expect(cut == expected)
        #expect(TextWidth.of(cut) <= width)
    }
}
