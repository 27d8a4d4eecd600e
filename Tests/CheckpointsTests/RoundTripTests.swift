import Checkpoints
import Execution
import Foundation
import Model
import Testing

@Suite("What is appended comes back")
struct RoundTripTests {
    @Test("every kind of record comes back exactly, in order", arguments: 0..<20 as Range<UInt64>)
    func everyRecord(seed: UInt64) throws {
        let sandbox = try Sandbox()
        var written: [Record] = []
        var run = 0
        do {
            let store = try sandbox.store()
            run = try store.createRun(name: "zone", now: 1)
            let journal = try RunJournal(store, run: run, after: 0)
            var maker = RecordMaker(random: Seeded(seed), run: run)
            for _ in 0..<12 {
                var batch: [Record] = []
                for _ in 0..<(1 + maker.random.below(9)) {
                    batch.append(maker.record(maker.random.below(RecordMaker.kinds)))
                }
                try journal.append(batch)
                written += batch
            }
            // Each kind at least once.
            let rest = (0..<RecordMaker.kinds).map { maker.record($0) }
            try journal.append(rest)
            written += rest
            #expect(try store.records(run, after: 0).map(\.record) == written)
        }
        let reopened = try Store(reading: try StateFolder(existing: sandbox.state))
        let found = try reopened.records(run, after: 0)
        #expect(found.map(\.record) == written)
        #expect(found.map(\.seq) == found.map(\.seq).sorted())
    }

    @Test("a follower gets exactly what came after the last seq it saw")
    func following() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        let reader = try Store(reading: try StateFolder(existing: sandbox.state))
        var maker = RecordMaker(random: Seeded(7), run: run)
        var written: [Record] = []
        var read: [Record] = []
        var seq = 0
        for count in [0, 1, 5, 3] {
            let batch = (0..<count).map { _ in maker.record(10) }
            try journal.append(batch)
            written += batch
            repeat {
                let page = try reader.records(run, after: seq, limit: 2)
                guard let last = page.last else { break }
                read += page.map(\.record)
                seq = last.seq
            } while true
            #expect(read == written)
        }
    }

    @Test("a run loaded is the fold of what was appended, and of no other run")
    func loading() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let first = try store.createRun(name: "zone", now: 1)
        let second = try store.createRun(name: "zone", now: 2)
        let journals = [
            try RunJournal(store, run: first, after: 0), try RunJournal(store, run: second, after: 0),
        ]
        var makers = [RecordMaker(random: Seeded(1), run: first), RecordMaker(random: Seeded(2), run: second)]
        var states = [RunState(run: first), RunState(run: second)]
        for turn in 0..<200 {
            let index = turn % 2
            let record = makers[index].record(makers[index].random.below(RecordMaker.kinds))
            try journals[index].append([record])
            states[index].apply(record)
        }
        for index in 0..<2 {
            let loaded = try store.load(states[index].run)
            #expect(loaded.state.steps == states[index].steps)
            #expect(loaded.state.sessions == states[index].sessions)
            #expect(loaded.state.order == states[index].order)
            #expect(loaded.state.outcome == states[index].outcome)
            #expect(loaded.seq == journals[index].seq)
        }
    }

    @Test("a definition is stored once, whoever stores it, and found by its digest")
    func definitions() throws {
        let sandbox = try Sandbox()
        let definition = Definition(digest: "abc", text: "echo hello")
        let intent = Intent(role: .body, attempt: 1, fingerprint: Fingerprint(parts: []), log: "")
        let record = Record(run: 1, time: 1, event: .intended(step: "a", intent), definition: definition)
        do {
            let store = try sandbox.store()
            let run = try store.createRun(name: "zone", now: 1)
            try RunJournal(store, run: run, after: 0).append([record, record])
        }
        let store = try sandbox.store()
        try RunJournal(store, run: 1, after: 2).append([record])
        #expect(try store.definition("abc") == "echo hello")
        #expect(try store.definition("other") == nil)
        #expect(try sql(sandbox, "SELECT count(*) FROM definitions") == "1")
        #expect(try store.records(1, after: 0).map(\.record) == [record, record, record])
    }

    @Test("an intent and its result share one stored fingerprint; a later change is stored anew")
    func fingerprints() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        let old = Fingerprint(parts: [.init(name: "script", value: "1")])
        let new = Fingerprint(parts: [.init(name: "script", value: "2")])
        func attempt(_ number: Int, _ fingerprint: Fingerprint) -> [Record] {
            let intent = Intent(role: .body, attempt: number, fingerprint: fingerprint, log: "")
            return [
                Record(run: run, time: 1, event: .intended(step: "a", intent)),
                Record(
                    run: run, time: 1,
                    event: .finished(step: "a", Result(state: .done, attempt: number, fingerprint: fingerprint))),
            ]
        }
        try journal.append(attempt(1, old))
        try journal.append(attempt(2, old))
        #expect(try sql(sandbox, "SELECT count(fingerprint) FROM events") == "1")
        try journal.append(attempt(3, new))
        #expect(try sql(sandbox, "SELECT count(fingerprint) FROM events") == "2")
        #expect(try store.load(run).state[step: "a"].fingerprint == new)
    }

    @Test("records of another run are refused, and nothing of their batch is stored")
    func otherRun() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        #expect(throws: JournalError.self) {
            try journal.append([
                Record(run: run, time: 1, event: .ready(step: "a")),
                Record(run: run + 1, time: 1, event: .ready(step: "a")),
            ])
        }
        #expect(try store.records(run, after: 0).isEmpty)
    }
}

/// What the `sqlite3` program prints for a query on the sandbox's database, as another process.
func sql(_ sandbox: Sandbox, _ query: String) throws -> String {
    let result = try run("sqlite3", ["-batch", "-separator", "|", sandbox.state + "/state.db", query])
    #expect(result.status == 0, "\(result.output)")
    return result.output.trimmingCharacters(in: .newlines)
}
