import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// `http` gates over TLS, against `openssl s_server` with certificates made for the occasion.
@Suite(
    "http gates over TLS",
    .enabled(if: Authority.isAvailable, "openssl is not installed (apt-get install openssl): TLS is NOT tested"))
struct TLSTests {
    private let asker = Asker()
    private let authority: Authority

    init() throws { authority = try #require(Authority.shared) }

    private func ask(
        _ certificate: String, _ options: [String] = [], _ change: (inout HTTPQuestion<String>) -> Void = { _ in }
    ) throws -> Answer {
        let server = try authority.serve(certificate, options)
        var question = HTTPQuestion(url: server.url)
        question.ca = "ca.pem"
        change(&question)
        return try withExtendedLifetime(server) { try asker.ask(.http(question), directory: authority.folder) }
    }

    @Test("a certificate by the named authority is good; the path is relative to the step's folder")
    func good() throws {
        #expect(try ask("good") == Answer(holds: true, text: "200"))
        #expect(try ask("good") { $0.ca = authority.path("ca.pem") } == Answer(holds: true, text: "200"))
    }

    @Test(
        "what is wrong with a certificate is said",
        arguments: [
            ("expired", "ca.pem", "TLS: certificate has expired"),
            ("elsewhere", "ca.pem", "TLS: certificate is not for 127.0.0.1"),
            ("good", "other.pem", "TLS: unable to get local issuer certificate"),
            ("good", nil, "TLS: unable to get local issuer certificate"),
            ("other", nil, "TLS: self-signed certificate"),
            ("other", "other.pem", "200"),
            ("good", "missing.pem", "TLS: cannot read ca"),
        ] as [(String, String?, String)])
    func bad(certificate: String, ca: String?, text: String) throws {
        let answer = try ask(certificate) { $0.ca = ca }
        #expect(answer == Answer(holds: text == "200", text: text))
    }

    @Test("insecure accepts any certificate", arguments: ["expired", "elsewhere", "other"])
    func insecure(certificate: String) throws {
        let answer = try ask(certificate) {
            $0.ca = nil
            $0.insecure = true
        }
        #expect(answer == Answer(holds: true, text: "200"))
    }

    @Test(
        "a client's certificate is shown where the server wants one",
        arguments: [
            ("client.pem", "client.key", "200"), ("combined.pem", nil, "200"),
            (nil, nil, "TLS: sslv3 alert handshake failure"),
            ("client.pem", "good.key", "TLS: cannot use cert or key"),
            ("missing.pem", "client.key", "TLS: cannot use cert or key"),
        ] as [(String?, String?, String)])
    func client(cert: String?, key: String?, text: String) throws {
        // With TLS 1.3 the server's refusal races with the end of the connection.
        let options = ["-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", authority.path("ca.pem")]
        let answer = try ask("good", options) {
            $0.cert = cert
            $0.key = key
        }
        #expect(answer == Answer(holds: text == "200", text: text))
    }

    @Test("a certificate is looked at in every probe, so that one that was replaced is noticed")
    func everyProbe() throws {
        let folder = try Folder()
        var question = HTTPQuestion(url: "")
        question.ca = "\(folder.path)/ca.pem"
        let server = try authority.serve("good")
        question.url = server.url
        func trust(_ name: String) {
            unlink("\(folder.path)/ca.pem")
            #expect(symlink(authority.path(name), "\(folder.path)/ca.pem") == 0)
        }
        trust("other.pem")
        #expect(try !asker.ask(.http(question)).holds)
        trust("ca.pem")
        #expect(try asker.ask(.http(question)).holds)
        trust("other.pem")
        #expect(try !asker.ask(.http(question)).holds)
        withExtendedLifetime(server) {}
    }

    @Test("a server without TLS, and one with it asked without")
    func mixed() throws {
        let stubborn = try Socket.listening()
        Background.run {
            let accepted = accept(stubborn.0.descriptor, nil, nil)
            _ = write(accepted, "HTTP/1.1 400 Bad Request\r\n\r\n", 28)
            usleep(100_000)
            close(accepted)
        }
        defer { close(stubborn.0.descriptor) }
        let question = HTTPQuestion(url: "https://127.0.0.1:\(stubborn.port)/")
        #expect(try asker.ask(.http(question)) == Answer(holds: false, text: "TLS: wrong version number"))
        let answer = try ask("good") { $0.url = $0.url.replacing("https:", with: "http:") }
        #expect(answer == Answer(holds: false, text: "closed without an answer"))
    }
}
