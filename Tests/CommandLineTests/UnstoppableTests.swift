import Foundation
import Glibc
import Testing

/// Processes that became somebody whom the executor may not signal (sudo, ping, a daemon with the set-user-ID bit).
///
/// Only root can make such a program: without it these tests are skipped, and the suite says so.
@Suite(
    "What may not be ended",
    .enabled(if: getuid() == 0, "SKIPPED: only root can make a program with the set-user-ID bit"))
struct UnstoppableTests {
    /// Becomes root and sleeps, having left its pid in `pids`.
    private static let sleeper =
        #"echo $$ >>"$work/pids"; exec "$RUNBOOK_DIR/become-root" --reuid 0 --regid 0 --clear-groups sleep 900"#

    /// A desk whose program is run by an ordinary user.
    private final class Place {
        let desk: Desk

        init(_ runbook: String) throws {
            desk = try Desk(runbook)
            let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: FileManager.default.isExecutableFile)
            let helper = desk.path("become-root")
            try FileManager.default.copyItem(atPath: try #require(setpriv), toPath: helper)
            #expect(chown(helper, 0, 0) == 0 && chmod(helper, 0o4755) == 0)
            #expect(chmod(desk.folder.path, 0o777) == 0)
            desk.environment["XDG_CONFIG_HOME"] = desk.path("config")
        }

        deinit {
            for pid in pids { kill(pid, SIGKILL) }
        }

        /// Those that became root and live.
        var pids: [Int32] {
            desk.read(".runbook/work/pids").split(separator: "\n").compactMap { Int32($0) }.filter { pid in
                var status = stat()
                let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
                return stat("/proc/\(pid)", &status) == 0 && status.st_uid == 0 && !text.contains(") Z")
            }
        }

        /// Asked by the same user: to another one the state folder is closed.
        func states() throws -> [String: String] {
            let reply = try run("status", "--json")
            let object = try JSONSerialization.jsonObject(with: Data(reply.out.utf8)) as? [String: Any]
            let steps = object?["steps"] as? [[String: Any]] ?? []
            return Dictionary(
                steps.map { ($0["id"] as? String ?? "", $0["state"] as? String ?? "") }, uniquingKeysWith: { $1 })
        }

        func run(_ arguments: String...) throws -> Desk.Reply {
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            return try desk.bash("setpriv --reuid 12345 --regid 12345 --clear-groups $R \(words)")
        }
    }

    @Test("down does not call a service stopped that it could not end; it says which, why and what to do")
    func down() throws {
        let place = try Place(page(step("svc", ["service: true", "gate: process"], Self.sleeper)))
        #expect(try place.run("run", "r.md", "--output", "quiet").status == 0)
        #expect(place.desk.eventually { place.pids.count == 1 })
        let pid = try #require(place.pids.first)
        let reply = try place.run("down")
        #expect(reply.status == 1, "\(reply.all)")
        #expect(reply.all.contains("pid \(pid) (sleep), which belongs to root"), "\(reply.all)")
        #expect(reply.all.contains("sudo kill \(pid)") && reply.all.contains("runbook down"), "\(reply.all)")
        #expect(!reply.all.contains("stopped"), "\(reply.all)")
        #expect(try place.states() == ["svc": "failed"])
        kill(pid, SIGKILL)
        let again = try place.run("down")
        #expect(again.status == 0, "\(again.all)")
        #expect(try place.states() == ["svc": "undone"])
    }

    @Test("a body that cannot be ended at its limit fails, and is not started a second time beside itself")
    func timeout() throws {
        let place = try Place(page(step("body", ["timeout: 1s"], Self.sleeper)))
        let reply = try place.run("run", "r.md")
        #expect(reply.status == 1, "\(reply.all)")
        let pid = try #require(place.pids.first)
        #expect(reply.all.contains("timed out after 1 s; body could not be ended: pid \(pid)"), "\(reply.all)")
        let again = try place.run("resume")
        #expect(again.status == 1, "\(again.all)")
        #expect(again.all.contains("could not be ended: pid \(pid)"), "\(again.all)")
        #expect(place.pids == [pid])
    }

    @Test("what a body started with more rights is told as well, though the body itself ended")
    func child() throws {
        let script = Self.sleeper.replacingOccurrences(of: "exec ", with: "").replacingOccurrences(of: "$$", with: "0")
        let place = try Place(page(step("body", ["timeout: 1s"], script + " & echo $! >>\"$work/pids\"; wait")))
        let reply = try place.run("run", "r.md")
        #expect(reply.status == 1, "\(reply.all)")
        let pid = try #require(place.pids.first)
        #expect(reply.all.contains("could not be ended: pid \(pid) (sleep), which belongs to root"), "\(reply.all)")
        let again = try place.run("resume")
        #expect(again.all.contains("could not be ended: pid \(pid)"), "\(again.all)")
        #expect(place.pids == [pid])
    }

    @Test("a command gate that cannot be ended fails its step, and is not asked over and over")
    func gate() throws {
        let gate = "gate: {command: '\(Self.sleeper)', timeout: 1s, within: 60s}"
        let place = try Place(page(step("asked", [gate])))
        let reply = try place.run("run", "r.md")
        #expect(reply.status == 1, "\(reply.all)")
        let pid = try #require(place.pids.first)
        #expect(place.pids == [pid])
        #expect(reply.all.contains("its command could not be ended: pid \(pid) (sleep)"), "\(reply.all)")
    }

    @Test("a second interrupt does not wait for it")
    func interrupts() throws {
        let place = try Place(page(step("body", [], Self.sleeper)))
        let reply = try place.desk.bash(
            """
            setpriv --reuid 12345 --regid 12345 --clear-groups $R run r.md & p=$!
            until [ -s .runbook/work/pids ] && [ "$(stat -c %u /proc/$(cat .runbook/work/pids))" = 0 ]; do sleep 0.05
            done
            kill $p; sleep 0.3; kill $p; wait $p
            """)
        #expect(reply.status == 130, "\(reply.all)")
        #expect(place.pids.count == 1)
        #expect(try place.states() == ["body": "interrupted"])
    }
}
