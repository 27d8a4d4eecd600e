import CCurl
import Execution
import Glibc
import Testing

@testable import Gates

/// Answers are one short line, whatever the outside world says.
@Suite("words of answers")
struct AnswerTextTests {
    @Test(
        "line ends and blanks become one space, control characters go",
        arguments: [
            ("a\nb", "a b"), ("a \t\r\n b", "a b"), ("\u{1b}[31mred\u{7}", "[31mred"), ("  a  ", "a"), ("", ""),
            ("a  b", "a b"), ("a ", "a"), (" a", "a"), (" ", ""), ("a b~", "a b~"), ("a\u{7f}", "a"),
            ("\n", ""),
            ("a\u{2028}b\u{202e}c\u{200b}", "a bc"), ("zwölf ≥ 3 ✓", "zwölf ≥ 3 ✓"),
        ])
    func cleaned(text: String, expected: String) {
        #expect(AnswerText.clean(text) == expected)
    }

    @Test("a long answer is cut to 200 characters")
    func cut() {
        let long = String(repeating: "x", count: 100_000)
        #expect(AnswerText.clean(long) == String(repeating: "x", count: 199) + "…")
        #expect(AnswerText.clean(String(repeating: "x", count: 200)).count == 200)
        // Marks on marks are one character to people and a lot of bytes to everybody else.
        #expect(AnswerText.clean("e" + String(repeating: "\u{301}", count: 100_000)).utf8.count < 4000)
    }

    @Test("a late refusal of TLS 1.3 is told as one")
    func lateAlert() {
        let detail = "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0"
        let fault = TransferFault(code: CURLE_RECV_ERROR, system: 0, detail: detail, status: 0)
        #expect(fault.text == "TLS: tlsv13 alert certificate required")
        let reset = TransferFault(code: CURLE_RECV_ERROR, system: ECONNRESET, detail: "Recv failure", status: 200)
        #expect(reset.text == "200, connection reset")
    }

    @Test(
        "what the system says of a connection has words",
        arguments: [
            (ECONNREFUSED, "refused"), (EHOSTUNREACH, "no route to host"), (ENETUNREACH, "network unreachable"),
            (ECONNRESET, "connection reset"), (EACCES, "no permission"), (EMFILE, "too many open files"),
            (ENOENT, "no such socket"),
        ])
    func system(code: Int32, text: String) {
        #expect(TransferFault.connecting(code) == text)
    }
}
