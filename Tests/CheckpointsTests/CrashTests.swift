import Checkpoints
import Execution
import Foundation
import Testing

@Suite("Crashes while events are appended")
struct CrashTests {
    /// Batches of the helper are one `ready` and one `finished` with an output: none may be there in part.
    private func whole(_ store: Store, _ run: Int) throws -> Int {
        let records = try store.records(run, after: 0)
        #expect(records.count % 2 == 0)
        for (number, record) in records.enumerated() {
            let step = "step-\(number / 2)"
            if number % 2 == 0 {
                #expect(record.record.event == .ready(step: step))
            } else {
                guard case .finished(step, let result) = record.record.event else {
                    Issue.record("\(record)")
                    continue
                }
                #expect(result.outputs == [Output(name: "number", value: .plain("\(number / 2)"))])
            }
        }
        return records.last?.seq ?? 0
    }

    @Test("killed at any moment, everything acknowledged is there, and each transaction wholly or not at all")
    func killed() throws {
        let sandbox = try Sandbox()
        var random = Seeded(3)
        for _ in 0..<12 {
            let child = try Child(try CheckpointsHelper.path(), ["append", sandbox.state, "1000000", "300"])
            var acknowledged = 0
            for _ in 0..<(1 + random.below(60)) { acknowledged = Int(child.line() ?? "") ?? acknowledged }
            child.kill()
            while let line = child.line() { acknowledged = Int(line) ?? acknowledged }
            let store = try sandbox.store()
            let run = try #require(try store.runs().last?.run)
            #expect(acknowledged > 0)
            #expect(try whole(store, run) >= acknowledged)
        }
    }

    @Test("a log lengthened ahead of its use recovers like any other, whoever writes to it")
    func lengthened() throws {
        let sandbox = try Sandbox()
        let child = try Child(try CheckpointsHelper.path(), ["append", sandbox.state, "1000000", "50"])
        for _ in 0..<400 { _ = child.line() }
        let word = OperatorAction(kind: .approve, user: "ann", note: "")
        try Store(writing: try StateFolder(existing: sandbox.state)).leave(word, run: 1, step: "step-1", now: 1)
        var acknowledged = 0
        for _ in 0..<50 { acknowledged = Int(child.line() ?? "") ?? 0 }
        child.kill()
        #expect(try sandbox.bytes("state.db-wal").count >= 17 << 18)
        let copy = try sandbox.crashCopy()
        #expect(try sql(copy, "PRAGMA integrity_check") == "ok")
        let store = try sandbox.store()
        #expect(acknowledged >= 800)
        #expect(try whole(store, 1) >= acknowledged)
        #expect(try store.load(1).state[step: "step-1"].words == [word])
    }

    @Test("at every cut of the write-ahead log the database holds the transactions before it, whole")
    func cuts() throws {
        let sandbox = try Sandbox()
        let child = try Child(try CheckpointsHelper.path(), ["append", sandbox.state, "1000000", "900"])
        for _ in 0..<30 { _ = child.line() }
        child.kill()
        let log = try sandbox.bytes("state.db-wal")
        let frame = 4096 + 24
        let frames = (log.count - 32) / frame
        try #require(frames > 40)
        var last = 0
        // Every cut of what makes the tables, then every third.
        for index in Array(0...20) + stride(from: 21, through: min(frames, 90), by: 3) {
            for offset in [0, frame / 2] {
                let copy = try Sandbox()
                let folder = try copy.folder()
                try copy.put(try sandbox.bytes("state.db"), "state.db")
                try copy.put(log.prefix(32 + index * frame + offset), "state.db-wal")
                // Fewer frames than the schema takes: nothing was ever acknowledged.
                guard let store = try? Store(reading: folder), try !store.runs().isEmpty else {
                    #expect(last == 0)
                    // The next executor makes of it what it was to become.
                    #expect(try copy.store().createRun(name: "zone", now: 1) == 1)
                    continue
                }
                let end = try whole(store, 1)
                #expect(end >= last)
                last = end
            }
        }
        #expect(last > 10)
    }

    @Test("an executor killed while it makes the database leaves one that the next one completes")
    func making() throws {
        for moment in 0..<12 {
            let sandbox = try Sandbox()
            let child = try Child(try CheckpointsHelper.path(), ["append", sandbox.state, "1000000"])
            // From a moment before the folder exists to a moment after the first events.
            usleep(UInt32(moment) * 2500)
            child.kill()
            let store = try sandbox.store()
            let run = try store.createRun(name: "zone", now: 1)
            try RunJournal(store, run: run, after: 0).append([Record(run: run, time: 1, event: .ready(step: "a"))])
            #expect(try store.load(run).state.order == ["a"])
        }
    }

    @Test("a copy by sqlite3's backup of a folder in use is a whole state folder")
    func backup() throws {
        let sandbox = try Sandbox()
        let child = try Child(try CheckpointsHelper.path(), ["append", sandbox.state, "1000000"])
        for _ in 0..<20 { _ = child.line() }
        let copy = try Sandbox()
        let folder = try copy.folder()
        let result = try run("sqlite3", [sandbox.state + "/state.db", ".timeout 5000", ".backup '\(folder.database)'"])
        #expect(result.status == 0, "\(result.output)")
        child.kill()
        let store = try copy.store()
        #expect(try whole(store, 1) >= 20)
    }
}
