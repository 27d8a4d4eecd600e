import Foundation
import Testing

@testable import Steps

@Suite("Diagnostics as text")
struct DiagnosticRendererTests {
    private static let diagnostic = Diagnostic(
        code: "E102", message: "there is no step `b,%`", place: Place(file: "a b.md", line: 3, column: 4), length: 2,
        sourceLine: "#| \"b\"", hint: "did you mean `c`?",
        related: [
            Diagnostic.Related(place: Place(file: "c.md", line: 1, column: 1), message: "here", sourceLine: "x"),
            Diagnostic.Related(place: Place(file: "d.md", line: 0, column: 0), message: "and here"),
        ])
    private static let whole = Diagnostic(
        code: "W101", severity: .warning, message: "m", place: Place(file: "e.md", line: 0, column: 0))

    @Test("text: place, source line, caret, hint, related places")
    func text() {
        #expect(
            DiagnosticRenderer.text([Self.diagnostic, Self.whole]) == """
                a b.md:3:4: error[E102]: there is no step `b,%`
                    #| "b"
                       ^~
                    hint: did you mean `c`?
                  c.md:1:1: note: here
                    x
                    ^
                  d.md: note: and here
                e.md: warning[W101]: m

                """)
        #expect(DiagnosticRenderer.text([]) == "")
        #expect(DiagnosticRenderer.summary([Self.diagnostic, Self.whole, Self.whole]) == "1 error, 2 warnings")
        #expect(DiagnosticRenderer.summary([]) == "")
    }

    @Test("colour changes nothing but colour")
    func color() {
        let colored = DiagnosticRenderer.text([Self.diagnostic, Self.whole], color: true)
        #expect(colored.contains("\u{1B}[1;31merror[E102]:\u{1B}[0m"))
        let plain = colored.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(plain == DiagnosticRenderer.text([Self.diagnostic, Self.whole]))
    }

    @Test("the caret stands under the right characters")
    func caret() {
        func lines(_ line: String, _ column: Int, _ length: Int) -> [String] {
            let snippet = Snippet(line: line, column: column, length: length)
            return [snippet.text, snippet.indent + snippet.caret]
        }
        #expect(lines("abc", 2, 1) == ["abc", " ^"])
        #expect(lines("a\tbc", 3, 2) == ["a\tbc", " \t^~"])
        #expect(lines("日本x", 3, 1) == ["日本x", "    ^"])
        #expect(lines("日本x", 1, 2) == ["日本x", "^~~~"])
        #expect(lines("e\u{301}x", 3, 1) == ["e\u{301}x", " ^"])
        #expect(lines("🚀x", 2, 5) == ["🚀x", "  ^"])
        #expect(lines("ab", 3, 1) == ["ab", "  ^"])
        #expect(lines("", 1, 1) == ["", "^"])
        #expect(lines("ab", 99, 1) == ["ab", "  ^"])
    }

    @Test("a terminal is not steered by what a file contains, and long lines are cut")
    func terminal() {
        #expect(Snippet(line: "a\u{1B}[31mb", column: 7, length: 1).text == "a\u{FFFD}[31mb")
        #expect(Snippet.printable("a\u{1B}]0;x\u{7}\u{202E}b\nc") == "a\u{FFFD}]0;x\u{FFFD}\u{FFFD}b c")
        let long = Snippet(
            line: String(repeating: "x", count: 5_000) + "Y" + String(repeating: "z", count: 5_000), column: 5_001,
            length: 1)
        #expect(long.text.count < 200)
        #expect(Array(long.text)[long.indent.count] == "Y")
    }

    @Test("json: one object, fields in order")
    func json() throws {
        let text = DiagnosticRenderer.json([Self.diagnostic, Self.whole])
        #expect(
            text == #"{"errors":1,"warnings":1,"diagnostics":[{"code":"E102","severity":"error","#
                + #""message":"there is no step `b,%`","file":"a b.md","line":3,"column":4,"length":2,"#
                + ##""source":"#| \"b\"","hint":"did you mean `c`?","related":[{"message":"here","file":"c.md","##
                + #""line":1,"column":1},{"message":"and here","file":"d.md","line":0,"column":0}]},"#
                + #"{"code":"W101","severity":"warning","message":"m","file":"e.md","line":0,"column":0,"length":1}]}"#
                + "\n")
        let all = Diagnostic(
            code: "E1", message: "\u{1}\u{7F}\t\r\n\\\u{2028}é🚀", place: Place(file: "x", line: 1, column: 1))
        let parsed = try JSONSerialization.jsonObject(with: Data(DiagnosticRenderer.json([all]).utf8)) as? [String: Any]
        let first = (parsed?["diagnostics"] as? [[String: Any]])?.first
        #expect(first?["message"] as? String == all.message)
    }

    @Test("github: one command a finding, escaped")
    func github() {
        #expect(
            DiagnosticRenderer.github([Self.diagnostic, Self.whole]) == """
                ::error file=a b.md,line=3,col=4,endColumn=6,title=E102::there is no step `b,%25`%0Ahint: did you mean \
                `c`?%0Ac.md:1:1: here%0Ad.md: and here
                ::warning file=e.md,title=W101::m

                """)
    }

    @Test("sarif: rules, results, regions")
    func sarif() throws {
        let text = DiagnosticRenderer.sarif([Self.diagnostic, Self.whole], version: "1.2")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(root["version"] as? String == "2.1.0")
        let run = try #require((root["runs"] as? [[String: Any]])?.first)
        let driver = (run["tool"] as? [String: Any])?["driver"] as? [String: Any]
        #expect(driver?["version"] as? String == "1.2")
        #expect((driver?["rules"] as? [[String: Any]])?.map { $0["id"] as? String } == ["E102", "W101"])
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
        let location = (results[0]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
        #expect((location?["artifactLocation"] as? [String: Any])?["uri"] as? String == "a%20b.md")
        let region = location?["region"] as? [String: Int]
        #expect(region == ["startLine": 3, "startColumn": 4, "endColumn": 6])
        #expect((results[0]["relatedLocations"] as? [[String: Any]])?.count == 2)
    }

    @Test("every code has a sentence of its own, and the severity of its letter")
    func codes() {
        let summaries = DiagnosticCode.allCases.map(\.summary)
        #expect(Set(summaries).count == summaries.count)
        #expect(summaries.allSatisfy { $0.hasSuffix(".") })
        for code in DiagnosticCode.allCases {
            #expect(code.severity == (code.rawValue.first == "W" ? .warning : .error))
        }
    }
}

