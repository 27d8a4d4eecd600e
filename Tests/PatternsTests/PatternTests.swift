import Patterns
import Testing

@Suite("Regular expressions")
struct PatternTests {
    private func verdict(_ pattern: String, _ text: String, _ extent: Pattern.Extent = .part) throws -> Pattern.Verdict
    {
        try Pattern(pattern, extent).search(text)
    }

    @Test(
        "match somewhere, and `^` and `$` at every line, whatever ends it",
        arguments: [
            ("b", "abc"), ("^b$", "a\nb\nc"), ("^b$", "a\r\nb\r\n"), ("^b$", "a\u{2028}b\u{85}c"), (#"^b\d+$"#, "b12"),
            (#"a\nb"#, "a\nb"), ("", ""), ("^$", "a\n\nb"), ("é+", "caféé"), (#"^\w+$"#, "größe"), ("(?i)Ä", "ä"),
            (#"(?<name>x)\k<name>"#, "axxb"), (#"[[:digit:]]{3}"#, "a123"), (#"\d"#, "٣"), ("a.c", "aüc"),
        ])
    func matching(_ pattern: String, _ text: String) throws {
        #expect(try verdict(pattern, text) == .match)
    }

    @Test(
        "do not match",
        arguments: [("^b", "ab"), ("a.b", "a\nb"), ("a.b", "a\rb"), ("x", ""), ("port = 81", "port = 80")])
    func mismatching(_ pattern: String, _ text: String) throws {
        #expect(try verdict(pattern, text) == .noMatch)
    }

    @Test("match a value as a whole, alternatives included, and no line of it alone")
    func whole() throws {
        #expect(try verdict("a|ab", "ab", .whole) == .match)
        #expect(try verdict("[a-z]+", "abc1", .whole) == .noMatch)
        #expect(try verdict("[a-z]+", "abc\n", .whole) == .noMatch)
        #expect(try verdict("abc", "xabcx", .whole) == .noMatch)
        #expect(try verdict("abc", "abc", .whole) == .match)
        #expect(try verdict("", "", .whole) == .match)
    }

    @Test("take bytes that are not UTF-8 for one unknown character, and find what stands around them")
    func bytes() throws {
        let text: [UInt8] = [0xFF, 0x61, 0xFE, 0x62, 0xC3]
        #expect(try Pattern("^.a.b.$").search(text) == .match)
        #expect(try Pattern("a\u{FFFD}b(?=.)").search(text) == .match)
        #expect(try Pattern("b").search(text) == .match)
        #expect(try Pattern("c+").search(text) == .noMatch)
        #expect(try Pattern(#"a\x00b"#).search([0x61, 0, 0x62]) == .match)
    }

    @Test(
        "give up what would take for ever",
        arguments: [
            ("(a+)+$", String(repeating: "a", count: 64) + "b"), ("(a|aa)+$", String(repeating: "a", count: 200) + "b"),
            // Every place begins anew, and reads all of the rest.
            ("a*b[xy]", String(repeating: "a", count: 200_000) + "b"),
            ("(?:.*,){20}[xy]", String(repeating: ",", count: 300)),
            ("(x+x+)+y[z0]", String(repeating: "x", count: 100) + "y"),
        ])
    func patience(_ pattern: String, _ text: String) throws {
        let verdict = try verdict(pattern, text)
        #expect(verdict == .tooSlow)
    }

    @Test("search long text without giving up, where each part of it is soon done with")
    func long() throws {
        let text = String(repeating: "2026-11-28 level=info msg=\"all is well\" took=12ms\n", count: 100_000)
        #expect(try verdict(#"^\S+ level=(warn|error) .*took=\d+s$"#, text) == .noMatch)
        #expect(try verdict(#"[a-z]+=\d+h"#, text) == .noMatch)
        #expect(try verdict(#"took=\d+ms\n\z"#, text) == .match)
    }

    @Test(
        "say why they do not compile",
        arguments: [
            ("[a", "a `[` is not closed"), ("(", "a `(` is not closed"), ("a)", "a `)` closes nothing"),
            (#"x\"#, #"it ends in a lone `\`"#), ("*", "`*` has nothing to repeat"),
            ("a{3,1}", "numbers out of order in {} quantifier, after `a{3,1`"),
        ])
    func problems(_ pattern: String, _ message: String) throws {
        let problem = #expect(throws: Pattern.Problem.self) { try Pattern(pattern) }
        #expect(problem?.message.hasPrefix(message) == true, "\(problem?.message ?? "")")
    }

    @Test("escape a text so that it matches itself and nothing else")
    func escaping() throws {
        let text = (32..<127).map { String(UnicodeScalar(UInt8($0))) }.joined() + "é\n"
        #expect(Pattern.escaped("a.b/c") == #"a\.b\/c"#)
        #expect(try verdict(Pattern.escaped(text), text, .whole) == .match)
        #expect(try verdict(Pattern.escaped("a.b"), "axb", .whole) == .noMatch)
    }
}
