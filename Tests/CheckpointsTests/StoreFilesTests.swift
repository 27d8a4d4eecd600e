import Execution
import Foundation
import Testing

@testable import Checkpoints

@Suite("A database that is taken away from under its executor")
struct StoreFilesTests {
    private let record = Record(run: 1, time: 1, event: .ready(step: "a"))

    /// What an append says after `change`, with the sandbox as it is once the executor is gone.
    private func append(after change: (Sandbox) throws -> Void) throws -> (sandbox: Sandbox, message: String) {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        #expect(try store.createRun(name: "zone", now: 1) == 1)
        let journal = try RunJournal(store, run: 1, after: 0)
        try journal.append([record])
        try change(sandbox)
        var message = ""
        do { try journal.append([record, record]) } catch { message = error.message }
        #expect(journal.seq == 1)
        return (sandbox, message)
    }

    @Test("removed: told at the next commit; its log stays, so that put back together nothing is lost")
    func removed() throws {
        let (sandbox, message) = try append { sandbox in
            try FileManager.default.moveItem(atPath: sandbox.state + "/state.db", toPath: sandbox.path + "/kept")
        }
        #expect(message.hasPrefix("\(sandbox.state)/state.db was removed while a run was at work"), "\(message)")
        #expect(message.contains("Put it and its state.db-wal back"))
        #expect(Acknowledgement.read(try sandbox.folder()) == 1)
        #expect(failure { try sandbox.store() }?.kind == .lost)
        try FileManager.default.moveItem(atPath: sandbox.path + "/kept", toPath: sandbox.state + "/state.db")
        #expect(try sandbox.store().load(1).seq >= 1)
    }

    @Test("replaced: told, and the log of what stands there now is left alone")
    func replaced() throws {
        let (sandbox, message) = try append { sandbox in
            try FileManager.default.moveItem(atPath: sandbox.state, toPath: sandbox.path + "/old")
            let other = try Sandbox()
            let store = try other.store()
            let run = try store.createRun(name: "other", now: 1)
            try RunJournal(store, run: run, after: 0).append([record])
            try withExtendedLifetime(store) {
                try FileManager.default.copyItem(atPath: other.state, toPath: sandbox.state)
            }
        }
        #expect(message.hasPrefix("\(sandbox.state)/state.db was replaced"), "\(message)")
        #expect(try sandbox.bytes("state.db-wal").count > 0)
        #expect(try sandbox.store().load(1).seq == 1)
    }

    @Test("the whole folder removed: told")
    func folderRemoved() throws {
        let (sandbox, message) = try append { try FileManager.default.removeItem(atPath: $0.state) }
        #expect(message.hasPrefix("\(sandbox.state)/state.db was removed"), "\(message)")
        #expect(message.contains("Put the folder back"))
    }

    @Test("its log removed: told, and what was stored is kept when the executor ends in order")
    func logRemoved() throws {
        let (sandbox, message) = try append { try FileManager.default.removeItem(atPath: $0.state + "/state.db-wal") }
        #expect(message.hasPrefix("\(sandbox.state)/state.db-wal was removed"), "\(message)")
        #expect(try sandbox.store().load(1).seq >= 1)
    }

    @Test("an emptied database of a folder with runs is not filled anew")
    func emptied() throws {
        let sandbox = try Sandbox()
        do {
            let store = try sandbox.store()
            try RunJournal(store, run: try store.createRun(name: "zone", now: 1), after: 0).append([record])
        }
        try sandbox.put(Data(), "state.db")
        #expect(failure { try sandbox.store() }?.kind == .lost)
        #expect(try sandbox.bytes("state.db").isEmpty)
    }
}
