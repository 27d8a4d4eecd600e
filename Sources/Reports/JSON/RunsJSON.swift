package import Execution

/// The runs of a state folder as data: `runs --json`.
package enum RunsJSON {
    package static func value(_ runs: [RunListing]) -> JSONValue {
        .object([
            .init(
                "runs",
                .array(
                    runs.map { run in
                        .object([
                            .init("run", .int(run.run)),
                            .init("state", .string(RunWord.of(run.outcome, isLive: run.isLive))),
                            .init("runbook", .string(run.runbook)), .init("title", .string(run.title)),
                            .init("kind", .optional(run.kind?.rawValue)), .init("setAside", .bool(run.isAbandoned)),
                            .init("started", run.started.map { .string(Timestamp.text($0)) } ?? .null),
                            .init("finished", run.finished.map { .string(Timestamp.text($0)) } ?? .null),
                            .init("sessions", .int(run.sessions)),
                        ])
                    }))
        ])
    }
}
