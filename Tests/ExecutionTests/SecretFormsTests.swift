import Execution
import Testing

/// In which spellings a secret is found.
@Suite("Spellings of secrets")
struct SecretFormsTests {
    private func shown(_ secret: String, _ text: String) -> String {
        let mask = Redactor()
        mask.add(secret)
        return mask.mask(text)
    }

    @Test(
        "a value is found as JSON, as part of a URL, in base64, and as shells quote it",
        arguments: [
            ("pa\"ss\\wörd\n/x", #"{"k":"pa\"ss\\wörd\n/x"}"#, #"{"k":"***"}"#),
            ("pa\"ss\\wörd\n/x", #"{"k":"pa\"ss\\w\u00f6rd\n\/x"}"#, #"{"k":"***"}"#),
            ("pa\"ss\\wörd\n/x", #"{"k":"pa\"ss\\w\u00F6rd\n/x"}"#, #"{"k":"***"}"#),
            ("a<b&c>d", #""a\u003cb\u0026c\u003ed""#, #""***""#),
            ("pass word+/ü", "?t=pass%20word%2B%2F%C3%BC&x", "?t=***&x"),
            ("pass word+/ü", "?t=pass+word%2b%2f%c3%bc&x", "?t=***&x"),
            ("it's $HOME", #"+ TOKEN='it'\''s $HOME'"#, "+ TOKEN='***'"),
            ("it's $HOME", #"declare -x T="it's \$HOME""#, #"declare -x T="***""#),
            ("it's $HOME", #"it\'s\ \$HOME"#, "***"),
            ("one\ntwo\tx", #"$'one\ntwo\tx'"#, "$'***'"),
            ("s3cr3t-4711", "czNjcjN0LTQ3MTE=", "***="),
            ("s3cr3t-4711", "czNjcjN0LTQ3MTEK", "***"),
            ("s3cr3t??>>", "czNjcjN0Pz8-Pg", "***"),
        ] as [(String, String, String)])
    func encoded(secret: String, text: String, expected: String) {
        #expect(shown(secret, text) == expected)
    }

    @Test("a long value in base64 is found in the lines that base64 and openssl make of it")
    func wrapped() {
        let secret = String(repeating: "s", count: 90)
        let digits = String(repeating: "c3Nz", count: 30)
        for width in [64, 76] {
            let lines = "\(digits.prefix(width))\n\(digits.dropFirst(width))\n"
            #expect(!shown(secret, lines).contains("c3Nz"), "\(width)")
        }
    }

    @Test("whatever a value's line ends are, and whether blanks at its ends are printed, it is found")
    func blanks() {
        #expect(shown("first\r\nsecond\r\n", "first\nsecond\n") == "***\n***\n")
        #expect(shown("first\nsecond", "first\r\nsecond") == "***\r\n***")
        #expect(shown("  spaced value \t", "x spaced value y") == "x *** y")
        #expect(shown("two  words\n here", "two words here") == "***")
    }

    @Test("blanks alone mask nothing")
    func nothing() {
        #expect(shown("     ", "a      b") == "a      b")
    }

    @Test("half a million overlapping finds among hundreds of values are one stretch")
    func linear() {
        let mask = Redactor()
        for count in 1...200 { mask.add(String(repeating: "a", count: 4 + count)) }
        #expect(mask.mask(String(repeating: "a", count: 500_000)) == "***")
    }

    @Test("pieces of a text are searched as the whole is, wherever it is cut")
    func pieces() {
        let matcher = ByteMatcher(["abcab", "cabd", "bb"].map { Array($0.utf8) })
        let text = Array("xabcabdabbbx".utf8)
        let whole = matcher.stretches(in: text)
        #expect(whole == [1..<7, 8..<11])
        for cut in 0...text.count {
            var position = ByteMatcher.Position()
            var covered: Set<Int> = []
            for piece in [Array(text[..<cut]), Array(text[cut...])] {
                let found = piece.withUnsafeBufferPointer { matcher.stretches(in: $0, after: &position) }
                for range in found { covered.formUnion(range) }
            }
            #expect(covered == Set(whole.flatMap { Array($0) }), "\(cut)")
        }
    }
}
