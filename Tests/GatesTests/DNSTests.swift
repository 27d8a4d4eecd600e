import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// `dns` gates, and names in other gates, against a name server inside the test process.
@Suite("dns gates")
struct DNSTests {
    private func ask(
        _ reply: NameServer.Reply, name: String = "web.service.consul", timeout: Double = 10,
        _ change: (inout DNSQuestion<String>) -> Void = { _ in }
    ) throws -> (Answer, [NameServer.Asked]) {
        let server = try NameServer { _ in reply }
        defer { server.stop() }
        var question = DNSQuestion(name: name)
        question.server = server.address
        change(&question)
        return (try Asker().ask(.dns(question), timeout: timeout), server.asked)
    }

    @Test(
        "records of the type asked for are counted",
        arguments: [
            (NameServer.Reply.records([.a(1)]), "A", 1, "1 answer", true),
            (.records([.a(1), .a(2), .a(3)]), "A", 3, "3 answers", true),
            (.records([.a(1), .a(2)]), "A", 3, "2 of 3 answers", false),
            (.records([.cname("x.test"), .a(1)]), "A", 2, "1 of 2 answers", false),
            (.records([.srv(port: 80), .srv(port: 81)]), "SRV", 2, "2 answers", true),
            (.records([]), "A", 1, "no answers", false),
            (.records([.cname("x.test")]), "A", 1, "no answers", false),
            (.code(1), "A", 1, "FORMERR", false),
            (.code(2), "A", 1, "SERVFAIL", false),
            (.code(3), "A", 1, "NXDOMAIN", false),
            (.code(4), "A", 1, "NOTIMP", false),
            (.code(5), "A", 1, "REFUSED", false),
            (.broken, "A", 1, "bad answer", false),
        ])
    func counted(reply: NameServer.Reply, type: String, min: Int, text: String, holds: Bool) throws {
        let (answer, asked) = try ask(reply) {
            $0.type = type
            $0.min = min
        }
        #expect(answer == Answer(holds: holds, text: text))
        #expect(asked.allSatisfy { $0.name == "web.service.consul" && $0.type == DNSMessage.types[type] })
        #expect(!asked.isEmpty)
    }

