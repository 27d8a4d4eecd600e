import CPlatform
import Execution
import Foundation
import Testing

@testable import Processes

/// Copies of a run's folder, and whose processes are whose.
@Suite struct RunFolderOriginTests {
    private func start(_ place: Workplace, _ files: RunFolder, _ variable: Bool) throws -> ProcessIdentity {
        var launch = place.launch("exec sleep 900")
        launch.output = .log(files.log(step: "up", role: .body, attempt: 1))
        if variable { launch.environment = ["RUNBOOK_EXITS=\(files.exitsPath)"] }
        let identity = try place.start(launch)
        eventually { FileManager.default.fileExists(atPath: files.log(step: "up", role: .body, attempt: 1)) }
        eventually { ProcessTable.environment(of: identity.pid, has: "PATH=") == true }
        return identity
    }

    @Test("a process belongs to the folder it was started for, not to a copy", arguments: [true, false])
    func copied(variable: Bool) throws {
        let place = try Workplace()
        let files = try RunFolder(state: place.path("state"), run: 3)
        let process = try start(place, files, variable)
        #expect(files.origin(of: process.pid) == nil)
        try FileManager.default.copyItem(atPath: place.path("state"), toPath: place.path("copy"))
        let copy = try RunFolder(state: place.path("copy"), run: 3)
        #expect(copy.origin(of: process.pid) == place.path("state"))
        #expect(files.origin(of: process.pid) == nil)
    }

    @Test("a folder that was moved, or whose original is gone, is the one", arguments: [true, false])
    func moved(variable: Bool) throws {
        let place = try Workplace()
        let process = try start(place, try RunFolder(state: place.path("state"), run: 3), variable)
        try FileManager.default.copyItem(atPath: place.path("state"), toPath: place.path("copy"))
        try FileManager.default.moveItem(atPath: place.path("state"), toPath: place.path("moved"))
        #expect(try RunFolder(state: place.path("moved"), run: 3).origin(of: process.pid) == nil)
        try FileManager.default.removeItem(atPath: place.path("moved"))
        #expect(try RunFolder(state: place.path("copy"), run: 3).origin(of: process.pid) == nil)
    }

    @Test("what writes elsewhere and says nothing counts as ours")
    func silent() throws {
        let place = try Workplace()
        let files = try RunFolder(state: place.path("state"), run: 3)
        let process = try place.start(place.launch("exec sleep 900"))
        #expect(files.origin(of: process.pid) == nil)
    }

    @Test("only this program is an executor, and never the one that asks")
    func atWork() throws {
        let place = try Workplace()
        let process = try place.start(place.launch("exec sleep 900"))
        #expect(!place.runner.isAtWork(pid: process.pid, since: place.reactor.now.wall))
        #expect(!place.runner.isAtWork(pid: getpid(), since: place.reactor.now.wall))
    }

    @Test("an attempt that the executor ended has no exit status of its own")
    func interrupted() throws {
        let place = try Workplace()
        let files = try RunFolder(state: place.path("state"), run: 1)
        place.put("\na 1 143\n\nb 1 0\n", at: "state/runs/1/exits", mode: 0o600)
        files.noteInterrupted(step: "a", attempt: 1)
        #expect(files.exits() == [ExitNote(step: "b", attempt: 1, status: 0)])
    }

    @Test("room for exit notes is there before the disk is full")
    func reserved() throws {
        let place = try Workplace()
        let files = try RunFolder(state: place.path("state"), run: 1)
        var status = stat()
        #expect(stat(files.exitsPath, &status) == 0)
        #expect(status.st_size == 0)
        // Where the file system can do that at all.
        let file = open(files.exitsPath, O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        if platform_reserve(file, 1) == 0 { #expect(status.st_blocks >= 128) }
    }
}
