/// The files of one run's folder, and the files that `file:` steps write.
package protocol RunFiles: AnyObject {
    /// Where an attempt's log is (to be) found.
    func log(step: String, role: Role, attempt: Int) -> String
    /// Where an attempt's body writes its outputs (`RUNBOOK_OUTPUT`).
    func outputs(step: String, attempt: Int) -> String
    /// Where that file is kept, sealed, when it holds more than could be stored.
    func sealedOutputs(step: String, attempt: Int) -> String
    /// Where a body too long for a command line is put.
    func script(step: String, role: Role, attempt: Int) -> String
    /// The file to which shell bodies append `STEP ATTEMPT STATUS` lines as they end.
    var exitsPath: String { get }

    func exists(_ path: String) -> Bool
    /// The file's bytes; nil when there is none.
    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]?
    /// The last lines of a log, unmasked, without their line ends.
    func tail(_ path: String, lines: Int) -> [String]
    func remove(_ path: String)
    /// Puts a file that only its owner can read in place, whole and on disk.
    func keep(_ bytes: [UInt8], at path: String) throws(FileError)
    /// What is at the place, and the folders on the way to it that are not there: absolute paths, outermost first.
    ///
    /// Throws for what cannot be read, or is larger than what is kept.
    func look(at place: FilePlace) throws(FileError) -> (found: FoundFile, missing: [String])
    /// Puts something in the place of what is there, atomically and durably; with `.nothing`, of these folders those on
    /// the way to it that are empty then go as well.
    ///
    /// - Returns: what could not be done of it, for people; empty where all was.
    func replace(_ place: FilePlace, with file: FoundFile, folders: Set<String>) throws(FileError) -> String
    /// True when the file already has exactly this content and mode.
    func matches(_ request: FileRequest) -> Bool
}

/// The exit status that a shell body left behind as it ended.
package struct ExitNote: Hashable, Sendable {
    package var step: String
    package var attempt: Int
    /// 0…255.
    package var status: Int32

    package init(step: String, attempt: Int, status: Int32) {
        self.step = step
        self.attempt = attempt
        self.status = status
    }
}

/// One file to be written, every value known.
package struct FileRequest: Hashable, Sendable {
    /// Absolute, or relative to `directory`; a relative one may not leave it through `..` or symbolic links. A symbolic
    /// link at the very end is replaced, not followed.
    package var path: String
    package var directory: String
    package var content: String
    package var mode: UInt32
    package var owner: String?
    package var group: String?

    package init(path: String, directory: String, content: String, mode: UInt32, owner: String?, group: String?) {
        self.path = path
        self.directory = directory
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}

/// Why a file could not be read or written.
package struct FileError: Error, Hashable, Sendable {
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
