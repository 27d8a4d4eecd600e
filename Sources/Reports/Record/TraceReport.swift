import Execution

/// A run as an OpenTelemetry trace (OTLP/HTTP, JSON encoding): a span a step, its gates and attempts as spans below.
package enum TraceReport {
    /// - Parameters:
    ///   - records: what the spans' times are taken from.
    ///   - identity: 64 hexadecimal digits that belong to this run alone, such as a digest: trace and span ids come
    ///     from it, so that posting twice gives the same trace.
    package static func value(_ record: RunRecord, identity: String, digest: (String) -> String) -> JSONValue {
        let trace = String(identity.prefix(32))
        let root = String(digest(identity + "/root").prefix(16))
        let end = record.started + record.seconds
        var spans = [
            span(
                trace, root, parent: nil, name: "run \(record.run) of \(record.runbook)", start: record.started,
                end: end,
                attributes: [("runbook.run", .int(record.run)), ("runbook.outcome", .string(record.word))],
                isError: record.word == "failed")
        ]
        for row in record.rows {
            guard let first = row.spans.first, let last = row.spans.last else { continue }
            let id = String(digest(identity + "/step/" + row.id).prefix(16))
            let state = row.status.state
            spans.append(
                span(
                    trace, id, parent: root, name: row.id, start: record.started + first.start,
                    end: record.started + last.end,
                    attributes: [
                        ("runbook.step", .string(row.id)), ("runbook.title", .string(row.title)),
                        ("runbook.stage", .string(row.stage)), ("runbook.state", .string(state.rawValue)),
                        ("runbook.reason", .string(row.status.reason)),
                    ], isError: state == .failed || state == .lapsed))
            for (number, part) in row.spans.enumerated() {
                spans.append(
                    span(
                        trace, String(digest("\(identity)/step/\(row.id)/\(number)").prefix(16)), parent: id,
                        name: part.kind.rawValue, start: record.started + part.start, end: record.started + part.end,
                        attributes: [("runbook.attempt", .int(part.attempt))], isError: false))
            }
        }
        return .object([
            .init(
                "resourceSpans",
                .array([
                    .object([
                        .init(
                            "resource",
                            .object([
                                .init("attributes", .array([attribute("service.name", .string("runbook"))]))
                            ])),
                        .init(
                            "scopeSpans",
                            .array([
                                .object([
                                    .init("scope", .object([.init("name", .string("runbook"))])),
                                    .init("spans", .array(spans)),
                                ])
                            ])),
                    ])
                ]))
        ])
    }

    private static func span(
        _ trace: String, _ id: String, parent: String?, name: String, start: Double, end: Double,
        attributes: [(String, JSONValue)], isError: Bool
    ) -> JSONValue {
        var members: [JSONValue.Member] = [.init("traceId", .string(trace)), .init("spanId", .string(id))]
        if let parent { members.append(.init("parentSpanId", .string(parent))) }
        members += [
            .init("name", .string(name)), .init("kind", .int(1)),
            .init("startTimeUnixNano", .string(nanoseconds(start))),
            .init("endTimeUnixNano", .string(nanoseconds(max(start, end)))),
            .init("attributes", .array(attributes.map { attribute($0.0, $0.1) })),
            .init("status", .object([.init("code", .int(isError ? 2 : 1))])),
        ]
        return .object(members)
    }

    /// 64-bit numbers are strings in the JSON encoding of OTLP.
    private static func attribute(_ name: String, _ value: JSONValue) -> JSONValue {
        let typed: JSONValue.Member
        if case .int(let number) = value {
            typed = .init("intValue", .string("\(number)"))
        } else {
            typed = .init("stringValue", value)
        }
        return .object([.init("key", .string(name)), .init("value", .object([typed]))])
    }

    private static func nanoseconds(_ wall: Double) -> String {
        let microseconds = Int64((max(0, min(wall, 9e9)) * 1e6).rounded())
        return "\(microseconds)000"
    }
}
