import Execution
import Foundation
import Testing

@testable import Processes

@Suite struct RunFolderTests {
    private func folder(_ place: Workplace) throws -> RunFolder {
        try RunFolder(state: place.path("state"), run: 7)
    }

    @Test("the folders of a run are made, private under any umask", arguments: [0, 0o022, 0o777])
    func folders(mask: Int) throws {
        try onOwnThread(umask: mode_t(mask)) {
            let place = try Workplace()
            chmod(place.folder, 0o700)
            let folder = try RunFolder(state: place.path("state"), run: 7)
            #expect(folder.path == place.path("state/runs/7"))
            for name in ["", "/runs", "/runs/7", "/runs/7/logs", "/runs/7/outputs", "/runs/7/scripts"] {
                #expect(mode(of: place.path("state" + name)) == 0o700)
            }
        }
    }

    @Test("a run's folder can be opened again")
    func again() throws {
        let place = try Workplace()
        let first = try folder(place)
        place.put("kept", at: "state/runs/7/exits")
        #expect(try folder(place).path == first.path)
        #expect(place.text("state/runs/7/exits") == "kept")
    }

    @Test("a file in the way, and a parent that does not exist, are named")
    func inTheWay() throws {
        let place = try Workplace()
        place.put("", at: "state")
        let error = #expect(throws: FileError.self) { try folder(place) }
        #expect(error?.message == "\(place.path("state")) is in the way: it is not a folder")
        let missing = #expect(throws: FileError.self) { try RunFolder(state: place.path("no/state"), run: 1) }
        #expect(missing?.message == "cannot make the folder \(place.path("no/state")): no such file or directory")
    }

    @Test("a state folder of another user is refused", .enabled(if: geteuid() == 0, "only root can make one"))
    func otherUser() throws {
        let place = try Workplace()
        mkdir(place.path("state"), 0o777)
        chown(place.path("state"), 12_345, 12_345)
        let error = #expect(throws: FileError.self) { try folder(place) }
        #expect(error?.message.contains("belongs to another user (12345)") == true)
    }

    @Test("files are named after step, role and attempt")
    func names() throws {
        let place = try Workplace()
        let folder = try folder(place)
        let base = place.path("state/runs/7")
        #expect(folder.log(step: "dc2.consul-1", role: .body, attempt: 1) == "\(base)/logs/dc2.consul-1.1.log")
        #expect(folder.log(step: "consul-1", role: .undo, attempt: 2) == "\(base)/logs/consul-1.undo.2.log")
        #expect(folder.log(step: "file:server.hcl", role: .body, attempt: 1) == "\(base)/logs/file:server.hcl.1.log")
        #expect(folder.outputs(step: "a", attempt: 3) == "\(base)/outputs/a.3")
        #expect(folder.script(step: "a", role: .check, attempt: 0) == "\(base)/scripts/a.check.0")
        #expect(folder.script(step: "a", role: .gate(2), attempt: 5) == "\(base)/scripts/a.gate-2.5")
        #expect(folder.exitsPath == "\(base)/exits")
    }

    @Test("different attempts never share a name, and every name is one a file can have")
    func distinctNames() throws {
        let long = String(repeating: "a", count: 200)
        let ids = [
            "a", "a.undo", "a.b", "b", "a.1", "a.undo.undo", "undo", "a.gate-0", "a.check", ".", "..", ".a", "a/b",
            "a%2Fb", "a b", "a\nb", "é", long, long + "b", long + "c", String(repeating: "é", count: 200),
            String(repeating: "é", count: 201),
        ]
        var names: Set<String> = []
        for id in ids {
            for role in [Role.body, .undo, .check, .when, .gate(0), .secret(0)] {
                for attempt in [0, 1, 12] {
                    let name = RunFileName.name(step: id, role: role, attempt: attempt)
                    #expect(names.insert(name).inserted, "\(id) \(role) \(attempt): \(name)")
                    #expect("\(name).log".utf8.count <= 255)
                    #expect(!name.hasPrefix(".") && !name.contains("/") && !name.contains("\n"))
                }
            }
        }
    }

    @Test("files are read whole, within a limit; absent ones are nil")
    func read() throws {
        let place = try Workplace()
        let folder = try folder(place)
        place.put("12345", at: "file")
        #expect(try folder.read(place.path("file"), limit: 5) == Array("12345".utf8))
        #expect(try folder.read(place.path("none"), limit: 5) == nil)
        let large = #expect(throws: FileError.self) { try folder.read(place.path("file"), limit: 4) }
        #expect(large?.message == "\(place.path("file")) is larger than 4 bytes, the most that is read of it")
        let notFile = #expect(throws: FileError.self) { try folder.read(place.folder, limit: 4) }
        #expect(notFile?.message == "cannot read \(place.folder): it is not a regular file")
        mkfifo(place.path("pipe"), 0o600)
        #expect(throws: FileError.self) { try folder.read(place.path("pipe"), limit: 4) }
    }

    @Test("files exist until they are removed; links count as what they are")
    func exists() throws {
        let place = try Workplace()
        let folder = try folder(place)
        place.put("", at: "file")
        symlink("/no/such/target", place.path("link"))
        #expect(folder.exists(place.path("file")))
        #expect(folder.exists(place.path("link")))
        folder.remove(place.path("file"))
        #expect(!folder.exists(place.path("file")))
        folder.remove(place.path("file"))
    }

    @Test("exit notes are read from the run's file")
    func exits() throws {
        let place = try Workplace()
        let folder = try folder(place)
        #expect(folder.exits() == [])
        place.put("\na 1 0\n\nb 1 3\n\nc 1 ", at: "state/runs/7/exits")
        #expect(folder.exits().map(\.step) == ["a", "b"])
        #expect(folder.exits().map(\.status) == [0, 3])
    }
}
