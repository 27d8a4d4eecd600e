import Model
import Testing

@testable import Steps

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
