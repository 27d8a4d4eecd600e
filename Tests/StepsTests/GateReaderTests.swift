import Testing

@testable import Model
@testable import Steps

@Suite("Gates")
struct GateReaderTests {
    /// The gates of one step with this `gate`.
    private func gates(_ yaml: String, _ extra: String = "") throws -> [Gate] {
        try runbook("```sh\n#| step: a\n\(extra)#| gate: \(yaml)\ntrue\n```\n").steps[0].gates
    }

    @Test("http with everything")
    func http() throws {
        let gate = try gates(
            #"{http: "https://a:8501/x", status: [200, 3xx, 500-503], jq: .ok, body: up, method: put, "#
                + #"headers: {X-Token: t, Accept: a}, data: d, ca: ca.pem, cert: c.pem, key: k.pem, insecure: true, "#
                + #"unix: /run/x.sock, name: n, within: 2m, every: 3s, stable: 4s, timeout: 6s}"#)[0]
        var wanted = HTTPQuestion(url: Template("https://a:8501/x"))
        wanted.status = [200...200, 300...399, 500...503]
        wanted.jq = ".ok"
        wanted.body = "up"
        wanted.method = "PUT"
        wanted.headers = [
            Header(name: "X-Token", value: Template("t")), Header(name: "Accept", value: Template("a")),
        ]
        wanted.data = Template("d")
        wanted.ca = Template("ca.pem")
        wanted.cert = Template("c.pem")
        wanted.key = Template("k.pem")
        wanted.insecure = true
        wanted.unix = Template("/run/x.sock")
        #expect(gate.question == .http(wanted))
        #expect(gate.name == "n")
        #expect(gate.within == .seconds(120))
        #expect(gate.every == .seconds(3))
        #expect(gate.stable == .seconds(4))
        #expect(gate.timeout == .seconds(6))
    }

    @Test("the other kinds")
    func kinds() throws {
        var dns = DNSQuestion<Template>(name: Template("consul.service.consul"))
        dns.server = Template("127.0.0.1:8600")
        dns.type = "SRV"
        dns.min = 3
        var promql = PromQLQuestion<Template>(query: Template("up"), url: Template("http://p:9090"))
        promql.comparison = .atLeast
        promql.bound = 3
        let found = try gates(
            #"[{tcp: "[::1]:80"}, {command: "x y", stdout: ok}, z, {dns: consul.service.consul, "#
                + #"server: "127.0.0.1:8600", type: srv, min: 3}, {file: f, contains: c}, {log: "ready$"}, "#
                + #"{promql: up, url: "http://p:9090", is: ">= 3"}, {process: }]"#, "#| service: true\n")
        #expect(
            found.map(\.question) == [
                .tcp(Template("[::1]:80")), .command(Template("x y"), stdout: "ok"),
                .command(Template("z"), stdout: nil), .dns(dns), .file(Template("f"), contains: "c"), .log("ready$"),
                .promql(promql), .process,
            ])
    }

    @Test("a URL that begins with an output is left to the probe")
    func unknownURL() throws {
        let runbook = try runbook(
            """
            ```sh
            #| step: a
            #| outputs: [url, host]
            true
            ```

            ```sh
            #| step: b
            #| gate: [{http: "${a.url}"}, {http: "http://${a.host}:80/x"}, {tcp: "${a.host}:80"}]
            ```
            """)
        #expect(try runbook.step("b").gates.count == 3)
    }

    @Test("a jq program is checked once, however often it stands there")
    func jqOnce() throws {
        let sample = try Sample([
            "runbook.md": (0..<5).map { "```sh\n#| step: s\($0)\n#| gate: {http: \"http://a\", jq: .x}\n```\n" }
                .joined(separator: "\n")
        ])
        let counter = Counter()
        sample.checks = LoadChecks(jq: { _ in
            counter.count += 1
            return nil
        })
        #expect(try sample.runbook().steps.count == 5)
        #expect(counter.count == 1)
    }

    private final class Counter {
        var count = 0
    }

    @Test(
        "comparisons of promql gates",
        arguments: [
            ("== 1", .equal, 1), ("!=0", .notEqual, 0), (">= 0.5", .atLeast, 0.5), ("<= -1", .atMost, -1),
            ("> 1e3", .greater, 1_000), ("<2", .less, 2),
        ] as [(String, Comparison, Double)])
    func comparison(text: String, comparison: Comparison, bound: Double) throws {
        let found = try #require(GateQuestionReader.comparison(text))
        #expect(found.0 == comparison)
        #expect(found.1 == bound)
    }
}
