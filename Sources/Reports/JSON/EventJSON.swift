package import Execution

/// Stored events as lines of JSON: the contract of `--output json`, kept in docs/json-output.md.
package enum EventJSON {
    /// One record on one line, without a line end.
    ///
    /// - Parameter mask: applied to every text that a person or a child process may have shaped.
    package static func line(_ record: Record, mask: @escaping (String) -> String = { $0 }) -> String {
        value(record, mask: mask).text
    }

    package static func value(_ record: Record, mask: @escaping (String) -> String = { $0 }) -> JSONValue {
        var members = [
            JSONValue.Member("time", .string(Timestamp.text(record.time))), JSONValue.Member("run", .int(record.run)),
        ]
        let fields = Fields(mask: mask)
        members += fields.members(record.event)
        return .object(members)
    }
}

/// Turns each kind of event into its name and fields.
private struct Fields {
    typealias Member = JSONValue.Member

    let mask: (String) -> String

    /// The pid of a process of the machine that it runs on; of all else what that machine knows it by.
    private func process(_ handle: Handle) -> Member {
        handle.process.map { Member("pid", .int(Int($0.pid))) } ?? text("handle", handle.opaque)
    }

    func members(_ event: Event) -> [Member] {
        switch event {
        case .sessionStarted(let session): return started(session)
        case .sessionFinished(let outcome):
            return [Member("event", .string("run.finished")), Member("state", .string(outcome.rawValue))]
        case .planned(let step, let decision, let reason):
            return head("step.planned", step) + [
                Member("decision", .string(decision.rawValue)), text("reason", reason),
            ]
        case .ready(let step): return head("step.ready", step)
        case .intended(let step, let intent):
            return head("step.intended", step) + [
                attempt(intent.attempt), Member("role", .string(name(intent.role))), text("log", intent.log),
            ]
        case .withdrawn(let step, let number, let reason):
            return head("step.withdrawn", step) + [attempt(number), text("reason", reason)]
        case .started(let step, let number, let handle):
            return head("step.started", step) + [attempt(number), process(handle)]
        case .adopted(let step, let number, let handle):
            return head("step.adopted", step) + [attempt(number), process(handle)]
        case .attemptEnded(let step, let number, let exit, let reason, let outputs):
            return head("step.ended", step) + [attempt(number)] + ended(exit)
                + [text("reason", reason), names(outputs)]
        case .kept(let step, let number, let outputs):
            return head("step.kept", step) + [attempt(number), names(outputs)]
        case .gating(let step, let number): return head("step.gating", step) + [attempt(number)]
        case .probed(let step, let gate, let answer, let probes):
            return head("gate.probed", step) + [
                text("gate", gate), Member("holds", .bool(answer.holds)), text("answer", answer.text),
                Member("probes", .int(probes)), text("output", answer.output),
            ]
        case .waiting(let step, let question): return head("step.waiting", step) + [text("question", question)]
        case .finished(let step, let result): return head("step.finished", step) + finished(result)
        case .serviceEnded(let step, let exit): return head("service.ended", step) + ended(exit)
        case .lapsed(let step, let reason): return head("step.lapsed", step) + [text("reason", reason)]
        case .word(let step, let word):
            return head("step.word", step) + [
                Member("word", .string(word.kind.rawValue)), text("user", word.user), text("note", word.note),
            ]
        }
    }

    private func started(_ session: Session) -> [Member] {
        [
            Member("event", .string("run.started")), Member("kind", .string(session.kind.rawValue)),
            text("runbook", session.runbook), text("title", session.title),
            Member("paths", .array(session.paths.map { .string(mask($0)) })),
            Member("params", .array(session.params.map { .string(mask($0)) })),
            text("commandLine", session.commandLine), Member("jobs", .int(session.jobs)), text("user", session.user),
            Member("pid", .int(Int(session.pid))), text("version", session.version),
        ]
    }

    private func finished(_ result: Result) -> [Member] {
        [Member("state", .string(result.state.rawValue)), attempt(result.attempt)] + ended(result.exit)
            + [
                Member("seconds", .number(result.seconds)), Member("gateSeconds", .number(result.gateSeconds)),
                text("reason", result.reason), names(result.outputs),
            ]
    }

    private func head(_ event: String, _ step: String) -> [Member] {
        [Member("event", .string(event)), Member("step", .string(step))]
    }

    private func text(_ name: String, _ text: String) -> Member { Member(name, .string(mask(text))) }

    private func attempt(_ number: Int) -> Member { Member("attempt", .int(number)) }

    /// Names alone: values are for `runbook output`.
    private func names(_ outputs: [Output]) -> Member {
        Member("outputs", .array(outputs.map { .string($0.name) }))
    }

    private func ended(_ exit: Exit?) -> [Member] { ExitJSON.members(exit) }

    private func name(_ role: Role) -> String {
        switch role {
        case .body: "body"
        case .undo: "undo"
        case .when: "when"
        case .check: "check"
        case .gate: "gate"
        case .secret: "secret"
        }
    }
}

/// How an end is told: `exit` is the status or null; `signal` is there only for a process that a signal ended.
enum ExitJSON {
    static func members(_ exit: Exit?) -> [JSONValue.Member] {
        switch exit {
        case .status(let status): [JSONValue.Member("exit", .int(Int(status)))]
        case .signal(let signal):
            [JSONValue.Member("exit", .null), JSONValue.Member("signal", .int(Int(signal)))]
        case .unknown, nil: [JSONValue.Member("exit", .null)]
        }
    }
}
