import Glibc
import Model

/// The newest record that was told to be on disk, kept beside the database.
///
/// Written after each commit and never synced: so it is never ahead of what is durable, and a database that ends before
/// it has lost records (a removed or truncated `state.db-wal`, an older copy put in place, a disk that does not keep
/// its word). SQLite alone cannot tell that.
final class Acknowledgement {
    private let descriptor: Int32

    /// Opens the file, made when it is not there.
    init(_ folder: StateFolder) throws(StoreError) {
        descriptor = try FileSystem.openPrivate(folder.acknowledged, owner: folder.giveTo)
    }

    deinit {
        close(descriptor)
    }

    /// `seq` of the newest record told to be on disk; 0 where there is none, or the file was removed or makes no sense.
    static func read(_ folder: StateFolder) -> Int {
        let descriptor = POSIX.open(folder.acknowledged, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let text = ((try? FileIO.read(descriptor, limit: 64)) ?? []).prefix { $0 != 0x0A }
        return Int(String(decoding: text, as: UTF8.self).drop { $0 == " " }) ?? 0
    }

    /// Right-aligned in 19 columns, so that each value covers the last one wholly.
    func write(_ seq: Int64) {
        var line = [UInt8](repeating: 0x20, count: 20)
        line[19] = 0x0A
        var rest = max(0, seq)
        var position = 18
        repeat {
            line[position] = 0x30 + UInt8(rest % 10)
            rest /= 10
            position -= 1
        } while rest > 0 && position >= 0
        // It only ever adds to what the database itself proves: a failure costs nothing.
        try? FileIO.write(line, to: descriptor, at: 0)
    }
}
