import Execution
import Model
import Testing

/// What is masked before anything is stored.
@Suite("Secrets in text")
struct RedactorTests {
    private func mask(_ secrets: String..., in text: String) -> String {
        let mask = Redactor()
        for secret in secrets { mask.add(secret) }
        return mask.mask(text)
    }

    @Test("the longest secret disappears whole, wherever and however often it stands")
    func longest() {
        #expect(mask("abcd", "abcdef", in: "abcdef-abcd-abcdeabcdef") == "***-***-***e***")
        #expect(mask("abcd", in: "nothing here") == "nothing here")
        #expect(mask("abcd", in: "") == "")
    }

    @Test("what stands behind a secret cannot hide it, though it melts into its last character")
    func combining() {
        #expect(mask("secret", in: "secret\u{301}") == "***\u{301}")
        #expect(mask("token\r", in: "token\r\n") == "***\n")
    }

    @Test("each line of a secret is masked on its own, short lines are not")
    func lines() {
        #expect(mask("first line\nab\nlast line", in: "x first line y ab z last line") == "x *** y ab z ***")
    }

    @Test("values shorter than four bytes are never masked")
    func short() {
        #expect(mask("abc", in: "abc") == "abc")
    }
}

/// What of a text may be a part of a secret.
@Suite("Secrets among outputs")
struct OutputSecretTests {
    /// With `a` secret and `b` declared.
    private func secrets(_ text: String) -> [String] {
        OutputText.read(Array(text.utf8)).secrets(["a": true, "b": false]).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("every value counts: replaced ones, those in malformed texts, and a block that broke off")
    func all() {
        #expect(secrets("a=1\na=2\n") == ["1", "2"])
        #expect(secrets("what is this\na=1") == ["1"])
        #expect(secrets("a<<END\n1\n2\nEND\nb=3\n") == ["1\n2"])
        #expect(secrets("a<<END\n1\n2") == ["1\n2"])
        #expect(secrets("") == [])
    }

    @Test("and so do lines after one that are no output: a value of several lines may have been written as one")
    func continued() {
        #expect(secrets("a=1\nline 2\nAb=Cd==\nb=x\nline 3\n") == ["1", "line 2", "Cd==", "Ab=Cd=="])
    }
}
