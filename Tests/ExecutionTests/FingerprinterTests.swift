import Execution
import Model
import Testing

/// What of a script counts when it is asked whether a step was edited.
@Suite("Fingerprints")
struct FingerprinterTests {
    private final class NoBox: SecretBox {
        func prepare() throws(JournalError) {}
        func seal(bytes: [UInt8]) throws(JournalError) -> [UInt8] { bytes }
        func bytes(of sealed: [UInt8]) throws(JournalError) -> [UInt8] { sealed }
        func digest(_ text: String) throws(JournalError) -> String { text }
    }

    private func fingerprint(_ body: String, prelude: String = "") throws -> Fingerprint? {
        let runbook = Fixture.runbook([Fixture.step("a", body: body) { $0.prelude = prelude }])
        return try Fingerprinter(runbook: runbook, values: Values(box: NoBox())).fingerprint(0)
    }

    @Test(
        "blanks at the ends of lines count: in here-documents, and behind a backslash",
        arguments: [
            ("cat <<X\na  \nX\n", "cat <<X\na\nX\n"), ("a \\ \nb\n", "a \\\nb\n"), ("a\t\n", "a\n"), ("a\r\n", "a\n"),
        ])
    func blanks(body: String, edited: String) throws {
        #expect(try fingerprint(body) != fingerprint(edited))
        #expect(try fingerprint("true", prelude: body) != fingerprint("true", prelude: edited))
    }

    @Test("line ends at the end of the script do not count")
    func end() throws { #expect(try fingerprint("a\nb\n\n\n") == fingerprint("a\nb")) }
}
