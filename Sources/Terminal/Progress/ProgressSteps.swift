package import Model

/// What a progress view knows beforehand of the steps of a run.
package struct ProgressSteps: Sendable {
    /// One step.
    package struct Entry: Sendable {
        package var id: String
        package var title: String
        /// Most attempts at its body.
        package var attempts: Int
        /// Limit of its body, in seconds.
        package var timeout: Double?
        package var isInteractive: Bool

        package init(
            id: String, title: String, attempts: Int = 1, timeout: Double? = nil, isInteractive: Bool = false
        ) {
            self.id = id
            self.title = title
            self.attempts = attempts
            self.timeout = timeout
            self.isInteractive = isInteractive
        }
    }

    /// How many steps are to come out done.
    package let total: Int
    /// Columns of the longest id and of the longest title.
    let idWidth: Int
    let titleWidth: Int
    private let entries: [String: Entry]

    /// - Parameter entries: the steps of the selection.
    package init(_ entries: [Entry]) {
        total = entries.count
        idWidth = entries.reduce(0) { max($0, TextWidth.of($1.id)) }
        titleWidth = entries.reduce(0) { max($0, TextWidth.of(Sanitizer.line($1.title))) }
        self.entries = Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The steps of the runbook with these ids; all of them where none are given.
    package init(_ runbook: Runbook, selection: Set<String>? = nil) {
        self.init(
            runbook.steps.filter { selection?.contains($0.id) ?? true }.map { step in
                Entry(
                    id: step.id, title: step.title, attempts: step.retries.count + 1,
                    timeout: step.timeout?.inSeconds, isInteractive: step.isInteractive)
            })
    }

    func contains(_ id: String) -> Bool { entries[id] != nil }

    /// What is known of the step; for one that is not in the selection its id alone.
    subscript(id: String) -> Entry { entries[id] ?? Entry(id: id, title: "") }
}
