import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// `promql` gates against a server that answers as Prometheus does.
@Suite("promql gates")
struct PromQLTests {
    private func vector(_ values: [String]) -> String {
        let series = values.map { #"{"metric":{"job":"x"},"value":[1435781451.781,"\#($0)"]}"# }
        return #"{"status":"success","data":{"resultType":"vector","result":[\#(series.joined(separator: ","))]}}"#
    }

    private func ask(
        _ reply: HTTPServer.Reply, _ comparison: Comparison? = nil, _ bound: Double? = nil, query: String = "up",
        path: String = ""
    ) throws -> (Answer, [HTTPServer.Request]) {
        let server = try HTTPServer { _ in reply }
        defer { server.stop() }
        var question = PromQLQuestion(query: query, url: server.url(path))
        question.comparison = comparison
        question.bound = bound
        return (try Asker().ask(.promql(question)), server.requests)
    }

    @Test(
        "the comparison must hold for every sample, of which there is at least one",
        arguments: [
            (["1", "1", "1"], .atLeast, 1, "3 of 3 samples >= 1", true),
            (["1", "0", "1"], .atLeast, 1, "2 of 3 samples >= 1 (0)", false),
            (["2"], .atLeast, 3, "0 of 1 sample >= 3 (2)", false),
            (["3"], .atLeast, 3, "1 of 1 sample >= 3", true),
            ([], .atLeast, 1, "no samples", false),
            ([], .less, 1, "no samples", false),
            (["0.5"], .less, 0.75, "1 of 1 sample < 0.75", true),
            (["1e3"], .equal, 1000, "1 of 1 sample == 1000", true),
            (["-1"], .atMost, 0, "1 of 1 sample <= 0", true),
            (["+Inf"], .greater, 5, "1 of 1 sample > 5", true),
            (["-Inf"], .greater, 5, "0 of 1 sample > 5 (-Inf)", false),
            (["NaN"], .notEqual, 0, "0 of 1 sample != 0 (NaN)", false),
            (["NaN"], .less, 1, "0 of 1 sample < 1 (NaN)", false),
            (["1"], .notEqual, 0, "1 of 1 sample != 0", true),
            (["words"], .notEqual, 0, "0 of 1 sample != 0 (words)", false),
        ] as [([String], Comparison, Double, String, Bool)])
    func compared(values: [String], comparison: Comparison, bound: Double, text: String, holds: Bool) throws {
        let (answer, _) = try ask(.answer(200, vector(values)), comparison, bound)
        #expect(answer == Answer(holds: holds, text: text))
    }

    @Test("without a comparison, a sample is enough")
    func present() throws {
        #expect(try ask(.answer(200, vector(["0"]))).0 == Answer(holds: true, text: "1 sample"))
        #expect(try ask(.answer(200, vector(["0", "NaN"]))).0 == Answer(holds: true, text: "2 samples"))
        #expect(try ask(.answer(200, vector([]))).0 == Answer(holds: false, text: "no samples"))
    }

    @Test("a scalar is one sample")
    func scalar() throws {
        let body = #"{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"4"]}}"#
        #expect(try ask(.answer(200, body), .equal, 4).0 == Answer(holds: true, text: "1 of 1 sample == 4"))
    }

    @Test(
        "anything else is told apart",
        arguments: [
            (
                200, #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
                "200, matrix in place of samples"
            ),
            (200, #"{"status":"success"}"#, "200, not an answer of Prometheus"),
            (200, "<html>", "200, not an answer of Prometheus"),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1]}]}}"#,
                "200, not an answer of Prometheus"
            ),
            (503, "Service Unavailable", "503"),
            (302, "", "302"),
            (
                400, #"{"status":"error","errorType":"bad_data","error":"1:4: parse error:\nunexpected end"}"#,
                "400, bad_data: 1:4: parse error: unexpected end"
            ),
        ])
    func others(status: Int, body: String, text: String) throws {
        #expect(try ask(.answer(status, body), .atLeast, 1).0 == Answer(holds: false, text: text))
    }

    @Test("the query is part of the address, whatever it contains; the base may end in a slash or have a path")
    func request() throws {
        let query = #"sum by (job) (up{job=~"a|b"}) + 1 & x=ü"#
        let encoded = "sum%20by%20%28job%29%20%28up%7Bjob%3D~%22a%7Cb%22%7D%29%20%2B%201%20%26%20x%3D%C3%BC"
        for (path, prefix) in [("", ""), ("/", ""), ("/prom/", "/prom")] {
            let (_, requests) = try ask(.answer(200, vector(["1"])), query: query, path: path)
            #expect(requests.map(\.method) == ["GET"])
            #expect(requests.map(\.target) == ["\(prefix)/api/v1/query?query=\(encoded)"])
        }
    }

    @Test("a query too long for an address is posted")
    func long() throws {
        let query = "up + " + Array(repeating: "1", count: 2000).joined(separator: "+")
        let (answer, requests) = try ask(.answer(200, vector(["1"])), query: query)
        #expect(answer.holds)
        #expect(requests.map(\.method) == ["POST"])
        #expect(requests.map(\.target) == ["/api/v1/query"])
        #expect(requests.first?.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(requests.map(\.body) == ["query=\(PromQLVerdict.encoded(query))"])
    }

    @Test("a server that is not there: refused")
    func refused() throws {
        let (socket, port) = try Socket.deaf()
        defer { close(socket.descriptor) }
        let question = PromQLQuestion(query: "up", url: "http://127.0.0.1:\(port)")
        #expect(try Asker().ask(.promql(question)) == Answer(holds: false, text: "refused"))
        #expect(try Asker().ask(.promql(PromQLQuestion(query: "up", url: ""))) == Answer(holds: false, text: "bad URL"))
    }
}
