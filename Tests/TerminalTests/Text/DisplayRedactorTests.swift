import Execution
import Testing

@testable import Terminal

@Suite("Secrets in what is shown")
struct DisplayRedactorTests {
    private func redactor(_ secrets: String...) -> Redactor {
        let redactor = Redactor.forDisplay()
        redactor.add(secrets)
        return redactor
    }

    @Test("replaces every occurrence, the longest value first")
    func longestFirst() {
        let redactor = redactor("hunter22", "hunter22-extended")
        #expect(redactor.mask("a hunter22 b hunter22-extended c hunter22") == "a *** b *** c ***")
    }

    @Test("of overlapping values nothing is left over")
    func overlapping() {
        #expect(redactor("abcdef", "defghi").mask("xabcdefghiy") == "x***y")
        #expect(redactor("aaaa").mask("baaaaaaab") == "b***b")
    }

    @Test("values shorter than four bytes are not masked")
    func short() {
        let redactor = redactor("abc", "")
        #expect(redactor.mask("abc") == "abc")
        #expect(redactor.isEmpty)
    }

    @Test("each longer line of a value of several lines is masked on its own")
    func lines() {
        let redactor = redactor("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n}\nok\n")
        #expect(redactor.mask("key: MIIEvQIBADANBgkq }") == "key: *** }")
        #expect(redactor.mask("ok") == "ok")
    }

    @Test("a value is found after escape sequences that broke it up are gone")
    func brokenUp() {
        let display = Display(redactor: redactor("sesame-open"))
        #expect(display.line("x ses\u{1B}[1mame\u{1B}[0m-open y") == "x *** y")
    }

    @Test("a value with control characters is found in its sanitized form")
    func controlCharacters() {
        let display = Display(redactor: redactor("ab\u{01}cd\tef"))
        #expect(display.line("<ab\u{01}cd\tef>") == "<***>")
        #expect(display.text("<ab\u{01}cd\tef>") == "<***>")
    }

    @Test("values can be added while it is used, and stand next to other bytes")
    func growing() {
        let redactor = redactor("first-secret")
        #expect(redactor.mask("second-secret") == "second-secret")
        redactor.add("second-secret")
        redactor.add("schlüßel")
        #expect(redactor.mask("ä second-secret first-secret schlüßel ö") == "ä *** *** *** ö")
    }
}