    @Test(
        "every type of record can be asked for",
        arguments: [
            ("A", 1), ("AAAA", 28), ("SRV", 33), ("TXT", 16), ("CNAME", 5), ("NS", 2), ("MX", 15), ("PTR", 12),
            ("SOA", 6),
        ])
    func types(type: String, number: Int) throws {
        let record = NameServer.Record(type: number, data: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let (answer, asked) = try ask(.records([record])) { $0.type = type }
        #expect(answer == Answer(holds: true, text: "1 answer"))
        #expect(asked.map(\.type) == [number])
    }

    @Test("a server that says nothing: timed out; nobody there: refused")
    func silence() throws {
        #expect(try ask(.silence, timeout: 0.3).0 == Answer(holds: false, text: "timed out after 0.3 s"))
        let (socket, port) = try Socket.datagram()
        close(socket.descriptor)
        #expect(try ask(.silence) { $0.server = "127.0.0.1:\(port)" }.0 == Answer(holds: false, text: "refused"))
    }

    @Test(
        "a question that cannot be asked says why",
        arguments: [
            ("a..b", "127.0.0.1:53", "A", "bad name"), ("", "127.0.0.1:53", "A", "bad name"),
            ("x", "127.0.0.1:0", "A", "bad server"), ("x", ":53", "A", "bad server"),
            ("x", "127.0.0.1:53", "WKS", "bad type"),
        ])
    func bad(name: String, server: String, type: String, text: String) throws {
        let (answer, _) = try ask(.silence, name: name) {
            $0.server = server
            $0.type = type
        }
        #expect(answer == Answer(holds: false, text: text))
    }

    @Test("PTR takes an address as it is")
    func reverse() throws {
        let record = NameServer.Record(type: 12, data: [0])
        let (answer, asked) = try ask(.records([record]), name: "127.0.0.11") { $0.type = "PTR" }
        #expect(answer.holds)
        #expect(asked == [NameServer.Asked(name: "11.0.0.127.in-addr.arpa", type: 12)])
        #expect(DNSMessage.reverseName(of: Host("::1")) == "1." + String(repeating: "0.", count: 31) + "ip6.arpa")
        #expect(DNSMessage.reverseName(of: Host("db")) == nil)
    }

    @Test("without a server, addresses are found as programs find them")
    func system() throws {
        let server = try NameServer { asked in asked.type == 1 ? .records([.a(5), .a(6)]) : .records([]) }
        defer { server.stop() }
        let asker = Asker(nameServer: server.address)
        #expect(try asker.ask(.dns(DNSQuestion(name: "db.test"))) == Answer(holds: true, text: "2 answers"))
        var question = DNSQuestion(name: "db.test")
        question.type = "AAAA"
        #expect(try asker.ask(.dns(question)) == Answer(holds: false, text: "no answers"))
        question.type = "TXT"
        #expect(try asker.ask(.dns(question)) == Answer(holds: false, text: "no answers"))
    }

    @Test("the server may have a name itself")
    func namedServer() throws {
        let system = try NameServer { asked in
            guard asked.name == "ns.test" else { return .code(3) }
            return asked.type == 1 ? .records([.a(1)]) : .records([])
        }
        let server = try NameServer { _ in .records([.a(9)]) }
        defer { system.stop() }
        defer { server.stop() }
        let asker = Asker(nameServer: system.address)
        var question = DNSQuestion(name: "web.test")
        for (name, expected) in [
            ("ns.test", Answer(holds: true, text: "1 answer")), ("localhost", Answer(holds: true, text: "1 answer")),
            ("nowhere.test", Answer(holds: false, text: "server: no such host")),
        ] {
            question.server = "\(name):\(server.port)"
            #expect(try asker.ask(.dns(question)) == expected)
        }
    }

    @Test("http, tcp and promql look names up the same way")
    func hosts() throws {
        let names = try NameServer { asked in
            guard asked.name == "app.test" || asked.name == "v6only.test" else { return .code(3) }
            return asked.type == 1 && asked.name == "app.test" ? .records([.a(1)]) : .records([])
        }
        let nothing = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#
        let web = try HTTPServer { _ in .answer(200, nothing) }
        defer { names.stop() }
        defer { web.stop() }
        let asker = Asker(nameServer: names.address)
        for host in ["App.test", "app.test."] {
            let answer = try asker.ask(.http(HTTPQuestion(url: "http://\(host):\(web.port)/")))
            #expect(answer == Answer(holds: true, text: "200"))
        }
        #expect(web.requests.first?.headers["host"] == "App.test:\(web.port)")
        #expect(try asker.ask(.tcp("app.test:\(web.port)")) == Answer(holds: true, text: "open"))
        let promql = PromQLQuestion(query: "up", url: "http://app.test:\(web.port)")
        #expect(try asker.ask(.promql(promql)) == Answer(holds: false, text: "no samples"))
        for host in ["nowhere.test", "v6only.test"] {
            #expect(try asker.ask(.tcp("\(host):80")) == Answer(holds: false, text: "no such host"))
            let answer = try asker.ask(.http(HTTPQuestion(url: "http://\(host)/")))
            #expect(answer == Answer(holds: false, text: "no such host"))
        }
    }

    @Test("a name is looked up for every probe, so that one that moves is followed")
    func moving() throws {
        let names = try NameServer { asked in asked.type == 1 ? .records([.a(1)]) : .records([]) }
        let web = try HTTPServer { _ in .answer(200, "") }
        defer { names.stop() }
        defer { web.stop() }
        let asker = Asker(nameServer: names.address)
        for serial in 0..<3 {
            let key = ProbeKey(step: 0, gate: 0, serial: serial)
            #expect(try asker.ask(.http(HTTPQuestion(url: "http://app.test:\(web.port)/")), key: key).holds)
        }
        #expect(names.asked.count(where: { $0.type == 1 }) == 3)
    }

    @Test(
        "what the name server lacks is told from a name server that fails",
        arguments: [
            (NameServer.Reply.code(2), "name server: SERVFAIL"), (.code(5), "name server: REFUSED"),
        ])
    func failing(reply: NameServer.Reply, text: String) throws {
        let names = try NameServer { _ in reply }
        defer { names.stop() }
        #expect(try Asker(nameServer: names.address).ask(.tcp("app.test:80")) == Answer(holds: false, text: text))
    }

    @Test("a name server that says nothing holds up nobody else, and its question can be cancelled")
    func slowNames() throws {
        let names = try NameServer { _ in .silence }
        let web = try HTTPServer { _ in .answer(200, "") }
        defer { names.stop() }
        defer { web.stop() }
        let asker = Asker(nameServer: names.address)
        let slow = ProbeKey(step: 0, gate: 0, serial: 0)
        asker.start(.http(HTTPQuestion(url: "http://slow.test/")), timeout: 3600, key: slow)
        let quick = ProbeKey(step: 0, gate: 1, serial: 1)
        #expect(try asker.ask(.http(HTTPQuestion(url: web.url())), key: quick).holds)
        #expect(asker.inspect { $0.underWay } == 1)
        asker.prober.cancel(slow)
        #expect(asker.inspect { $0.underWay } == 0)
        #expect(asker.untaken == 0)
    }

    @Test("messages that are cut anywhere are no answers, and nothing breaks")
    func cut() {
        let header: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        let message = header + [1, 97, 0, 0, 1, 0, 1] + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]
        #expect(DNSMessage.count(of: 1, in: message) == 1)
        #expect(DNSMessage.count(of: 28, in: message) == 0)
        for length in message.indices {
            #expect(DNSMessage.count(of: 1, in: Array(message[..<length])) == nil)
        }
    }
}
