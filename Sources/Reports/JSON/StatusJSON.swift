package import Execution
package import Model

/// A run as data: `status --json`.
package enum StatusJSON {
    /// - Parameters:
    ///   - runbook: for titles, stages, layers and the steps no event has named yet; nil when it cannot be loaded.
    ///   - isLive: an executor is at the run now.
    package static func value(
        _ state: RunState, runbook: Runbook?, isLive: Bool, mask: @escaping (String) -> String = { $0 }
    ) -> JSONValue {
        let session = state.sessions.last
        var ids = runbook?.steps.map(\.id) ?? []
        let known = Set(ids)
        ids += state.order.filter { !known.contains($0) }
        return .object([
            .init("run", .int(state.run)), .init("state", .string(RunWord.of(state.outcome, isLive: isLive))),
            .init("runbook", .string(session?.runbook ?? runbook?.name ?? "")),
            .init("title", .string(mask(session?.title ?? runbook?.title ?? ""))),
            .init("kind", .optional(session?.kind.rawValue)),
            .init("started", state.started > 0 ? .string(Timestamp.text(state.started)) : .null),
            .init("finished", state.finished.map { .string(Timestamp.text($0)) } ?? .null),
            .init("sessions", .int(state.sessions.count)),
            .init(
                "steps",
                .array(
                    ids.map { id in
                        step(id, state[step: id], runbook?.index[id].flatMap { runbook?.steps[$0] }, mask)
                    })),
        ])
    }

    private static func step(
        _ id: String, _ status: StepStatus, _ step: Step?, _ mask: (String) -> String
    ) -> JSONValue {
        let bodies = status.attempts.filter { $0.role == .body }
        var members: [JSONValue.Member] = [
            .init("id", .string(id)), .init("title", .string(mask(step?.title ?? ""))),
            .init("state", .string(status.state.rawValue)), .init("stage", .string(step?.stage ?? "")),
            .init("layer", .optional(step?.layer)), .init("attempts", .int(bodies.count)),
        ]
        members += ExitJSON.members(status.exit)
        members += [
            .init("seconds", .number(status.seconds)), .init("gateSeconds", .number(status.gateSeconds)),
            .init("reason", .string(mask(status.reason))), .init("log", .optional(status.lastAttempt?.log)),
            .init("started", status.startedAt.map { .string(Timestamp.text($0)) } ?? .null),
            .init("finished", status.finishedAt.map { .string(Timestamp.text($0)) } ?? .null),
            .init("gates", .array(status.gates.map { gate($0, mask) })),
            .init("outputs", .array(status.outputs.map { .string($0.name) })),
        ]
        if let pid = status.process?.process?.pid { members.append(.init("pid", .int(Int(pid)))) }
        return .object(members)
    }

    private static func gate(_ gate: GateStatus, _ mask: (String) -> String) -> JSONValue {
        .object([
            .init("gate", .string(mask(gate.label))), .init("holds", gate.last.map { .bool($0.holds) } ?? .null),
            .init("answer", .optional(gate.last.map { mask($0.text) })), .init("probes", .int(gate.probes)),
            .init("output", .string(mask(gate.last?.output ?? ""))),
        ])
    }
}
