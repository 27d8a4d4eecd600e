package import Execution
import Model

/// A plan as data: `plan --json`.
package enum PlanJSON {
    package static func value(_ listing: PlanListing, mask: (String) -> String = { $0 }) -> JSONValue {
        .object([
            .init("runbook", .string(listing.runbook)), .init("title", .string(mask(listing.title))),
            .init("waves", .int(listing.waves)), .init("actions", .int(listing.count)),
            .init("jobs", .int(listing.jobs)), .init("expectedSeconds", .number(listing.expectedSeconds)),
            .init("criticalSeconds", .number(listing.criticalSeconds)),
            .init("criticalPath", .array(listing.criticalPath.map { .string($0) })),
            .init("steps", .array(listing.rows.map { step($0, mask) })),
        ])
    }

    private static func step(_ row: PlanListing.Row, _ mask: (String) -> String) -> JSONValue {
        .object([
            .init("id", .string(row.id)), .init("title", .string(mask(row.title))),
            .init("stage", .string(row.stage)), .init("layer", .optional(row.layer)),
            .init("decision", .string(row.decision.kind.rawValue)), .init("reason", .string(mask(row.reason))),
            .init("wave", row.wave > 0 ? .int(row.wave) : .null),
            .init("needs", .array(row.needs.map { .string($0) })), .init("expectedSeconds", .number(row.expected)),
            .init("slackSeconds", .number(row.slack)), .init("critical", .bool(row.isCritical)),
            .init("once", .bool(row.isOnce)), .init("manual", .bool(row.needsPerson)),
            .init("service", .bool(row.isService)),
        ])
    }
}
