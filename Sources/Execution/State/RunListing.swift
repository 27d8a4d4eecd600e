/// One run of a state folder as lists show it.
package struct RunListing: Hashable, Sendable {
    package var run: Int
    package var runbook: String
    package var title: String
    /// What the newest session did.
    package var kind: Session.Kind?
    package var outcome: Outcome?
    /// An executor is at it now.
    package var isLive: Bool
    /// Set aside by `run --fresh`.
    package var isAbandoned: Bool
    /// Seconds since 1970.
    package var started: Double?
    package var finished: Double?
    package var sessions: Int

    package init(
        run: Int, runbook: String, title: String, kind: Session.Kind?, outcome: Outcome?, isLive: Bool,
        isAbandoned: Bool, started: Double?, finished: Double?, sessions: Int
    ) {
        self.run = run
        self.runbook = runbook
        self.title = title
        self.kind = kind
        self.outcome = outcome
        self.isLive = isLive
        self.isAbandoned = isAbandoned
        self.started = started
        self.finished = finished
        self.sessions = sessions
    }

    /// The word for where the run stands.
    package var word: String {
        RunWord.of(outcome, isLive: isLive) + (isAbandoned ? ", set aside" : "")
    }
}

/// The word for where a run stands, the same in text and JSON.
package enum RunWord {
    /// `running`, the outcome, or `unfinished` for a run whose executor died.
    package static func of(_ outcome: Outcome?, isLive: Bool) -> String {
        isLive ? "running" : outcome?.rawValue ?? "unfinished"
    }
}
