/// What a `file:` step is about to do to a path, on disk with the intent: enough to put back what was there.
package struct FileIntent: Hashable, Sendable {
    package var place: FilePlace
    /// What was there when the attempt was about to begin.
    package var before: FileImage
    /// Absolute paths of the folders that had to be made for it, outermost first.
    package var folders: [String]
    /// Tells the content that is written from any other: a digest, keyed where it is secret.
    package var mark: String
    /// Permission bits that are written.
    package var mode: UInt32

    package init(place: FilePlace, before: FileImage, folders: [String], mark: String, mode: UInt32) {
        self.place = place
        self.before = before
        self.folders = folders
        self.mark = mark
        self.mode = mode
    }
}

/// Tells a file from any other, by content and mode.
package struct FileMark: Hashable, Sendable {
    /// A digest, keyed where the content is secret.
    package var content: String
    /// Permission bits.
    package var mode: UInt32

    package init(content: String, mode: UInt32) {
        self.content = content
        self.mode = mode
    }
}

/// Where a file is, as a `file:` step names it.
package struct FilePlace: Hashable, Sendable {
    /// Absolute, or relative to `directory`, which it does not leave.
    package var path: String
    package var directory: String

    package init(path: String, directory: String) {
        self.path = path
        self.directory = directory
    }

    package var absolute: String { path.utf8.first == UInt8(ascii: "/") ? path : "\(directory)/\(path)" }
}

/// What was found at a path; a symbolic link is not followed.
package enum FoundFile: Hashable, Sendable {
    case nothing
    /// Permission bits, and the numbers of owner and group.
    case file([UInt8], mode: UInt32, user: UInt32, group: UInt32)
    case link(String)
    /// A folder, a device or a pipe.
    case other
}

/// What was found at a path, as it is kept.
package enum FileImage: Hashable, Sendable {
    case nothing
    /// The content in hexadecimal digits; sealed where others could not read it, or a secret stands in it.
    case file(Output.Value, mode: UInt32, user: UInt32, group: UInt32)
    case link(String)
}

/// What taking down a file comes to.
package enum FileReturn: Hashable, Sendable {
    /// It is what it was before.
    case asBefore
    /// It is what the run wrote: what was there before comes back.
    case putBack
    /// Somebody changed it since: it stays. With the reason, for people.
    case kept(String)

    /// - Parameters:
    ///   - found: what is there now.
    ///   - before: what was there before the run first wrote it.
    ///   - isOurs: the content and mode are those of an attempt of this run.
    package static func decide(found: FoundFile, before: FoundFile, isOurs: Bool) -> FileReturn {
        if found == before { return .asBefore }
        if isOurs { return .putBack }
        switch found {
        case .nothing: return .kept("it was removed since")
        case .file, .link: return .kept("it was changed since")
        case .other: return .kept("it is no file any more")
        }
    }
}
