import Execution
import Glibc
import Model
import Testing

@testable import Gates

/// Proxies named by the environment, each test in a process of its own, since the environment is the process's.
@Suite("proxies")
struct ProxyTests {
    @Test("no proxy stands between this machine and itself")
    func loopback() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "https_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
            unsetenv("NO_PROXY")
            unsetenv("no_proxy")
            let server = try HTTPServer { _ in .answer(200, "") }
            for host in ["127.0.0.1", "localhost"] {
                let answer = try Asker().ask(.http(HTTPQuestion(url: "http://\(host):\(server.port)/")))
                #expect(answer == Answer(holds: true, text: "200"))
            }
            #expect(try Asker().ask(.tcp("127.0.0.1:\(server.port)")) == Answer(holds: true, text: "open"))
        }
    }

    @Test("any other host is asked through the proxy, which looks its name up, and a Unix socket is not")
    func elsewhere() async {
        await #expect(processExitsWith: .success) {
            let proxy = try HTTPServer { request in .answer(request.target == "http://app.test/x" ? 200 : 404, "") }
            setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            unsetenv("NO_PROXY")
            unsetenv("no_proxy")
            #expect(try Asker().ask(.http(HTTPQuestion(url: "http://app.test/x"))) == Answer(holds: true, text: "200"))
            let (socket, port) = try Socket.deaf()
            setenv("http_proxy", "http://127.0.0.1:\(port)", 1)
            let answer = try Asker().ask(.http(HTTPQuestion(url: "http://app.test/x")))
            #expect(answer == Answer(holds: false, text: "refused"))
            close(socket.descriptor)
            let folder = try Folder()
            let local = try HTTPServer(at: "\(folder.path)/api") { _ in .answer(200, "") }
            var question = HTTPQuestion(url: "http://docker/")
            question.unix = "\(folder.path)/api"
            #expect(try Asker().ask(.http(question)) == Answer(holds: true, text: "200"))
            local.stop()
        }
    }
}
