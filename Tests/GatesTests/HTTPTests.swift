import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// `http` gates against a server inside the test process.
@Suite("http gates")
struct HTTPTests {
    private let asker = Asker()

    private func ask(
        _ reply: HTTPServer.Reply, timeout: Double = 10, _ change: (inout HTTPQuestion<String>) -> Void = { _ in }
    ) throws -> Answer {
        let server = try HTTPServer { _ in reply }
        defer { server.stop() }
        var question = HTTPQuestion(url: server.url())
        change(&question)
        return try asker.ask(.http(question), timeout: timeout)
    }

    @Test("any 2xx holds, and the answer is the status")
    func accepted() throws {
        #expect(try ask(.answer(200, "hello")) == Answer(holds: true, text: "200"))
        #expect(try ask(.answer(204, "")) == Answer(holds: true, text: "204"))
    }

    @Test("another status does not hold")
    func unavailable() throws {
        #expect(try ask(.answer(503, "sealed")) == Answer(holds: false, text: "503"))
    }

    @Test("a redirect is not followed: it is just its status")
    func redirect() throws {
        let reply = HTTPServer.Reply.answer(301, "", headers: ["Location: http://127.0.0.1:1/"])
        #expect(try ask(reply) == Answer(holds: false, text: "301"))
        #expect(try ask(reply) { $0.status = [300...399] } == Answer(holds: true, text: "301"))
    }

    @Test("the accepted statuses can be any ranges")
    func ranges() throws {
        #expect(try ask(.answer(429, "")) { $0.status = [200...200, 429...429] }.holds)
        #expect(try !ask(.answer(201, "")) { $0.status = [200...200, 429...429] }.holds)
    }

    @Test(
        "jq judges the last value of the program",
        arguments: [
            (".ok", "200", true), (".voters | length > 2", "200", true), (".no", "200, jq false", false),
            (".missing", "200, jq null", false), ("empty", "200, jq gave nothing", false),
            (".ok, .no", "200, jq false", false), (".no, .ok", "200", true), ("0", "200", true),
            (".ok.inner", "200, jq: Cannot index boolean with string \"inner\"", false),
            ("halt", "200, jq: the program halted", false),
            ("error({a: 1})", "200, jq: {\"a\":1}", false),
            ("repeat(1)", "200, jq: no end after 100000 values", false),
            ("[1", "200, bad jq program: syntax error, unexpected the end", false),
        ])
    func jq(program: String, text: String, holds: Bool) throws {
        let body = #"{"ok": true, "no": false, "voters": [1, 2, 3]}"#
        let answer = try ask(.answer(200, body)) { $0.jq = program }
        #expect(answer == Answer(holds: holds, text: text))
    }

    @Test(
        "a body that is not JSON is told from one that is not as wished",
        arguments: [
            "<html>", "", "{\"a\":", "{} {}",
        ])
    func notJSON(body: String) throws {
        #expect(try ask(.answer(200, body)) { $0.jq = "." } == Answer(holds: false, text: "200, body is not JSON"))
    }

    @Test("jq is not asked about a status that is not accepted")
    func jqAfterStatus() throws {
        #expect(try ask(.answer(500, "<html>")) { $0.jq = "." } == Answer(holds: false, text: "500"))
    }

    @Test("a jq program is compiled once for any number of probes")
    func compiledOnce() throws {
        let server = try HTTPServer { _ in .answer(200, "[1, 2, 3]") }
        defer { server.stop() }
        var question = HTTPQuestion(url: server.url())
        for serial in 0..<20 {
            question.jq = serial % 2 == 0 ? "length > 2" : "length > 3"
            let key = ProbeKey(step: serial % 3, gate: 0, serial: serial)
            #expect(try asker.ask(.http(question), key: key).holds == (serial % 2 == 0))
        }
        #expect(asker.inspect { $0.library.compilations } == 2)
    }

    @Test(
        "the body's regular expression matches anywhere, lines one by one",
        arguments: [
            ("leader", true), ("^second", true), ("^line$", false), ("d l", true), ("(?i)LEADER", true),
            ("a{3}", false),
        ])
    func body(expression: String, holds: Bool) throws {
        let answer = try ask(.answer(200, "the leader\nsecond line")) { $0.body = expression }
        #expect(answer == Answer(holds: holds, text: holds ? "200" : "200, body does not match"))
    }

