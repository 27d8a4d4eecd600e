import Testing

@testable import Terminal

@Suite("Sanitizer")
struct SanitizerTests {
    @Test(
        "takes escape sequences out of a line",
        arguments: [
            ("plain", "plain"),
            ("\u{1B}[31mred\u{1B}[0m", "red"),
            ("\u{1B}[2J\u{1B}[1;1Hcleared", "cleared"),
            ("a\u{1B}]0;title\u{07}b", "ab"),
            ("a\u{1B}]8;;http://evil\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
            ("a\u{1B}P+q544e\u{1B}\\b", "ab"),
            ("a\u{1B}_apc\u{1B}\\b\u{1B}^pm\u{1B}\\c\u{1B}Xsos\u{1B}\\d", "abcd"),
            ("a\u{9B}31mb\u{9D}0;t\u{9C}c", "abc"),
            ("a\u{1B}(0b\u{1B})Bc\u{1B}cd\u{1B}7e\u{1B}=f", "abcdef"),
            ("a\u{1B}#8b", "ab"),
            ("a\u{08}\u{08}\u{07}\u{00}\u{7F}b", "ab"),
            ("a\u{85}b\u{84}c", "abc"),
            ("end\u{1B}", "end"),
            ("end\u{1B}[", "end"),
            ("end\u{1B}[12", "end12"),
        ])
    func sequences(_ text: String, _ expected: String) {
        #expect(Sanitizer.line(text) == expected)
    }

    @Test("a sequence that does not end hides no text")
    func unterminated() {
        #expect(Sanitizer.line("a\u{1B}]0;the rest stays") == "a0;the rest stays")
        #expect(Sanitizer.text("a\u{1B}]0;one\ntwo\u{07}") == "a0;one\ntwo")
        #expect(Sanitizer.line("a\u{1B}[12\u{1B}[31mb") == "a12b")
        let long = String(repeating: "x", count: 10_000)
        #expect(Sanitizer.line("\u{1B}]\(long)\u{07}") == long)
    }

    @Test("takes out characters that reorder or hide a line")
    func invisible() {
        #expect(Sanitizer.line("a\u{202E}b\u{202C}\u{2066}c\u{2069}\u{200F}d\u{E0041}e\u{FFF9}f") == "abcdef")
    }

    @Test("one line stays one line")
    func oneLine() {
        #expect(Sanitizer.line("a\nb\tc\rd\u{2028}e\r\n") == "a b c d e ")
    }

    @Test("in text, lines and tabs stay, and of an overwritten line what a terminal would show last")
    func lines() {
        #expect(Sanitizer.text("a\tb\r\nc\n") == "a\tb\nc\n")
        #expect(Sanitizer.text("10 %\r50 %\r100 %\nready\r") == "100 %\nready")
    }

    @Test("letters of every script and pictographs pass")
    func scripts() {
        let text = "Größe 日本 हिन्दी العربية 👩\u{200D}👧 e\u{301}"
        #expect(Sanitizer.line(text) == text)
    }

    @Test("no text whatever leaves a control character behind")
    func fuzz() {
        var seed: UInt64 = 42
        let alphabet: [Unicode.Scalar] = [
            "\u{1B}", "[", "]", "P", "\\", "\u{07}", "\u{9B}", "\u{9C}", "3", ";", "m", "?", " ", "\r", "\n", "\t",
            "a", "\u{85}", "\u{202E}", "日", "\u{8}", "\u{7F}",
        ]
        for _ in 0..<20_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                scalars.append(alphabet[Int((seed >> 33) % UInt64(alphabet.count))])
            }
            let line = Sanitizer.line(String(scalars))
            let text = Sanitizer.text(String(scalars))
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(
                !text.unicodeScalars.contains { $0 != "\n" && $0 != "\t" && $0.properties.generalCategory == .control })
        }
    }
}
