import Foundation
import Model
import Reports
import Testing

@Suite("Diagnostics as JSON")
struct DiagnosticJSONTests {
    private static let diagnostic = Diagnostic(
        code: "E102", message: "there is no step `b,%`", place: Place(file: "a b.md", line: 3, column: 4), length: 2,
        sourceLine: "#| \"b\"", hint: "did you mean `c`?",
        related: [
            Diagnostic.Related(place: Place(file: "c.md", line: 1, column: 1), message: "here", sourceLine: "x"),
            Diagnostic.Related(place: Place(file: "d.md", line: 0, column: 0), message: "and here"),
        ])
    private static let whole = Diagnostic(
        code: "W101", severity: .warning, message: "m", place: Place(file: "e.md", line: 0, column: 0))

    @Test("json: one object, fields in order")
    func json() throws {
        let text = DiagnosticJSON.report([Self.diagnostic, Self.whole])
        #expect(
            text == #"{"errors":1,"warnings":1,"diagnostics":[{"code":"E102","severity":"error","#
                + #""message":"there is no step `b,%`","file":"a b.md","line":3,"column":4,"length":2,"#
                + ##""source":"#| \"b\"","hint":"did you mean `c`?","related":[{"message":"here","file":"c.md","##
                + #""line":1,"column":1},{"message":"and here","file":"d.md","line":0,"column":0}]},"#
                + #"{"code":"W101","severity":"warning","message":"m","file":"e.md","line":0,"column":0,"length":1}]}"#
                + "\n")
        let all = Diagnostic(
            code: "E1", message: "\u{1}\u{7F}\t\r\n\\\u{2028}é🚀", place: Place(file: "x", line: 1, column: 1))
        let parsed = try JSONSerialization.jsonObject(with: Data(DiagnosticJSON.report([all]).utf8)) as? [String: Any]
        let first = (parsed?["diagnostics"] as? [[String: Any]])?.first
        #expect(first?["message"] as? String == all.message)
    }

    @Test("sarif: rules, results, regions")
    func sarif() throws {
        let text = DiagnosticJSON.sarif([Self.diagnostic, Self.whole], version: "1.2")
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
}
