import Glibc
import Model

/// What the kernel says about who has locked a file.
enum LockTable {
    /// Most bytes of the kernel's table that are looked through.
    private static let limit = 1 << 20

    /// Another process that may write to one of these files and keeps others from it, as `NAME, pid N`; nil where none
    /// is seen: it may live on another machine, or belong to a namespace that this one does not see.
    static func holder(of paths: [String]) -> String? {
        let inodes = paths.compactMap { FileSystem.status($0)?.inode }
        return holder(inodes: inodes.map { UInt64($0) }, table: read("/proc/locks"), own: getpid()) { pid in
            let name = read("/proc/\(pid)/comm").prefix { !$0.isNewline }
            return name.isEmpty ? nil : String(name)
        }
    }

    /// - Parameters:
    ///   - table: lines like `1: POSIX  ADVISORY  WRITE 4711 fe:00:131 120 120`.
    ///   - name: what a process is called; nil where it is gone.
    static func holder(inodes: [UInt64], table: String, own: Int32, name: (Int32) -> String?) -> String? {
        for line in table.words(at: "\n") {
            let fields = line.words(at: " ")
            // One that waits for a lock has an arrow before its kind.
            guard fields.count >= 6, fields[3] == "WRITE", let pid = Int32(fields[4]), pid > 0, pid != own,
                let inode = fields[5].words(at: ":").last.flatMap({ UInt64($0) }), inodes.contains(inode),
                let name = name(pid)
            else { continue }
            return "\(name), pid \(pid)"
        }
        return nil
    }

    private static func read(_ path: String) -> String {
        let descriptor = POSIX.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let bytes = (try? FileIO.read(descriptor, limit: limit)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }
}