@Suite("Did you mean")
struct SuggestionTests {
    @Test(
        "close names are found, far ones are not",
        arguments: [
            ("neds", "needs"), ("gate", nil), ("gaet", "gate"), ("confrim", "confirm"), ("x", nil),
            ("timeot", "timeout"),
            ("completely", nil), ("", nil),
        ] as [(String, String?)])
    func nearest(name: String, wanted: String?) {
        #expect(Suggestion.nearest(to: name, among: ["needs", "gate", "confirm", "timeout"]) == wanted)
    }

    @Test(
        "keys are also known by what other tools call them",
        arguments: [
            ("depends_on: [b]", "needs"), ("retry: 3", "retries"), ("if: true", "when"), ("cwd: /", "dir"),
            ("healthcheck: true", "gate"), ("gate: {exec: 'true'}", "command"),
            ("gate: {tcp: '127.0.0.1:1', interval: 1s}", "every"),
        ])
    func foreign(line: String, wanted: String) throws {
        let sample = try Sample(["r.md": "---\nrunbook: r\n---\n```bash\n#| step: a\n#| \(line)\ntrue\n```\n"])
        let hints = sample.load("r.md").diagnostics.map(\.hint)
        #expect(hints == ["it is called `\(wanted)` here"])
    }

    @Test("the nearest wins, and of two equally near the first")
    func order() {
        #expect(Suggestion.nearest(to: "consul-3", among: ["consol-4", "consul-1", "consul-2"]) == "consul-1")
    }

    @Test("distance counts a swap of neighbours as one edit and gives up at the limit")
    func distance() {
        func distance(_ left: String, _ right: String, _ limit: Int) -> Int? {
            Suggestion.distance(Array(left.utf8), Array(right.utf8), limit: limit)
        }
        #expect(distance("step", "setp", 3) == 1)
        #expect(distance("abc", "abc", 0) == 0)
        #expect(distance("kitten", "sitting", 3) == 3)
        #expect(distance("kitten", "sitting", 2) == nil)
        #expect(distance("", "abc", 3) == 3)
    }
}
