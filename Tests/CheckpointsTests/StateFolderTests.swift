import Foundation
import Testing

@testable import Checkpoints

@Suite("State folders")
struct StateFolderTests {
    @Test("reading never makes a folder, nor a database in one that has none")
    func readingMakesNothing() throws {
        let sandbox = try Sandbox()
        let absent = failure { try StateFolder(existing: sandbox.state) }
        #expect(absent?.kind == .missing)
        #expect(absent?.message.contains(sandbox.state) == true)
        #expect(try sandbox.names(sandbox.path).isEmpty)
        try FileManager.default.createDirectory(atPath: sandbox.state, withIntermediateDirectories: false)
        let folder = try StateFolder(existing: sandbox.state)
        #expect(failure { try Store(reading: folder) }?.kind == .missing)
        #expect(failure { try Store(writing: folder) }?.kind == .missing)
        #expect(Lock.holder(of: folder) == nil)
        #expect(try sandbox.names().isEmpty)
    }

    @Test("reading a finished run changes nothing, and leaves at most SQLite's empty files behind")
    func readingLeavesNothing() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.store().createRun(name: "zone", now: 1)
        #expect(try sandbox.names() == [".gitignore", "acknowledged", "lock", "runs", "state.db", "work"])
        let database = try sandbox.bytes("state.db")
        _ = try Store(reading: try StateFolder(existing: sandbox.state)).runs()
        #expect(try sandbox.bytes("state.db") == database)
        let names = [".gitignore", "acknowledged", "lock", "runs", "state.db", "state.db-shm", "state.db-wal", "work"]
        #expect(try sandbox.names() == names)
        #expect(try sandbox.bytes("state.db-wal").isEmpty)
        #expect(try sandbox.mode("state.db-wal") == 0o600)
        // The next executor that ends in order takes them away.
        _ = try sandbox.store()
        #expect(try sandbox.names() == [".gitignore", "acknowledged", "lock", "runs", "state.db", "work"])
    }

    @Test("a new folder is made, with those on the way to it, all private")
    func parents() throws {
        let sandbox = try Sandbox()
        #expect(try StateFolder(creating: sandbox.state).path == sandbox.state)
        let deep = sandbox.path + "/a/b/state"
        #expect(try StateFolder(creating: deep).path == deep)
        for folder in ["", "/a", "/a/b", "/a/b/state"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.path + folder)
            if !folder.isEmpty { #expect(attributes[.posixPermissions] as? Int == 0o700, "\(folder)") }
        }
        #expect(try sandbox.names(sandbox.path) == ["a", "state"])
    }

    @Test("where one of them cannot be made, none is left")
    func parentsRefused() throws {
        let sandbox = try Sandbox()
        try Data().write(to: URL(fileURLWithPath: sandbox.path + "/file"))
        let inFile = failure { try StateFolder(creating: sandbox.path + "/file/a/state") }
        #expect(inFile?.message.contains("cannot make the state folder \(sandbox.path)/file/a/state") == true)
        let tooLong = String(repeating: "x", count: 300)
        #expect(failure { try StateFolder(creating: sandbox.path + "/a/b/\(tooLong)") } != nil)
        try FileManager.default.createSymbolicLink(atPath: sandbox.path + "/link", withDestinationPath: "gone")
        let dangling = failure { try StateFolder(creating: sandbox.path + "/link/state") }
        #expect(dangling?.message.contains("\(sandbox.path)/link is a symbolic link") == true)
        #expect(try sandbox.names(sandbox.path) == ["file", "link"])
    }

    @Test("two names of one folder are one folder")
    func names() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        let link = sandbox.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "state")
        #expect(try StateFolder(existing: link) == folder)
        #expect(try StateFolder(creating: "\(sandbox.path)/state/../link/runs/..") == folder)
    }

    @Test("a file, and a link to nothing, are refused as folders")
    func misplaced() throws {
        let sandbox = try Sandbox()
        try Data().write(to: URL(fileURLWithPath: sandbox.state))
        #expect(failure { try StateFolder(creating: sandbox.state) }?.kind == .misplaced)
        let link = sandbox.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: sandbox.path + "/gone")
        let dangling = failure { try StateFolder(creating: link) }
        #expect(dangling?.kind == .misplaced)
        #expect(dangling?.message.contains("does not exist") == true)
        #expect(try sandbox.names(sandbox.path) == ["link", "state"])
    }

    @Test("a database that is a folder or a link is refused and left alone")
    func misplacedDatabase() throws {
        let sandbox = try Sandbox()
        let folder = try sandbox.folder()
        try FileManager.default.createDirectory(atPath: folder.database, withIntermediateDirectories: false)
        #expect(failure { try sandbox.store() }?.kind == .misplaced)
        try FileManager.default.removeItem(atPath: folder.database)
        try FileManager.default.createSymbolicLink(atPath: folder.database, withDestinationPath: "/etc/passwd")
        #expect(failure { try sandbox.store() }?.kind == .misplaced)
    }

    @Test("a folder that others may write to is refused", arguments: [0o777, 0o770, 0o702])
    func exposed(mode: Int) throws {
        let sandbox = try Sandbox()
        _ = try sandbox.folder()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: sandbox.state)
        let error = failure { try StateFolder(existing: sandbox.state) }
        #expect(error?.kind == .exposed)
        #expect(error?.message.contains("chmod go-w") == true)
        #expect(failure { try StateFolder(creating: sandbox.state) }?.kind == .exposed)
        #expect(try sandbox.mode("") == mode)
    }

    @Test("a folder of another user is refused, except one's own for root through sudo")
    func owners() throws {
        #expect(try StateFolder.recipient(owner: 1000, path: "/s", user: 1000, caller: nil) == nil)
        #expect(try StateFolder.recipient(owner: 0, path: "/s", user: 0, caller: 1000) == nil)
        #expect(try StateFolder.recipient(owner: 1000, path: "/s", user: 0, caller: 1000) == 1000)
        for (owner, user, caller) in [(1000, 0, nil), (1001, 0, 1000), (0, 1000, nil), (1001, 1000, 1001)]
            as [(UInt32, UInt32, UInt32?)]
        {
            let error = failure {
                try StateFolder.recipient(owner: owner, path: "/s", user: user, caller: caller)
            }
            #expect(error?.kind == .foreign, "\(owner) \(user)")
            #expect(error?.message.contains("/s belongs to") == true)
        }
    }

    @Test("a folder that really belongs to somebody else is refused")
    func foreign() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.folder()
        guard geteuid() == 0 else { return skipped("giving a folder away needs root") }
        try run("chown", ["nobody", sandbox.state])
        #expect(failure { try StateFolder(existing: sandbox.state) }?.kind == .foreign)
        #expect(failure { try sandbox.store() }?.kind == .foreign)
    }

    @Test("folders are 0700 and files 0600 under any umask", arguments: [0o000, 0o022, 0o777] as [mode_t])
    func modes(mask: mode_t) throws {
        let sandbox = try Sandbox()
        // The umask belongs to the whole process: a child sets it.
        let made = try run(
            "sh",
            [
                "-c", "umask \(String(mask, radix: 8)); exec \"$0\" \"$@\"", try CheckpointsHelper.path(), "append",
                sandbox.state, "3",
            ])
        #expect(made.status == 0, "\(made.output)")
        #expect(try sandbox.mode("") == 0o700)
        for name in ["runs", "work", "runs/1"] { #expect(try sandbox.mode(name) == 0o700, "\(name)") }
        for name in ["state.db", "lock", "acknowledged"] { #expect(try sandbox.mode(name) == 0o600, "\(name)") }
    }
}
