import Foundation
import Glibc
import Testing

/// A socket that listens on a port of 127.0.0.1 until it is put away.
private final class Listener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(result)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}

@Suite("The port of a tcp gate")
struct PortTests {
    /// Listens on the port and tells by the file `listening`, until it is ended.
    private static func listen(_ port: Int) -> String {
        """
        python3 -c '
        import os, socket, time
        server = socket.create_server(("127.0.0.1", \(port)))
        open("listening", "w").write(str(os.getpid()))
        time.sleep(900)'
        """
    }

    @Test("does not count where somebody else listens on it, and that one is named")
    func stranger() throws {
        let other = try Listener()
        let desk = try Desk(
            page(
                step("svc", ["service: true", "gate: {tcp: '127.0.0.1:\(other.port)', within: 1s}"], "exec sleep 900")))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1, "\(run.all)")
        #expect(
            run.all.contains("127.0.0.1:\(other.port) is listened on by PID \(getpid()) ("), "\(run.all)")
        #expect(run.all.contains("), not by this step"))
    }

    @Test("is believed where the gate is not a service's")
    func noService() throws {
        let other = try Listener()
        let desk = try Desk(page(step("waits", ["gate: {tcp: '127.0.0.1:\(other.port)', within: 20s}"])))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
    }

    @Test("is believed where another step of the run listens on it")
    func otherStep() throws {
        let port = try Desk.freePort()
        let desk = try Desk(
            page(
                step("front", ["service: true", "gate: {tcp: '127.0.0.1:\(port)', within: 20s}"], Self.listen(port)),
                step(
                    "back", ["service: true", "needs: [front]", "gate: {tcp: '127.0.0.1:\(port)', within: 20s}"],
                    "exec sleep 900")))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        #expect(try desk.run("verify").status == 0)
    }

    @Test("counts where the service's own process, or a child of it, listens")
    func own() throws {
        let (first, second) = (try Desk.freePort(), try Desk.freePort())
        let desk = try Desk(
            page(
                step(
                    "itself", ["service: true", "gate: {tcp: 'localhost:\(first)', within: 20s}"],
                    "exec " + Self.listen(first)),
                step(
                    "child", ["service: true", "gate: {tcp: '127.0.0.1:\(second)', within: 20s}"],
                    Self.listen(second) + " &\nwait")))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        #expect(try desk.run("verify").status == 0)
    }

    @Test("counts where a daemon of the service listens, in a session of its own")
    func daemon() throws {
        let port = try Desk.freePort()
        let desk = try Desk()
        try desk.write(Self.listen(port), to: "daemon.sh")
        try desk.write(
            page(
                step(
                    "svc", ["service: true", "gate: {tcp: '127.0.0.1:\(port)', within: 20s}"],
                    "setsid bash daemon.sh </dev/null >/dev/null 2>&1 &\nuntil [ -s listening ]; do sleep 0.05; done")))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        #expect(try desk.run("verify").status == 0)
        #expect(try desk.run("down").status == 0)
    }

    @Test("is looked at anew by verify: a stranger may have taken the service's place")
    func taken() throws {
        let port = try Desk.freePort()
        let other = try Listener()
        let desk = try Desk(
            page(
                step(
                    "svc", ["service: true", "gate: {tcp: '127.0.0.1:\(port)', within: 20s}"],
                    "python3 -c '\nimport socket\ns = socket.create_server((\"127.0.0.1\", \(port)))\n"
                        + "import time\nwhile not __import__(\"os\").path.exists(\"leave\"): time.sleep(0.05)\n"
                        + "s.close()\nopen(\"left\", \"w\").close()\ntime.sleep(900)'")))
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write("", to: "leave")
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("left")) })
        // The same question, about a port that somebody has had since before.
        try desk.write(desk.read("r.md").replacingOccurrences(of: "\(port)', within", with: "\(other.port)', within"))
        let verify = try desk.run("verify")
        #expect(verify.status == 7, "\(verify.all)")
        #expect(verify.all.contains("127.0.0.1:\(other.port) is listened on by PID \(getpid())"), "\(verify.all)")
    }
}
