import Execution
import Foundation
import Testing

@testable import Checkpoints

@Suite("Databases that cannot be trusted or written")
struct FaultTests {
    /// A state folder with one run of `count` steps, closed in order.
    private func filled(_ count: Int = 50) throws -> Sandbox {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        for number in 0..<count {
            try journal.append([Record(run: run, time: 1, event: .lapsed(step: "step-\(number)", reason: "r"))])
        }
        return sandbox
    }

    /// What a crash in the midst of it would leave: nothing closed, all in the write-ahead log.
    private func crashed(_ count: Int = 50) throws -> Sandbox {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        for number in 0..<count {
            try journal.append([Record(run: run, time: 1, event: .lapsed(step: "step-\(number)", reason: "r"))])
        }
        return try withExtendedLifetime(store) { try sandbox.crashCopy() }
    }

    /// Every file of the folder, to show that a refusal changed nothing.
    private func content(_ sandbox: Sandbox) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in ["state.db", "state.db-wal", "acknowledged"] where sandbox.exists(name) {
            found[name] = try sandbox.bytes(name)
        }
        return found
    }

    private func refused(_ sandbox: Sandbox, _ kind: StoreError.Kind, _ words: String) throws {
        let before = try content(sandbox)
        let folder = try StateFolder(existing: sandbox.state)
        let error = failure { try sandbox.store() }
        #expect(error?.kind == kind)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(sandbox.state) == true)
        if kind != .lost && kind != .corrupt {
            #expect(failure { try Store(reading: folder) }?.kind == kind)
            #expect(failure { try Store(writing: folder) }?.kind == kind)
        }
        #expect(try content(sandbox) == before)
    }

    @Test("a file that is no database is refused and kept")
    func garbage() throws {
        let sandbox = try filled()
        try sandbox.put(Data(repeating: 0x41, count: 10_000), "state.db")
        try refused(sandbox, .notADatabase, "not a state database")
    }

    @Test("a damaged header is refused and kept")
    func header() throws {
        let sandbox = try filled()
        var bytes = try sandbox.bytes("state.db")
        for index in 0..<16 { bytes[index] ^= 0xFF }
        try sandbox.put(bytes, "state.db")
        try refused(sandbox, .notADatabase, "beginning is damaged")
    }

    @Test("another program's database is refused and kept")
    func foreign() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        try run("sqlite3", [folder.database, "CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 252006675;"])
        try refused(sandbox, .notADatabase, "another program (application id 252006675)")
    }

    @Test("a newer schema is refused and kept")
    func newer() throws {
        let sandbox = try filled()
        _ = try sql(sandbox, "PRAGMA user_version = 4")
        try refused(sandbox, .newer, "written by a newer runbook (schema 4, this one knows 3)")
    }

    @Test("pages of nonsense are told where they are read")
    func pages() throws {
        let sandbox = try filled(500)
        var bytes = try sandbox.bytes("state.db")
        let last = bytes.count / 4096
        for index in (2 * 4096)..<(last * 4096) { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
        try sandbox.put(bytes, "state.db")
        let folder = try StateFolder(existing: sandbox.state)
        let error = failure { try Store(reading: folder).load(1) }
        #expect(error?.kind == .corrupt)
        #expect(error?.message.contains("\(folder.database) is damaged") == true)
        #expect(error?.message.contains(".recover") == true)
        #expect(try sandbox.bytes("state.db") == bytes)
    }

    @Test("after a crash the structure is checked as a whole, parts that a resume does not read included")
    func unreadPages() throws {
        let sandbox = try filled(500)
        let root = try #require(Int(try sql(sandbox, "SELECT rootpage FROM sqlite_master WHERE name = 'inbox'")))
        var bytes = try sandbox.bytes("state.db")
        for index in 0..<64 { bytes[(root - 1) * 4096 + index] = 0xEE }
        try sandbox.put(bytes, "state.db")
        // Closed in order: not looked at.
        let folder = try StateFolder(existing: sandbox.state)
        #expect(try Store(reading: folder).runs().count == 1)
        try sandbox.put(Data(repeating: 0, count: 32), "state.db-wal")
        let error = failure { try sandbox.store() }
        #expect(error?.kind == .corrupt)
        #expect(error?.message.contains("is damaged") == true)
    }

    @Test("an event of a kind nobody knows is told, not skipped")
    func unknownEvent() throws {
        let sandbox = try filled()
        _ = try sql(sandbox, "UPDATE events SET event = 'vanished' WHERE seq = 7")
        let error = failure { try Store(reading: try StateFolder(existing: sandbox.state)).load(1) }
        #expect(error?.kind == .corrupt)
        #expect(error?.message.contains("seq 7, 'vanished'") == true)
    }

    @Test(
        "values that make no sense are told, not guessed",
        arguments: [
            "UPDATE events SET event = 'finished', state = 'odd' WHERE seq = 9",
            "UPDATE events SET event = 'intended' WHERE seq = 9",
            "UPDATE events SET event = 'intended', role = 'body', fingerprint_seq = 2 WHERE seq = 9",
            "UPDATE events SET event = 'attempt-ended' WHERE seq = 9",
            "UPDATE events SET event = 'word', detail = '{' WHERE seq = 9",
            "UPDATE events SET event = 'session-start', detail = '[]' WHERE seq = 9",
            "UPDATE events SET event = 'session-end', state = 'odd' WHERE seq = 9",
            "INSERT INTO inbox (run, time, step, detail) VALUES (1, 1, 'a', 'odd')",
        ])
    func nonsense(statement: String) throws {
        let sandbox = try filled(10)
        _ = try sql(sandbox, statement)
        let store = try Store(reading: try StateFolder(existing: sandbox.state))
        #expect(failure { try store.load(1) }?.kind == .corrupt)
    }

    @Test("a write-ahead log cut off after what was acknowledged is told, and so is one removed")
    func truncatedLog() throws {
        let whole = try crashed()
        #expect(try whole.store().load(1).seq == 50)
        for keep in [0, 31, 5000, 100_000] {
            let sandbox = try crashed()
            let log = try sandbox.bytes("state.db-wal")
            try #require(log.count > keep)
            try sandbox.put(log.prefix(keep), "state.db-wal")
            let error = failure { try sandbox.store() }
            #expect(error?.kind == .lost, "kept \(keep) of \(log.count)")
        }
        let removed = try crashed()
        try FileManager.default.removeItem(atPath: removed.state + "/state.db-wal")
        #expect(failure { try removed.store() }?.kind == .lost)
    }

    @Test("an older copy put in place is told; who accepts the loss goes on with what is left")
    func olderCopy() throws {
        let sandbox = try filled(3)
        let old = try sandbox.bytes("state.db")
        do {
            let store = try sandbox.store()
            let journal = try RunJournal(store, run: 1, after: 3)
            for _ in 0..<2 { try journal.append([Record(run: 1, time: 1, event: .ready(step: "a"))]) }
        }
        try sandbox.put(old, "state.db")
        try refused(sandbox, .lost, "lost its newest 2 events")
        try FileManager.default.removeItem(atPath: sandbox.state + "/acknowledged")
        #expect(try sandbox.store().load(1).seq == 3)
    }

    @Test("a missing or emptied database is not replaced by a new one")
    func missing() throws {
        let sandbox = try filled()
        try FileManager.default.removeItem(atPath: sandbox.state + "/state.db")
        let gone = failure { try sandbox.store() }
        #expect(gone?.kind == .lost)
        #expect(!sandbox.exists("state.db"))
        let crash = try crashed()
        try crash.put(Data(), "state.db")
        let log = try crash.bytes("state.db-wal")
        #expect(failure { try crash.store() }?.kind == .lost)
        #expect(try crash.bytes("state.db-wal") == log)
    }

    @Test("an executor that died while it made the database leaves one without runs, also for readers")
    func cutCreation() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        #expect(try run("sqlite3", [folder.database, "CREATE TABLE cut (x)"]).status == 0)
        // SQLite's rollback journal of a database that was empty before: magic, no pages, page and sector size.
        var journal = Data([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])
        for value: UInt32 in [0, 1, 0, 512, 4096] {
            withUnsafeBytes(of: value.bigEndian) { journal.append(contentsOf: $0) }
        }
        journal.append(Data(count: 512 - journal.count))
        try sandbox.put(journal, "state.db-journal")
        #expect(failure { try Store(reading: folder) }?.kind == .missing)
        #expect(try sandbox.store().createRun(name: "zone", now: 1) == 1)
    }

    @Test("a transaction that another program keeps open is waited for, then told")
    func busy() throws {
        let sandbox = try filled(1)
        let store = try Store(executing: try sandbox.lock(), patience: 0.3)
        let journal = try RunJournal(store, run: 1, after: 1)
        let child = try Child("sqlite3", ["-batch", sandbox.state + "/state.db"])
        child.send("BEGIN IMMEDIATE;\nSELECT 'begun';\n")
        #expect(child.line() == "begun")
        do {
            try journal.append([Record(run: 1, time: 1, event: .ready(step: "a"))])
            Issue.record("appended")
        } catch {
            #expect(error.message.contains("Another program has kept \(sandbox.state)/state.db locked"))
        }
        #expect(child.finish() == 0)
        try journal.append([Record(run: 1, time: 1, event: .ready(step: "b"))])
        #expect(try store.records(1, after: 1).map(\.record.event) == [.ready(step: "b")])
    }

    @Test("a read-only folder can be read and says that it cannot be written")
    func readOnly() throws {
        let sandbox = try filled()
        guard let mount = try Mount(bind: sandbox.state, at: sandbox.path + "/ro #1%", readOnly: true) else {
            return skipped("no right to mount")
        }
        let folder = try StateFolder(existing: mount.path)
        #expect(try Store(reading: folder).load(1).seq == 50)
        let word = OperatorAction(kind: .reset, user: "ann", note: "")
        let leaving = failure { try Store(writing: folder).leave(word, run: 1, step: "a", now: 1) }
        #expect(leaving?.kind == .readOnly)
        #expect(leaving?.message.contains(mount.path + "/state.db cannot be written") == true)
        #expect(failure { try Lock(folder, commandLine: "", now: 1) }?.kind == .readOnly)
        #expect(failure { try StateFolder(creating: mount.path + "/new") }?.kind == .readOnly)
    }

    @Test("a full disk is told, loses nothing that was acknowledged, and is gone on from when there is space")
    func fullDisk() throws {
        let sandbox = try Sandbox()
        guard let mount = try Mount(size: 1 << 20, at: sandbox.path + "/small") else {
            return skipped("no right to mount")
        }
        let state = mount.path + "/state"
        let result = try CheckpointsHelper.run("append", state, "100000", "2000")
        #expect(result.status == 6)
        let lines = result.output.split(separator: "\n")
        let message = lines.last.map(String.init) ?? ""
        #expect(message.hasPrefix("journal: The disk is full: \(state)/state.db cannot be written"), "\(message)")
        let acknowledged = try #require(lines.dropLast().last.flatMap { Int($0) })
        #expect(acknowledged > 20)
        try run("mount", ["-o", "remount,size=8m", mount.path])
        let lock = try Lock(try StateFolder(existing: state), commandLine: "", now: 1)
        let store = try Store(executing: lock)
        let loaded = try store.load(1)
        #expect(loaded.seq == acknowledged)
        try RunJournal(store, run: 1, after: loaded.seq).append([Record(run: 1, time: 1, event: .ready(step: "a"))])
        #expect(try store.load(1).state.steps.count == acknowledged / 2 + 1)
    }

    @Test("a disk that is full from the start is told, and nothing half-made is left")
    func fullFromStart() throws {
        let sandbox = try Sandbox()
        guard let mount = try Mount(size: 64 << 10, at: sandbox.path + "/small") else {
            return skipped("no right to mount")
        }
        try run("sh", ["-c", "cat /dev/zero > '\(mount.path)/filler' 2>/dev/null"])
        let first = try CheckpointsHelper.run("append", mount.path + "/state", "1")
        #expect(first.status == 6)
        #expect(first.output.hasPrefix("full: "), "\(first.output)")
        try FileManager.default.removeItem(atPath: mount.path + "/filler")
        try run("mount", ["-o", "remount,size=8m", mount.path])
        #expect(try CheckpointsHelper.run("append", mount.path + "/state", "1").status == 0)
    }

    /// Letting go of a connection once ended the program with SIGILL in libdispatch, when it had no descriptor left.
    @Test("no descriptors left: told, and nothing harmed")
    func descriptors() throws {
        let sandbox = try filled()
        for limit in 4..<14 {
            let result = try run(
                "sh",
                [
                    "-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", try CheckpointsHelper.path(), "append",
                    sandbox.state, "1",
                ])
            // Where the loader itself finds none, nothing was shown.
            if result.status == 127 { continue }
            #expect(result.status == 0 || result.status == 6, "\(limit): \(result.output)")
        }
        #expect(try sandbox.store().load(1).seq == 50)
    }
}
