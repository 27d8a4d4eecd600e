import Model
import Testing

@testable import Gates

/// What a gate waits for, in a few words.
@Suite("expectations")
struct ExpectationTests {
    @Test("an http question names statuses and conditions")
    func http() {
        var question = HTTPQuestion(url: "http://x/")
        #expect(Expectation.describe(.http(question)) == "200–299")
        question.status = [200...200, 429...429]
        question.jq = "length > 2"
        question.body = "a\nb"
        #expect(Expectation.describe(.http(question)) == "200 or 429 and jq length > 2 and body a b")
    }

    @Test(
        "the other kinds",
        arguments: [
            (Probe.tcp("x:1"), "open"), (.command("x", stdout: nil), "exit 0"),
            (.command("x", stdout: "up"), "exit 0 and output up"), (.file("x", contains: nil), "present"),
            (.file("x", contains: "y"), "present and y"), (.log("ready"), "line ready"), (.process, "alive"),
        ])
    func others(question: Probe, text: String) {
        #expect(Expectation.describe(question) == text)
    }

    @Test("dns and promql name their numbers")
    func numbers() {
        var dns = DNSQuestion(name: "x")
        #expect(Expectation.describe(.dns(dns)) == "A answer")
        dns.min = 3
        dns.type = "SRV"
        #expect(Expectation.describe(.dns(dns)) == "3 SRV answers")
        var promql = PromQLQuestion(query: "up", url: "http://x")
        #expect(Expectation.describe(.promql(promql)) == "a sample")
        promql.comparison = .atLeast
        promql.bound = 3
        #expect(Expectation.describe(.promql(promql)) == "every sample >= 3")
    }
}
