import Testing

@testable import Terminal

@Suite("Painted lines")
struct LineTests {
    private var line: Line {
        var line = Line("✓ done ", .good)
        line.add("consul-1", .strong)
        line.add("  1.2 s")
        return line
    }

    @Test("paints each stretch and closes it again")
    func paint() {
        let style = Style(hasColour: true, hasUnicode: true)
        #expect(line.render(style: style) == "\u{1B}[32m✓ done \u{1B}[0m\u{1B}[1mconsul-1\u{1B}[0m  1.2 s")
        #expect(line.render(style: .plain) == "✓ done consul-1  1.2 s")
    }

    @Test("cut at every width, it fits, keeps its beginning and ends in an ellipsis", arguments: 0...25)
    func cut(width: Int) {
        let text = line.render(width: width, style: .plain)
        #expect(TextWidth.of(text) <= width)
        if width >= 22 {
            #expect(text == line.text)
        } else if width > 0 {
            #expect(text.hasSuffix("…"))
            #expect(line.text.hasPrefix(text.dropLast()))
        }
    }
}
