import Execution

/// A run as it was, as JSON: times in seconds from the beginning of the first session.
package enum RecordJSON {
    package static func value(_ record: RunRecord) -> JSONValue {
        .object([
            .init("run", .int(record.run)), .init("runbook", .string(record.runbook)),
            .init("title", .string(record.title)), .init("state", .string(record.word)),
            .init("started", .string(Timestamp.text(record.started))), .init("seconds", .number(record.seconds)),
            .init(
                "sessions",
                .array(
                    record.sessions.map { session in
                        .object([
                            .init("kind", .string(session.kind.rawValue)), .init("user", .string(session.user)),
                            .init("commandLine", .string(session.commandLine)), .init("jobs", .int(session.jobs)),
                        ])
                    })),
            .init("breaks", .array(record.timeline.breaks.map { .number($0) })),
            .init("runBefore", record.runBefore.map { .int($0) } ?? .null),
            .init("steps", .array(record.rows.map(step))),
        ])
    }

    private static func step(_ row: RunRecord.Row) -> JSONValue {
        .object([
            .init("id", .string(row.id)), .init("title", .string(row.title)), .init("stage", .string(row.stage)),
            .init("state", .string(row.status.state.rawValue)), .init("reason", .string(row.status.reason)),
            .init("seconds", .number(row.work)), .init("gateSeconds", .number(row.gates)),
            .init("secondsBefore", row.secondsBefore.map { .number($0) } ?? .null),
            .init("critical", .bool(row.isCritical)), .init("needs", .array(row.needs.map { .string($0) })),
            .init(
                "spans",
                .array(
                    row.spans.map { span in
                        .object([
                            .init("kind", .string(span.kind.rawValue)), .init("attempt", .int(span.attempt)),
                            .init("start", .number(span.start)), .init("end", .number(span.end)),
                        ])
                    })),
            .init("attempts", .array(row.status.attempts.map(attempt))),
            .init("gates", .array(row.status.gates.map(gate))),
            .init("log", .array(row.log.map { .string($0) })),
        ])
    }

    private static func attempt(_ attempt: Attempt) -> JSONValue {
        let head: [JSONValue.Member] = [
            .init("number", .int(attempt.number)), .init("role", .string(attempt.role == .undo ? "undo" : "body")),
            .init("session", .int(attempt.session)), .init("intended", .string(Timestamp.text(attempt.intendedAt))),
            .init("ended", attempt.endedAt.map { .string(Timestamp.text($0)) } ?? .null),
        ]
        return .object(head + ExitJSON.members(attempt.exit) + [.init("reason", .string(attempt.reason))])
    }

    private static func gate(_ gate: GateStatus) -> JSONValue {
        let changes = gate.history.map { change in
            JSONValue.object([
                .init("time", .string(Timestamp.text(change.time))), .init("holds", .bool(change.answer.holds)),
                .init("answer", .string(change.answer.text)), .init("probes", .int(change.probes)),
                .init("output", .string(change.answer.output)),
            ])
        }
        return .object([.init("gate", .string(gate.label)), .init("changes", .array(changes))])
    }
}
