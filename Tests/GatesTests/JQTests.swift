import Testing

@testable import Gates

/// jq programs, checked before anything runs.
@Suite("jq programs")
struct JQTests {
    @Test("a good program has no fault", arguments: [".", "length > 2", ".a[0].b // false", "def f: 1; f", "# comment"])
    func good(program: String) {
        #expect(JQ.check(program) == nil)
    }

    @Test("a fault is told in one line, without what only a shell would want", arguments: [
        (".foo bar", "syntax error, unexpected IDENT, expecting the end"),
        ("nosuch", "nosuch/0 is not defined"),
        ("1 |\n nosuch(2)", "nosuch/1 is not defined in line 2"),
        (".a +", "syntax error, unexpected the end"),
        ("$x", "$x is not defined"),
    ])
    func bad(program: String, fault: String) {
        #expect(JQ.check(program) == fault)
    }
}
