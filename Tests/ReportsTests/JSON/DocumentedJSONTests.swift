import DAG
import Execution
import Foundation
import Model
import Testing

@testable import Reports

/// docs/json-output.md against what the program writes. `RECORD=1` in the environment writes the examples anew.
@Suite("docs/json-output.md")
struct DocumentedJSONTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/json-output.md")

    /// Each section's text by its heading, without the marks before it.
    private static func sections() throws -> [String: String] {
        var sections: [String: String] = [:]
        var heading = ""
        for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n").dropLast() {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            }
            sections[heading, default: ""] += line + "\n"
        }
        return sections
    }

    private static func example(in section: String) -> String? {
        let parts = section.components(separatedBy: "```")
        guard parts.count == 3, parts[1].hasPrefix("json\n") else { return nil }
        return String(parts[1].dropFirst(5))
    }

    private static func check(_ heading: String, _ text: String) throws {
        let section = try #require(try sections()[heading], "no section \(heading)")
        let old = try #require(example(in: section), "no example in \(heading)")
        if ProcessInfo.processInfo.environment["RECORD"] == "1", old != text {
            var whole = try String(contentsOf: file, encoding: .utf8)
            whole = whole.replacingOccurrences(of: section, with: section.replacingOccurrences(of: old, with: text))
            try whole.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(example(in: try #require(try sections()[heading])) == text)
    }

    @Test("has every event with the line the program writes, and says what each field is")
    func events() throws {
        #expect(Set(EventSamples.all.map { EventSamples.name($0) }).count == 17)
        for event in EventSamples.all {
            let name = EventSamples.name(event)
            try Self.check(name, EventJSON.line(EventSamples.record(event)) + "\n")
            let section = try #require(try Self.sections()[name])
            guard case .object(let members) = EventJSON.value(EventSamples.record(event)) else {
                Issue.record("no object")
                continue
            }
            for member in members where !["time", "run", "event", "step"].contains(member.name) {
                #expect(section.contains("`\(member.name)`"), "\(name) does not explain \(member.name)")
            }
            #expect(members.prefix(3).map(\.name) == ["time", "run", "event"])
        }
    }

    @Test("has no event that the program does not write")
    func noMore() throws {
        let known = Set(EventSamples.all.map { EventSamples.name($0) })
        let documented = try Self.sections().keys.filter { $0.contains(".") && !$0.contains(" ") }
        #expect(Set(documented) == known)
    }

    @Test("has a status, a plan, runs, a report and a graph as the program writes them")
    func documents() throws {
        var state = RunState(run: 7)
        let gate = "http http://127.0.0.11:8500/v1/status/leader"
        for event in [
            .sessionStarted(EventSamples.session), .intended(step: "consul-1", EventSamples.intent),
            .started(step: "consul-1", attempt: 1, EventSamples.identity), .gating(step: "consul-1", attempt: 1),
            .probed(step: "consul-1", gate: gate, Answer(holds: true, text: "200"), probes: 4),
            .finished(step: "consul-1", EventSamples.result),
            .finished(step: "bootstrap", Result(state: .failed, attempt: 0, reason: "no free port")),
            .sessionFinished(.failed),
        ] as [Event] { state.apply(EventSamples.record(event)) }
        let runbook = Sample.runbook(["consul-1 Servers", "bootstrap Access < consul-1", "notes Access"]) { step in
            step.title = ["consul-1": "First Consul server", "bootstrap": "ACL bootstrap"][step.id] ?? "Notes"
            step.layer = "infra"
            step.isOnce = step.id == "bootstrap"
            step.isService = step.id == "consul-1"
        }
        try Self.check("Status", StatusJSON.value(state, runbook: runbook, isLive: false).prettyText)
        let plan = Plan(items: [
            .init(.run, "lapsed: http 127.0.0.11:8500 refused"),
            .init(.recheck, "done 2 h ago; asked again after consul-1"),
            .init(.keep, "done 2 h ago"),
        ])
        let listing = PlanListing(
            runbook: runbook, graph: runbook.graph, plan: plan, durations: [1.3, 0.4, 1], jobs: 8)
        try Self.check("Plan", PlanJSON.value(listing).prettyText)
        let run = RunListing(
            run: 7, runbook: "zone", title: "The zone", kind: .resume, outcome: .done, isLive: false,
            isAbandoned: false, started: EventSamples.time, finished: EventSamples.time + 61.5, sessions: 2)
        try Self.check("Runs", RunsJSON.value([run]).prettyText)
        let records = [
            .sessionStarted(EventSamples.session), .intended(step: "consul-1", EventSamples.intent),
            .gating(step: "consul-1", attempt: 1),
            .probed(step: "consul-1", gate: gate, Answer(holds: true, text: "200"), probes: 4),
            .finished(step: "consul-1", EventSamples.result), .sessionFinished(.done),
        ].enumerated().map { Record(run: 7, time: EventSamples.time + Double($0.offset), event: $0.element as Event) }
        var whole = RunState(run: 7)
        for record in records { whole.apply(record) }
        let one = Sample.runbook(["consul-1 Servers"]) { $0.title = "First Consul server" }
        let report = RunRecord(
            state: whole, records: records, runbook: one, isLive: false, before: nil,
            log: { _ in ["agent running"] }, mask: { $0 })
        try Self.check("Report", RecordJSON.value(report).prettyText)
        try Self.check("Graph", GraphJSON.value(GraphModel(runbook: runbook)).prettyText)
    }
}
