import Testing

@testable import Gates

/// jq programs, checked before anything runs.
@Suite("jq programs")
struct JQTests {
    @Test(
        "a good program has no fault", arguments: [".", "length > 2", ".a[0].b // false", "def f: 1; f", "# comment"])
    func good(program: String) {
        #expect(JQ.check(program) == nil)
    }

    @Test(
        "everyday programs are judged without compiling them",
        arguments: [
            "length > 2", ".a[0].b // false",
            "[.nodes[] | select(.up == true and (.name | test(\"^web\")))] | length >= 3",
            "{a: .b, \"c\": 1e3} | to_entries | map(.value) | add > -1.5e-3", ".[\"x y\"].z? | not # why",
            "limit(3; .[])",
            "if .a then .b elif .c then 1 else empty end", "try error(\"x\") catch .", ".. | numbers",
            "any(.[]; . > 1)",
        ])
    func plain(program: String) {
        #expect(JQScanner.isPlain(program))
        #expect(JQ.check(program) == nil)
        #expect((try? JQProgram(program)) != nil)
    }

    @Test(
        "of anything else only jq can tell",
        arguments: [
            "nosuch", "length(1)", "limit(1)", "$x", "@text", "\"\\(1)\"", "def f: 1; f", "a::b", "map(", ")", "\"",
            "\"\\", "1; 2", "import \"x\" as x; .", "map(.; .)", String(repeating: "(", count: 300),
        ])
    func notPlain(program: String) {
        #expect(!JQScanner.isPlain(program))
    }

    @Test("a program that runs for ever is ended, and can be run again")
    func endless() throws {
        let program = try JQProgram("if . == 1 then true else until(false; .) end")
        #expect(program.run(on: Array("2".utf8)) == .failed("no end"))
        #expect(program.run(on: Array("1".utf8)) == .holds)
        #expect(program.run(on: Array("3".utf8)) == .failed("no end"))
        #expect(program.run(on: Array("1".utf8)) == .holds)
    }

    @Test(
        "a fault is told in one line, without what only a shell would want",
        arguments: [
            (".foo bar", "syntax error, unexpected IDENT, expecting the end"),
            ("nosuch", "nosuch/0 is not defined"),
            ("1 |\n nosuch(2)", "nosuch/1 is not defined in line 2"),
            (".a +", "syntax error, unexpected the end"),
            ("$x", "$x is not defined"),
            ("length(1)", "length/1 is not defined"),
            ("lenght > 2", "lenght/0 is not defined"),
            (".a]", "syntax error, unexpected INVALID_CHARACTER, expecting the end"),
            (".a; .b", "syntax error, unexpected ';', expecting the end"),
            ("import \"./x\" as x; .", "module not found: ./x"),
            ("include \"x\"; .", "module not found: x"),
            ("import \"./x\" as $x; .", "module not found: ./x"),
            ("\"\\(nosuch)\"", "nosuch/0 is not defined"),
            (". as $x | $y", "$y is not defined"),
            ("a::b", "a::b/0 is not defined"),
            ("\0", "NUL in the program"),
        ])
    func bad(program: String, fault: String) {
        #expect(JQ.check(program) == fault)
    }
}
