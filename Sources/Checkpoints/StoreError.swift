/// Why a state folder, its database or the key of its secrets cannot be used.
package struct StoreError: Error, Hashable, Sendable {
    /// What went wrong, for callers that treat some of it differently; all of it ends in the same exit status.
    package enum Kind: String, Sendable {
        /// No state folder there, or nothing was ever stored in it.
        case missing
        /// Something else stands where the folder or file should be.
        case misplaced
        /// It belongs to another user.
        case foreign
        /// Others may write to it (the folder) or read it (the key).
        case exposed
        case readOnly
        case full
        case corrupt
        case notADatabase
        /// Written by a later version of this program.
        case newer
        /// Written by an earlier version, and not brought up to date yet.
        case older
        /// It lacks records that were once on disk.
        case lost
        /// Somebody else's lock on the database did not end in time.
        case busy
        case unknownRun
        /// The system refused a read or a write.
        case broken
    }

    package var kind: Kind
    /// One or two lines: what is wrong with which file, and what to do.
    package var message: String
    /// The command that helps, where there is one; known to whoever knows how commands are called.
    package var next: String?

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
