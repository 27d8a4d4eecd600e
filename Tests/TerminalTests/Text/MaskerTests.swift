import Testing

@testable import Terminal

@Suite("Masker")
struct MaskerTests {
    private func masker(_ secrets: String...) -> Masker {
        let masker = Masker()
        masker.add(secrets)
        return masker
    }

    @Test("replaces every occurrence, the longest value first")
    func longestFirst() {
        let masker = masker("hunter22", "hunter22-extended")
        #expect(masker.mask("a hunter22 b hunter22-extended c hunter22") == "a *** b *** c ***")
    }

    @Test("of overlapping values nothing is left over")
    func overlapping() {
        #expect(masker("abcdef", "defghi").mask("xabcdefghiy") == "x***y")
        #expect(masker("aaaa").mask("baaaaaaab") == "b***b")
    }

    @Test("values shorter than four bytes are not masked")
    func short() {
        let masker = masker("abc", "")
        #expect(masker.mask("abc") == "abc")
        #expect(masker.isEmpty)
    }

    @Test("each longer line of a value of several lines is masked on its own")
    func lines() {
        let masker = masker("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n}\nok\n")
        #expect(masker.mask("key: MIIEvQIBADANBgkq }") == "key: *** }")
        #expect(masker.mask("ok") == "ok")
    }

    @Test("a value is found after escape sequences that broke it up are gone")
    func brokenUp() {
        let display = Display(masker: masker("sesame-open"))
        #expect(display.line("x ses\u{1B}[1mame\u{1B}[0m-open y") == "x *** y")
    }

    @Test("a value with control characters is found in its sanitized form")
    func controlCharacters() {
        let display = Display(masker: masker("ab\u{01}cd\tef"))
        #expect(display.line("<ab\u{01}cd\tef>") == "<***>")
        #expect(display.text("<ab\u{01}cd\tef>") == "<***>")
    }

    @Test("values can be added while it is used, and stand next to other bytes")
    func growing() {
        let masker = masker("first-secret")
        #expect(masker.mask("second-secret") == "second-secret")
        masker.add("second-secret")
        masker.add("schlüßel")
        #expect(masker.mask("ä second-secret first-secret schlüßel ö") == "ä *** *** *** ö")
    }
}
