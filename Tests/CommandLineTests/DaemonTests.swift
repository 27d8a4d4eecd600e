import Foundation
import Glibc
import Testing

@Suite("A service that puts itself into the background")
struct DaemonTests {
    /// Leaves a daemon in a session of its own, and its pid in `daemon`; ends once `condition` holds.
    private static func service(until condition: String) -> String {
        let daemon =
            "setsid sh -c 'echo $$ >daemon.new; mv daemon.new daemon; exec sleep 900' </dev/null >/dev/null 2>&1 &"
        return page(
            step(
                "svc", ["service: true", "gate: [{file: daemon, within: 20s}, process]"],
                "rm -f daemon; \(daemon)\nuntil \(condition); do sleep 0.05; done"))
    }

    private func isRunning(_ pid: Int32) -> Bool {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
        return !stat.contains(") Z")
    }

    private func daemon(_ desk: Desk) throws -> Int32 {
        try #require(Int32(desk.read("daemon").trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test("is asked there, and ended there")
    func followed() throws {
        let desk = try Desk(Self.service(until: "[ -e daemon ]"))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        let pid = try daemon(desk)
        defer { kill(pid, SIGKILL) }
        #expect(try desk.run("verify").status == 0)
        #expect(try desk.states() == ["svc": "done"])
        let down = try desk.run("down")
        #expect(down.status == 0, "\(down.all)")
        #expect(!isRunning(pid))
    }

    @Test("is found when it did so while nobody watched")
    func found() throws {
        let desk = try Desk(Self.service(until: "[ -e go ]"))
        #expect(try desk.run("run", "r.md").status == 0)
        let leader = try desk.pid("svc")
        let pid = try daemon(desk)
        defer { kill(pid, SIGKILL) }
        #expect(leader != pid)
        try desk.write("", to: "go")
        #expect(desk.eventually { !isRunning(leader) })
        let resume = try desk.run("resume")
        #expect(resume.status == 0, "\(resume.all)")
        #expect(try desk.pid("svc") == pid)
        #expect(isRunning(pid))
        let down = try desk.run("down")
        #expect(down.status == 0, "\(down.all)")
        #expect(!isRunning(pid))
        #expect(try desk.states() == ["svc": "undone"])
    }

    @Test("is not left behind by a down that finds its first process gone")
    func down() throws {
        let desk = try Desk(Self.service(until: "[ -e go ]"))
        #expect(try desk.run("run", "r.md").status == 0)
        let leader = try desk.pid("svc")
        let pid = try daemon(desk)
        defer { kill(pid, SIGKILL) }
        try desk.write("", to: "go")
        #expect(desk.eventually { !isRunning(leader) })
        #expect(try desk.run("down").status == 0)
        #expect(!isRunning(pid))
    }
}
