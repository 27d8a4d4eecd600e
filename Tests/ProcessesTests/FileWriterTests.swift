import Execution
import Foundation
import Testing

@testable import Processes

@Suite struct FileWriterTests {
    private func request(
        _ place: Workplace, _ path: String, _ content: String = "content\n", mode: UInt32 = 0o644
    ) -> FileRequest {
        FileRequest(path: path, directory: place.folder, content: content, mode: mode, owner: nil, group: nil)
    }

    private func write(_ request: FileRequest) throws -> String { try FileWriter(request).write() }

    private func failure(_ request: FileRequest) throws -> String {
        try #require(#expect(throws: FileError.self) { try FileWriter(request).write() }).message
    }

    private func names(_ place: Workplace) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.folder).sorted()
    }

    @Test("a file is written with its folders, then it is unchanged, then replaced")
    func writes() throws {
        let place = try Workplace()
        var wanted = request(place, "etc/consul/server.hcl")
        #expect(try !FileWriter(wanted).matches())
        #expect(try write(wanted) == "wrote 8 bytes")
        #expect(place.text("etc/consul/server.hcl") == "content\n")
        #expect(mode(of: place.path("etc/consul/server.hcl")) == 0o644)
        #expect(try FileWriter(wanted).matches())
        #expect(try write(wanted) == "unchanged")
        wanted.content = "x"
        #expect(try !FileWriter(wanted).matches())
        #expect(try write(wanted) == "wrote 1 byte")
        wanted.mode = 0o600
        #expect(try !FileWriter(wanted).matches())
        #expect(try write(wanted) == "wrote 1 byte")
        #expect(mode(of: place.path("etc/consul/server.hcl")) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("etc/consul")) == ["server.hcl"])
    }

    @Test("the mode is exact under any umask", arguments: [0o644, 0o600, 0o4755, 0o000, 0o1777] as [UInt32])
    func modes(mode wanted: UInt32) throws {
        try onOwnThread(umask: 0o777) {
            let place = try Workplace()
            chmod(place.folder, 0o700)
            let request = FileRequest(
                path: "file", directory: place.folder, content: "", mode: wanted, owner: nil, group: nil)
            _ = try FileWriter(request).write()
            #expect(mode(of: place.path("file")) == mode_t(wanted))
        }
    }

    @Test("an absolute path may lead anywhere")
    func absolute() throws {
        let place = try Workplace()
        mkdir(place.path("base"), 0o700)
        var wanted = request(place, place.path("elsewhere/file"))
        wanted.directory = place.path("base")
        #expect(try write(wanted) == "wrote 8 bytes")
        #expect(place.text("elsewhere/file") == "content\n")
    }

    @Test(
        "a relative path cannot leave the folder",
        arguments: ["../file", "a/../../file", "out/file", "out/deep/file", "up/file"])
    func confined(path: String) throws {
        let place = try Workplace()
        for name in ["base", "base/a", "outside"] { mkdir(place.path(name), 0o755) }
        symlink(place.path("outside"), place.path("base/out"))
        symlink("..", place.path("base/up"))
        var wanted = request(place, path)
        wanted.directory = place.path("base")
        #expect(try failure(wanted).contains("leaves the runbook's folder"))
        #expect((try? FileWriter(wanted).matches()) != true)
        #expect(try names(place) == ["base", "outside"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("outside")).isEmpty)
    }

    @Test("links and .. that stay inside are followed")
    func inside() throws {
        let place = try Workplace()
        mkdir(place.path("a"), 0o755)
        symlink("a", place.path("link"))
        #expect(try write(request(place, "link/file")) == "wrote 8 bytes")
        #expect(try write(request(place, "a/../a/./file")) == "unchanged")
        #expect(place.text("a/file") == "content\n")
    }

    @Test("a link at the end of the path is replaced, and what it points to stays")
    func finalLink() throws {
        let place = try Workplace()
        place.put("precious", at: "target")
        symlink(place.path("target"), place.path("link"))
        #expect(try !FileWriter(request(place, "link", "precious")).matches())
        #expect(try write(request(place, "link")) == "wrote 8 bytes")
        #expect(place.text("target") == "precious")
        #expect(place.text("link") == "content\n")
    }

    @Test(
        "folders, pipes and paths that name no file are refused",
        arguments: ["folder", "pipe", "", ".", "..", "folder/", "a\0b"])
    func refused(path: String) throws {
        let place = try Workplace()
        mkdir(place.path("folder"), 0o755)
        mkfifo(place.path("pipe"), 0o600)
        _ = try failure(request(place, path))
        #expect(try names(place) == ["folder", "pipe"])
    }

    @Test("a file in the place of a folder is named")
    func fileAsFolder() throws {
        let place = try Workplace()
        place.put("", at: "a")
        #expect(try failure(request(place, "a/b/file")) == "cannot write a/b/file: not a directory")
    }

    @Test("a base folder that does not exist is named")
    func missingBase() throws {
        let place = try Workplace()
        var wanted = request(place, "file")
        wanted.directory = "/no/such/base"
        #expect(try failure(wanted) == "cannot write file: its base /no/such/base: no such file or directory")
        #expect(try !FileWriter(wanted).matches())
    }

    @Test(
        "owner and group are taken by name or number",
        .enabled(if: geteuid() == 0, "only root can give a file away"))
    func owner() throws {
        let place = try Workplace()
        var wanted = request(place, "file", mode: 0o4750)
        wanted.owner = "daemon"
        wanted.group = "12345"
        _ = try write(wanted)
        var status = stat()
        #expect(lstat(place.path("file"), &status) == 0)
        #expect(status.st_uid == getpwnam("daemon").pointee.pw_uid && status.st_gid == 12_345)
        #expect(mode(of: place.path("file")) == 0o4750)
        #expect(try FileWriter(wanted).matches())
        wanted.group = "0"
        #expect(try !FileWriter(wanted).matches())
    }

    @Test("an owner who does not exist, and one that only root may name, are errors that leave nothing")
    func badOwner() throws {
        let place = try Workplace()
        var wanted = request(place, "file")
        wanted.owner = "no-such-user"
        #expect(try failure(wanted) == "there is no user no-such-user")
        wanted.owner = nil
        wanted.group = "no-such-group"
        #expect(try failure(wanted) == "there is no group no-such-group")
        if geteuid() != 0 {
            wanted.group = nil
            wanted.owner = "root"
            #expect(try failure(wanted).contains("only root can give files to others"))
        }
        #expect(try names(place) == [])
    }

    @Test("what a killed executor left behind is replaced")
    func leftover() throws {
        let place = try Workplace()
        place.put("half", at: ".file.runbook-tmp", mode: 0o400)
        #expect(try write(request(place, "file")) == "wrote 8 bytes")
        #expect(try names(place) == ["file"])
    }

    @Test("a name as long as names can be is fine")
    func longName() throws {
        let place = try Workplace()
        let name = String(repeating: "é", count: 127)
        #expect(try write(request(place, name)) == "wrote 8 bytes")
        #expect(try names(place).count == 1)
        #expect(try failure(request(place, name + "éé")).hasSuffix("file name too long"))
        #expect(try names(place).count == 1)
    }

    @Test(
        "a full disk leaves the old file as it was and nothing beside it",
        .enabled(if: geteuid() == 0, "only root can mount a small disk"))
    func fullDisk() throws {
        let place = try Workplace()
        mkdir(place.path("disk"), 0o755)
        var launch = place.launch("mount -t tmpfs -o size=64k none disk")
        launch.output = .discard
        guard try place.run(launch) == .status(0) else { return }
        defer {
            var launch = place.launch("umount disk", attempt: 2)
            launch.output = .discard
            _ = try? place.run(launch)
        }
        _ = try write(request(place, "disk/file", "old"))
        let message = try failure(request(place, "disk/file", String(repeating: "x", count: 1 << 20)))
        #expect(message == "cannot write disk/file: no space left on device")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("disk")) == ["file"])
        #expect(place.text("disk/file") == "old")
    }
}
