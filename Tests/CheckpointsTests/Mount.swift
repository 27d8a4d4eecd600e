import Foundation

/// A mount that is gone with its value; tests that need one do nothing where there is no right to mount.
final class Mount {
    let path: String

    /// `source` under a second name.
    convenience init?(bind source: String, at path: String, readOnly: Bool = false) throws {
        try self.init(path, ["--bind", source])
        if readOnly, try run("mount", ["-o", "remount,bind,ro", path]).status != 0 { return nil }
    }

    /// A file system in memory, of this many bytes.
    convenience init?(size: Int, at path: String) throws {
        try self.init(path, ["-t", "tmpfs", "-o", "size=\(size),mode=0700", "tmpfs"])
    }

    private init?(_ path: String, _ arguments: [String]) throws {
        self.path = path
        guard geteuid() == 0 else { return nil }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard try run("mount", arguments + [path]).status == 0 else { return nil }
    }

    deinit {
        _ = try? run("umount", ["-l", path])
    }
}