    @Test("a regular expression that would take for ever is given up")
    func slowExpression() throws {
        let answer = try ask(.answer(200, String(repeating: "a", count: 40) + "b")) { $0.body = "^(a+)+$" }
        #expect(answer == Answer(holds: false, text: "200, regular expression too slow"))
    }

    @Test("a regular expression that does not compile is said to be bad")
    func badExpression() throws {
        let answer = try ask(.answer(200, "x")) { $0.body = "(" }
        #expect(answer == Answer(holds: false, text: "200, bad regular expression"))
    }

    @Test("a body over 8 MiB is not looked at, when it was asked about")
    func overlong() throws {
        let long = String(repeating: "x", count: 8 << 20)
        #expect(try ask(.answer(200, long)) { $0.body = "x" } == Answer(holds: true, text: "200"))
        #expect(
            try ask(.answer(200, long + "x")) { $0.body = "x" } == Answer(holds: false, text: "200, body over 8 MiB"))
        #expect(try ask(.answer(200, long + "x")) == Answer(holds: true, text: "200"))
    }

    @Test("method, headers and data arrive as written")
    func request() throws {
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        var question = HTTPQuestion(url: server.url("/v1/query?x=1"))
        question.method = "put"
        question.headers = [
            Header(name: "X-Token", value: "secret \n"), Header(name: "Content-Type", value: "application/json"),
            Header(name: "X-Empty", value: ""), Header(name: "Host", value: "canary.example"),
        ]
        question.data = #"{"key": "v&lue"}"#
        #expect(try asker.ask(.http(question)).holds)
        let request = try #require(server.requests.first)
        #expect(request.method == "PUT")
        #expect(request.target == "/v1/query?x=1")
        #expect(request.headers["x-token"] == "secret")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["host"] == "canary.example")
        #expect(request.headers["expect"] == nil)
        #expect(request.body == #"{"key": "v&lue"}"#)
    }

    @Test(
        "data alone is posted, a method alone goes without a body",
        arguments: [
            (nil, "x=1", "POST"), (nil, nil, "GET"), ("POST", nil, "POST"), ("HEAD", nil, "HEAD"),
            ("DELETE", nil, "DELETE"), ("OPTIONS", nil, "OPTIONS"), ("POST", "x=1", "POST"), ("GET", "{}", "GET"),
        ] as [(String?, String?, String)])
    func methods(method: String?, data: String?, seen: String) throws {
        let server = try HTTPServer { _ in .answer(200, "a body") }
        defer { server.stop() }
        var question = HTTPQuestion(url: server.url())
        question.method = method
        question.data = data
        #expect(try asker.ask(.http(question)) == Answer(holds: true, text: "200"))
        #expect(server.requests.map(\.method) == [seen])
        #expect(server.requests.map(\.body) == [data ?? ""])
    }

    @Test(
        "a header that could break out of its line is refused, and nothing is sent",
        arguments: [
            Header(name: "X-A", value: "1\r\nX-B: 2"), Header(name: "X A", value: "1"), Header(name: "", value: "1"),
            Header(name: "X-A:", value: "1"),
        ])
    func badHeader(header: Header<String>) throws {
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        var question = HTTPQuestion(url: server.url())
        question.headers = [header]
        let answer = try asker.ask(.http(question))
        #expect(!answer.holds && answer.text.hasPrefix("bad header"))
        #expect(server.accepted == 0)
    }

    @Test("a method that is no word is refused")
    func badMethod() throws {
        #expect(try ask(.answer(200, "")) { $0.method = "GET /\r\n" } == Answer(holds: false, text: "bad method"))
    }

    @Test(
        "what is wrong with an address is said",
        arguments: [
            ("ftp://127.0.0.1/", "unsupported scheme ftp"), ("127.0.0.1:8500", "bad URL"), ("", "bad URL"),
            ("http://", "bad URL"), ("localhost:8500", "bad URL"),
            ("file:///etc/passwd", "unsupported scheme file"),
            ("http://127.0.0.1:99999/", "bad URL"),
        ])
    func badURL(url: String, text: String) throws {
        let answer = try asker.ask(.http(HTTPQuestion(url: url)))
        #expect(answer == Answer(holds: false, text: text))
    }

    @Test("nobody listens: refused")
    func refused() throws {
        let (socket, port) = try Socket.deaf()
        defer { close(socket.descriptor) }
        let question = HTTPQuestion(url: "http://127.0.0.1:\(port)/")
        #expect(try asker.ask(.http(question)) == Answer(holds: false, text: "refused"))
    }

    @Test(
        "a server that says nothing: timed out, with the limit as written",
        arguments: [
            (0.2, "timed out after 0.2 s"), (1, "timed out after 1 s"), (1.5, "timed out after 1.5 s"),
        ])
    func timedOut(timeout: Double, text: String) throws {
        #expect(try ask(.stall(""), timeout: timeout) == Answer(holds: false, text: text))
    }

    @Test("a body that does not end: said with its status")
    func unfinished() throws {
        let reply = HTTPServer.Reply.stall("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        #expect(try ask(reply, timeout: 0.2) == Answer(holds: false, text: "200, body unfinished after 0.2 s"))
    }

    @Test(
        "what breaks off is not an answer",
        arguments: [
            (HTTPServer.Reply.close, "closed without an answer"),
            (.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "200, body cut short"),
            (.raw("SSH-2.0-OpenSSH_9.2\r\n"), "not HTTP"),
        ])
    func broken(reply: HTTPServer.Reply, text: String) throws {
        let answer = try ask(reply)
        #expect(answer == Answer(holds: false, text: text))
    }

    @Test("every probe is a new connection, so that an old one cannot answer for a dead server")
    func freshConnections() throws {
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        for serial in 0..<3 {
            let key = ProbeKey(step: 0, gate: 0, serial: serial)
            #expect(try asker.ask(.http(HTTPQuestion(url: server.url())), key: key).holds)
        }
        #expect(server.accepted == 3)
    }

    @Test("what carried one request carries the next, and takes nothing over from it")
    func usedAgain() throws {
        let server = try HTTPServer { request in .answer(200, request.target) }
        defer { server.stop() }
        var rich = HTTPQuestion(url: "http://me:pass@127.0.0.1:\(server.port)/rich")
        rich.method = "PUT"
        rich.data = "body"
        rich.headers = [Header(name: "X-Token", value: "t")]
        rich.body = "rich"
        var bodiless = HTTPQuestion(url: server.url("/head"))
        bodiless.method = "HEAD"
        var plain = HTTPQuestion(url: server.url("/plain"))
        plain.body = "^/plain$"
        for (serial, question) in [rich, bodiless, plain].enumerated() {
            let key = ProbeKey(step: 0, gate: 0, serial: serial)
            #expect(try asker.ask(.http(question), key: key) == Answer(holds: true, text: "200"))
            #expect(asker.inspect { $0.driver.handles.idle.count } == 1)
        }
        let requests = server.requests
        #expect(requests.map(\.method) == ["PUT", "HEAD", "GET"])
        #expect(requests[0].headers["authorization"] != nil && requests[0].headers["x-token"] == "t")
        #expect(requests[2].headers.keys.sorted() == ["accept", "host", "user-agent"])
        #expect(requests[2].body == "")
        #expect(server.accepted == 3)
    }

    @Test("what carried a request that failed is not used again: it would tell the failure of the next")
    func failedOnce() throws {
        let server = try HTTPServer { request in request.target == "/" ? .answer(200, "") : .close }
        defer { server.stop() }
        let questions = ["http://127.0.0.1:1/", server.url(), server.url("/close")]
        var texts: [String] = []
        var idle: [Int?] = []
        for (serial, url) in questions.enumerated() {
            texts.append(
                try asker.ask(.http(HTTPQuestion(url: url)), key: ProbeKey(step: 0, gate: 0, serial: serial)).text)
            idle.append(asker.inspect { $0.driver.handles.idle.count })
        }
        #expect(texts == ["refused", "200", "closed without an answer"])
        #expect(idle == [0, 1, 0])
    }

    @Test("localhost means this machine, whatever addresses it has")
    func localhost() throws {
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        #expect(try asker.ask(.http(HTTPQuestion(url: "http://localhost:\(server.port)/"))).holds)
    }

    @Test("a Unix socket stands in for the host, relative to the step's folder")
    func unixSocket() throws {
        let folder = try Folder()
        let server = try HTTPServer(at: "\(folder.path)/api.sock") { request in .answer(200, request.target) }
        defer { server.stop() }
        var question = HTTPQuestion(url: "http://docker/_ping")
        question.unix = "api.sock"
        question.body = "^/_ping$"
        #expect(try asker.ask(.http(question), directory: folder.path) == Answer(holds: true, text: "200"))
        question.unix = "other.sock"
        #expect(try asker.ask(.http(question), directory: folder.path) == Answer(holds: false, text: "no such socket"))
    }
}
