import Checkpoints
import Execution
import Testing

@Suite("Words of people")
struct WordsTests {
    private let approve = OperatorAction(kind: .approve, user: "ann", note: "looked at it")
    private let reset = OperatorAction(
        kind: .reset, user: "bob", note: "", fingerprint: Fingerprint(parts: [.init(name: "script", value: "x")]))

    @Test("a word left by another connection is heard once, in order, and by its run alone")
    func heard() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let first = try store.createRun(name: "zone", now: 1)
        let second = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: first, after: 0)
        #expect(try journal.words().isEmpty)
        let other = try Store(writing: try StateFolder(existing: sandbox.state))
        try other.leave(approve, run: first, step: "a", now: 5)
        try other.leave(approve, run: second, step: "z", now: 6)
        try other.leave(reset, run: first, step: "b", now: 7)
        let words = [
            Record(run: first, time: 5, event: .word(step: "a", approve)),
            Record(run: first, time: 7, event: .word(step: "b", reset)),
        ]
        #expect(try journal.words() == words)
        #expect(try journal.words().isEmpty)
        #expect(try store.records(first, after: 0).map(\.record) == words)
        #expect(try store.records(second, after: 0).isEmpty)
        #expect(
            try sql(sandbox, "SELECT run, step, word, user, heard FROM words ORDER BY time") == """
                1|a|approve|ann|1
                2|z|approve|ann|0
                1|b|reset|bob|1
                """)
    }

    @Test("words stand where the executor heard them, so that a replay folds as the executor did")
    func order() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        let other = try Store(writing: try StateFolder(existing: sandbox.state))
        var live = RunState(run: run)
        try other.leave(reset, run: run, step: "a", now: 2)
        let result = Record(run: run, time: 3, event: .finished(step: "a", Result(state: .done, attempt: 1)))
        try journal.append([result])
        live.apply(result)
        for word in try journal.words() { live.apply(word) }
        #expect(live[step: "a"].state == .pending)
        #expect(try store.load(run).state.steps == live.steps)
    }

    @Test("a word that nobody has heard yet shows in a loaded run, and waits for the next executor")
    func pending() throws {
        let sandbox = try Sandbox()
        var run = 0
        do {
            let store = try sandbox.store()
            run = try store.createRun(name: "zone", now: 1)
            try RunJournal(store, run: run, after: 0).append([
                Record(run: run, time: 2, event: .waiting(step: "a", question: "Go on?"))
            ])
        }
        let folder = try StateFolder(existing: sandbox.state)
        try Store(writing: folder).leave(approve, run: run, step: "a", now: 3)
        let loaded = try Store(reading: folder).load(run)
        #expect(loaded.state[step: "a"].isApproved)
        let store = try sandbox.store()
        let journal = try RunJournal(store, run: run, after: loaded.seq)
        #expect(try journal.words() == [Record(run: run, time: 3, event: .word(step: "a", approve))])
        #expect(try store.load(run).state[step: "a"].words == [approve])
    }

    @Test("words that the executor itself appends are not told back to it")
    func own() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        _ = try journal.words()
        try journal.append([Record(run: run, time: 1, event: .word(step: "a", approve))])
        #expect(try journal.words().isEmpty)
    }

    @Test("only the holder of the lock makes, appends to and sets aside runs")
    func rights() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let other = try Store(writing: try StateFolder(existing: sandbox.state))
        for call in [
            { _ = try other.createRun(name: "b", now: 1) }, { try other.abandon([run]) },
            { _ = try RunJournal(other, run: run, after: 0) },
        ] as [() throws -> Void] {
            #expect(failure(call)?.kind == .readOnly)
        }
        #expect(try store.runs().count == 1)
    }
}
