import Model

/// Where loading takes its files from. All paths are absolute, without `.` and `..` parts.
package protocol SourceProvider {
    /// What stands at the path; nil for nothing.
    func kind(of path: String) -> SourceKind?

    /// The bytes of a file, at most `SourceLimits.size`.
    func read(_ path: String) throws(SourceFailure) -> [UInt8]

    /// The names in a folder, sorted by bytes; nil when it cannot be read.
    func names(in folder: String) -> [String]?

    /// The one name that a file has however it is reached; the path itself where nothing stands there.
    func canonical(_ path: String) -> String
}

/// What a path leads to.
package enum SourceKind: Hashable, Sendable {
    case file, folder
    /// A pipe, a socket or a device.
    case special
}

package enum SourceLimits {
    /// Files above this many bytes are refused.
    package static let size = 16 << 20

    /// Longest time to wait for a pipe or device that gives nothing, in milliseconds.
    static let patience = 10_000
}

/// Why there are no bytes.
package enum SourceFailure: Error, Hashable, Sendable {
    case missing
    case folder
    case tooLarge
    /// A pipe or device that gave nothing for too long.
    case silent
    /// The system's words for why.
    case unreadable(String)

    /// The finding for it; the message goes on after `this file …`.
    var explanation: (code: DiagnosticCode, message: String, hint: String?) {
        switch self {
        case .missing: (.unreadableFile, "does not exist", "check the path")
        case .folder: (.unreadableFile, "is a folder", "name a file in it")
        case .tooLarge:
            (.fileTooLarge, "is larger than \(SourceLimits.size >> 20) MiB", "split it, and `include` the parts")
        case .silent:
            (.unreadableFile, "gave nothing for \(SourceLimits.patience / 1_000) s", "is anything writing to it?")
        case .unreadable(let reason): (.unreadableFile, "cannot be read: \(reason)", nil)
        }
    }
}
