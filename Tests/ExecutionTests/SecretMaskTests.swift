import Execution
import Steps
import Testing

/// What is masked before anything is stored.
@Suite("Secret mask")
struct SecretMaskTests {
    private func mask(_ secrets: String..., in text: String) -> String {
        let mask = SecretMask()
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

/// What a failed attempt left behind as outputs.
@Suite("Remnants of outputs")
struct OutputRemnantTests {
    private func remnants(_ text: String) -> [String] {
        OutputText.remnants(Array(text.utf8)).map { "\($0.name)=\($0.value)" }
    }

    @Test("every value counts: replaced ones, those in malformed texts, and a block that broke off")
    func all() {
        #expect(remnants("a=1\na=2\n") == ["a=1", "a=2"])
        #expect(remnants("what is this\na=1") == ["a=1"])
        #expect(remnants("a<<END\n1\n2\nEND\nb=3\n") == ["a=1\n2", "b=3"])
        #expect(remnants("a<<END\n1\n2") == ["a=1\n2"])
        #expect(remnants("") == [])
    }
}
