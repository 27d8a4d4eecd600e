import Foundation
import Testing

@Suite("runbook report")
struct ReportTests {
    @Test("posts a trace to a collector, and says when it is not taken")
    func trace() throws {
        let desk = try Desk(page(step("a"), step("b", ["needs: [a]"])))
        #expect(try desk.run("run", "r.md").status == 0)
        let collector = Process()
        collector.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        collector.arguments = ["python3", "-c", Self.collector]
        collector.currentDirectoryURL = desk.folder
        collector.standardOutput = FileHandle.nullDevice
        collector.standardError = FileHandle.nullDevice
        try collector.run()
        // The signals that a test's thread has blocked are blocked in its children too.
        defer { kill(collector.processIdentifier, SIGKILL) }
        #expect(desk.eventually { !desk.read("port").isEmpty })
        let base = "http://127.0.0.1:\(desk.read("port"))"
        let reply = try desk.run("report", "--format", "otlp", "--endpoint", base + "/v1/traces")
        #expect(reply.status == 0, "\(reply.all)")
        let posted = try JSONSerialization.jsonObject(with: Data(desk.read("posted").utf8)) as? [String: Any]
        #expect(posted?["resourceSpans"] != nil)
        let refused = try desk.run("report", "--format", "otlp", "--endpoint", base + "/elsewhere")
        #expect(refused.status == 1)
        #expect(refused.error.contains("answered 404"))
    }

    private static let collector = """
        import http.server
        class H(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['content-length']))
                ok = self.path == '/v1/traces' and self.headers['content-type'] == 'application/json'
                if ok: open('posted', 'wb').write(body)
                self.send_response(200 if ok else 404); self.end_headers()
            def log_message(self, *a): pass
        s = http.server.HTTPServer(('127.0.0.1', 0), H)
        open('port', 'w').write(str(s.server_port)); s.serve_forever()
        """

    @Test("writes every form to a file", arguments: ["html", "markdown", "json", "junit", "otlp"])
    func forms(format: String) throws {
        let desk = try Desk(page(step("a", [], "echo hello"), step("b", ["needs: [a]"], "exit 3")))
        #expect(try desk.run("run", "r.md").status == 1)
        let reply = try desk.run("report", "--format", format, "-o", "report")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("report").contains("exit 3"))
        #expect(try desk.run("report", "--format", format).out.contains("exit 3"))
    }
}
