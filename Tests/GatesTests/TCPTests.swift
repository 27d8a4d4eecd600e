import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// `tcp` gates against sockets inside the test process.
@Suite("tcp gates")
struct TCPTests {
    private let asker = Asker()

    @Test("a connection opens: open; nobody listens: refused")
    func openAndRefused() throws {
        let (listener, port) = try Socket.listening()
        #expect(try asker.ask(.tcp("127.0.0.1:\(port)")) == Answer(holds: true, text: "open"))
        #expect(try asker.ask(.tcp("localhost:\(port)")) == Answer(holds: true, text: "open"))
        close(listener.descriptor)
        #expect(try asker.ask(.tcp("127.0.0.1:\(port)")) == Answer(holds: false, text: "refused"))
    }

    @Test(
        "what is no HOST:PORT is said to be bad",
        arguments: [
            "", "host", "host:", ":80", "host:0", "host:65536", "host:80:90", "host:+80", "a/b:80",
            "user@host:80", "[::1]", "[x]:80",
        ])
    func badAddress(text: String) throws {
        #expect(try asker.ask(.tcp(text)) == Answer(holds: false, text: "bad address"))
    }

    @Test(
        "an address is taken apart",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:8500", "::1", 8500), ("db.example:5432", "db.example", 5432),
        ])
    func parts(text: String, host: String, port: Int) throws {
        let parsed = try #require(HostPort(text))
        #expect(parsed.host.text == host)
        #expect(parsed.port == port)
        #expect(parsed.description == text)
    }

    @Test("a full queue of connections: timed out")
    func timedOut() throws {
        let (listener, port) = try Socket.listening(backlog: 0)
        defer { close(listener.descriptor) }
        // The kernel completes connections up to the backlog although nobody accepts them; the next ones wait.
        var answers: [Answer] = []
        for serial in 0..<4 {
            let key = ProbeKey(step: 0, gate: 0, serial: serial)
            answers.append(try asker.ask(.tcp("127.0.0.1:\(port)"), timeout: 0.2, key: key))
        }
        #expect(answers.last == Answer(holds: false, text: "timed out after 0.2 s"))
    }
}
