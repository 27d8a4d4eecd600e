import Foundation
import Testing

@testable import Checkpoints

@Suite("The lock of a state folder")
struct LockTests {
    private func held(_ work: () throws -> Lock) -> LockHolder? {
        do {
            _ = try work()
            Issue.record("the lock was taken twice")
        } catch LockError.held(let holder, _, _) {
            return holder
        } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    @Test("a second executor is told who holds the lock, since when and with what command")
    func second() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let lock = try Lock(folder, commandLine: "runbook run zone.md", now: 5000)
        let holder = held { try Lock(folder, commandLine: "other", now: 5200) }
        #expect(holder == LockHolder(pid: getpid(), since: 5000, commandLine: "runbook run zone.md"))
        #expect(Lock.holder(of: folder) == holder)
        withExtendedLifetime(lock) {}
    }

    @Test("a lock let go can be taken again, and names nobody meanwhile")
    func released() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        for _ in 0..<3 {
            let lock = try Lock(folder, commandLine: "one", now: 1)
            #expect(Lock.holder(of: folder)?.commandLine == "one")
            withExtendedLifetime(lock) {}
        }
        #expect(Lock.holder(of: folder) == nil)
        #expect(try sandbox.bytes("lock").isEmpty)
    }

    @Test("another process's lock is found, through a symbolic link too, and dies with it")
    func otherProcess() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let child = try Child(try CheckpointsHelper.path(), ["hold", sandbox.state])
        #expect(child.line() == "held")
        let link = sandbox.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: sandbox.state)
        let holder = held { try Lock(try StateFolder(existing: link), commandLine: "other", now: 1) }
        #expect(holder?.pid == child.pid)
        #expect(holder?.commandLine == "helper hold")
        #expect(try CheckpointsHelper.run("append", link, "1").status == 5)
        child.kill()
        let lock = try Lock(folder, commandLine: "next", now: 1)
        #expect(Lock.holder(of: folder)?.pid == getpid())
        withExtendedLifetime(lock) {}
    }

    @Test("the file removed under a holder does not let a second one in")
    func removedFile() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let lock = try Lock(folder, commandLine: "one", now: 1)
        try FileManager.default.removeItem(atPath: folder.lock)
        #expect(held { try Lock(folder, commandLine: "two", now: 1) } == nil)
        withExtendedLifetime(lock) {}
    }

    @Test("a lock on the file that another program takes counts")
    func otherProgram() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        _ = try sandbox.lock()
        let child = try Child("flock", [folder.lock, "sh", "-c", "echo held; read line"])
        #expect(child.line() == "held")
        #expect(held { try Lock(folder, commandLine: "two", now: 1) } == nil)
        #expect(child.finish() != 128)
        _ = try Lock(folder, commandLine: "two", now: 1)
    }

    @Test("over a bind mount it is the same lock")
    func bindMount() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let mount = try Mount(bind: sandbox.state, at: sandbox.path + "/bound")
        guard let mount else { return skipped("no right to mount") }
        let lock = try Lock(folder, commandLine: "one", now: 1)
        let holder = held { try Lock(try StateFolder(existing: mount.path), commandLine: "two", now: 1) }
        #expect(holder?.commandLine == "one")
        withExtendedLifetime(lock) {}
    }

    @Test("programs started meanwhile do not inherit it")
    func inheritance() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let child: Child
        do {
            let lock = try Lock(folder, commandLine: "one", now: 1)
            child = try Child("sh", ["-c", "ls -l /proc/self/fd; read line"])
            var open: [String] = []
            while let line = child.line(), !line.isEmpty {
                open.append(line)
                if line.contains("/proc/") { break }
            }
            #expect(!open.contains { $0.contains(sandbox.path) }, "\(open)")
            withExtendedLifetime(lock) {}
        }
        _ = try Lock(folder, commandLine: "two", now: 1)
        #expect(child.finish() >= 0)
    }

    @Test("asking who holds it keeps no executor from taking it")
    func asking() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let asker = Thread {
            for _ in 0..<5000 { _ = Lock.holder(of: folder) }
        }
        asker.start()
        for _ in 0..<200 { _ = try Lock(folder, commandLine: "one", now: 1) }
        while !asker.isFinished { usleep(1000) }
    }

    @Test("the message tells span and place")
    func message() {
        let holder = LockHolder(pid: 4711, since: 1_000_000, commandLine: "runbook run zone.md")
        func message(_ span: Double, _ holder: LockHolder?) -> String {
            LockError.held(holder, folder: "/srv/s", now: 1_000_000 + span).message
        }
        #expect(
            message(185, holder).hasPrefix("The state folder /srv/s is held by pid 4711 (runbook run zone.md) since "))
        for (span, text) in [(5, "5 s ago"), (185, "3 min ago"), (7300, "2 h ago"), (-9, "just now")]
            as [(Double, String)]
        {
            #expect(message(span, holder).contains(", \(text). "), "\(span)")
        }
        #expect(message(0, nil).contains("did not say which one"))
    }

    @Test("what a holder wrote is read back; anything else names nobody")
    func holderText() {
        let holder = LockHolder(pid: 1, since: 2.25, commandLine: "a\nb")
        #expect(LockHolder(text: holder.text) == LockHolder(pid: 1, since: 2.25, commandLine: "a b"))
        #expect(LockHolder(text: LockHolder(pid: 1, since: 2, commandLine: "").text)?.commandLine == "")
        for text in ["", "pid x\nsince 1\n", "pid 3\n", "pid -1\nsince 1\n", "since 1", "\n\n pid"] {
            #expect(LockHolder(text: text) == nil, "\(text)")
        }
    }
}
