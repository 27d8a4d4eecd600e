import Testing

@testable import Model
@testable import Steps

/// Each shell has its own way of naming a place.
@Suite struct ShellComplaintTests {
    @Test(
        "the line and the words are taken out of what a shell says",
        arguments: [
            (
                "/t/1: line 3: syntax error near unexpected token `fi'\n/t/1: line 3: `fi'\n", 3,
                "syntax error near unexpected token `fi'"
            ),
            ("/t/1: 3: Syntax error: \"fi\" unexpected\n", 3, "Syntax error: \"fi\" unexpected"),
            ("/t/1:12: parse error near `fi'\n", 12, "parse error near `fi'"),
            ("mksh: /t/1[3]: syntax error: 'fi' unexpected\n", 3, "syntax error: 'fi' unexpected"),
            ("/t/1: syntax error at line 3: `fi' unexpected\n", 3, "syntax error at line 3: `fi' unexpected"),
            ("/t/1: line 2: syntax error: unexpected \"fi\"\n", 2, "syntax error: unexpected \"fi\""),
            ("/t/1: cannot be read\n", nil, "cannot be read"), ("no such thing\n", nil, "no such thing"),
            ("", nil, "no word about why"), ("/t/1: 2 errors", nil, "2 errors"),
        ] as [(String, Int?, String)])
    func parts(text: String, line: Int?, words: String) {
        let complaint = ShellComplaint(text, path: "/t/1")
        #expect(complaint.line == line && complaint.words == words, "\(complaint)")
    }
}
