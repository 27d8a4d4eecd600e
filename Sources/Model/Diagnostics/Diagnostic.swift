/// One thing wrong, or worth a warning, in a runbook, with all that is needed to show and mend it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable, Comparable {
        case error, warning, note

        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    }

    /// A second place that belongs to the finding, such as the first definition of a duplicate id.
    package struct Related: Hashable, Sendable {
        package var place: Place
        package var message: String
        /// The text of that line, without its line end.
        package var sourceLine: String?

        package init(place: Place, message: String, sourceLine: String? = nil) {
            self.place = place
            self.message = message
            self.sourceLine = sourceLine
        }
    }

    /// Stable code of the finding, such as `E103`; the list stands in `DiagnosticCode` and docs/format.md.
    package var code: String
    package var severity: Severity
    package var message: String
    package var place: Place
    /// How many scalars the caret line underlines; at least 1.
    package var length: Int
    /// The text of the line at `place`, without its line end.
    package var sourceLine: String?
    /// What to do about it.
    package var hint: String?
    package var related: [Related]

    package init(
        code: String, severity: Severity = .error, message: String, place: Place, length: Int = 1,
        sourceLine: String? = nil, hint: String? = nil, related: [Related] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.place = place
        self.length = max(1, length)
        self.sourceLine = sourceLine
        self.hint = hint
        self.related = related
    }
}
