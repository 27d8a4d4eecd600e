import Execution
import Foundation
import Reports
import Testing

/// Reports are made from records; these are written by hand.
@Suite("A report")
struct RunRecordTests {
    private static let evil = "</pre><script>alert(\"x\")</script>"
    /// What the command of a gate that does not hold printed.
    private static let printed = "403 \(evil)\n```\n| denied"
    private static let fingerprint = Fingerprint(parts: [])

    private static func session(_ kind: Session.Kind) -> Event {
        .sessionStarted(
            Session(
                kind: kind, runbook: "zone", title: "Zone \(evil)", paths: [], params: [],
                commandLine: "runbook run zone.md",
                jobs: 8, user: "ada", pid: 1, bootID: "b", version: "1"))
    }

    private static func intent(_ step: String, _ attempt: Int) -> Event {
        .intended(step: step, Intent(role: .body, attempt: attempt, fingerprint: fingerprint, log: "/log"))
    }

    /// A fails once, pauses and succeeds; its gate is asked; a second session an hour later runs B.
    private static let records: [Record] = [
        (1000, session(.run)), (1001, intent("a", 1)),
        (1003, .attemptEnded(step: "a", attempt: 1, .status(75), reason: "exit 75, again in 1 s", outputs: [])),
        (1004, intent("a", 2)), (1006, .attemptEnded(step: "a", attempt: 2, .status(0), reason: "", outputs: [])),
        (1006, .gating(step: "a", attempt: 2)),
        (1007, .probed(step: "a", gate: "tcp", Answer(holds: true, text: "open"), probes: 3)),
        (1007, .finished(step: "a", Result(state: .done, attempt: 2, exit: .status(0), seconds: 2, gateSeconds: 1))),
        (1007, .probed(step: "b", gate: "command", Answer(holds: false, text: "exit 1", output: printed), probes: 2)),
        (1008, .sessionFinished(.waiting)), (4608, session(.resume)), (4609, intent("b", 1)),
        (4611, .finished(step: "b", Result(state: .failed, attempt: 1, exit: .status(3), seconds: 2, reason: evil))),
        (4612, .sessionFinished(.failed)),
    ].map { Record(run: 7, time: $0.0, event: $0.1) }

    private var record: RunRecord {
        var state = RunState(run: 7)
        for record in Self.records { state.apply(record) }
        return RunRecord(
            state: state, records: Self.records, runbook: nil, isLive: false, before: nil, log: { _ in [Self.evil] },
            mask: { $0 })
    }

    @Test("knows when each step worked, paused and had its gates asked")
    func spans() {
        let spans = record.timeline.spans["a"]?.map { "\($0.kind.rawValue) \($0.start)–\($0.end)" }
        #expect(spans == ["work 1.0–3.0", "pause 3.0–4.0", "work 4.0–6.0", "gate 6.0–7.0"])
    }

    @Test("leaves out the time between sessions")
    func sessions() {
        #expect(record.timeline.breaks == [8])
        #expect(record.timeline.spans["b"]?.map(\.start) == [9])
        #expect(record.seconds == 12)
    }

    @Test("in HTML lets nothing from outside become markup")
    func inert() {
        let page = HTMLReport.text(record, svg: nil, mermaid: "flowchart \(Self.evil)")
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;"))
        #expect(!page.contains("http://") && !page.contains("https://"), "it needs no network")
        for landmark in ["<header>", "<main>", "<footer", "lang=\"en\"", "aria-labelledby"] {
            #expect(page.contains(landmark))
        }
        #expect(page.contains("<details id=\"step-b\" open>"), "what failed is open")
        #expect(page.contains("✗ failed</span> <a href=\"#step-b\">"), "and named at the top")
    }

    @Test("in HTML tells kinds of time apart by pattern, not by colour alone")
    func patterns() {
        let page = HTMLReport.text(record, svg: nil, mermaid: "")
        for kind in ["gate", "pause", "wait"] { #expect(page.contains(".\(kind) { background: r")) }
    }

    @Test("as JUnit is well-formed XML with the failure in it")
    func junit() throws {
        let text = JUnitReport.text(record)
        #expect(text.contains("tests=\"2\" failures=\"1\""))
        #expect(text.contains("<failure type=\"failed\""))
        #expect(text.contains(">command printed:\n403 &lt;/pre&gt;"), "what a gate's command printed is in it: \(text)")
        #expect(!text.contains("<script"))
    }

    @Test("as Markdown keeps a table a table")
    func markdown() {
        let text = MarkdownReport.text(record)
        #expect(text.contains("| a | done | 2 s | 1 s | 2 |"))
        // The fence is longer than the one in the output.
        let block = "b, command printed:\n\n````text\n403 \(Self.evil)\n```\n| denied\n````\n"
        #expect(text.contains(block), "\(text)")
        #expect(!text.replacingOccurrences(of: block, with: "").contains("<script"))
    }

    @Test("as a trace has a span a step below the run's, and the same ids each time")
    func trace() throws {
        let identity = Fingerprinter.digest("x")
        let text = TraceReport.value(record, identity: identity, digest: Fingerprinter.digest).text
        #expect(text == TraceReport.value(record, identity: identity, digest: Fingerprinter.digest).text)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let resources = try #require(object["resourceSpans"] as? [[String: Any]])
        let scopes = try #require(resources[0]["scopeSpans"] as? [[String: Any]])
        let spans = try #require(scopes[0]["spans"] as? [[String: Any]])
        let names = spans.compactMap { $0["name"] as? String }
        #expect(names == ["run 7 of zone", "a", "work", "pause", "work", "gate", "b", "work"])
        #expect(Set(spans.compactMap { $0["spanId"] as? String }).count == spans.count)
        #expect(spans.allSatisfy { ($0["traceId"] as? String)?.count == 32 })
        #expect(spans[1]["startTimeUnixNano"] as? String == "1001000000000")
    }
}
