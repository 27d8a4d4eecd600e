import Execution
import Testing

/// What the engine emits is redacted, whatever it tells of.
@Suite("Redacted events")
struct EventRedactionTests {
    private static let events: [Event] = [
        .sessionStarted(
            Session(
                kind: .run, runbook: "zone", title: "of hunter22", paths: ["/r.md"], params: ["a=b"],
                commandLine: "runbook -p a=hunter22", jobs: 1, user: "u", pid: 1, bootID: "b", version: "1")),
        .planned(step: "a", decision: .run, reason: "edited: hunter22"),
        .attemptEnded(step: "a", attempt: 1, .status(1), reason: "said hunter22", outputs: []),
        .probed(step: "a", gate: "http hunter22", Answer(holds: false, text: "403 hunter22"), probes: 1),
        .waiting(step: "a", question: "take hunter22?"),
        .finished(step: "a", Result(state: .failed, reason: "no hunter22")),
        .lapsed(step: "a", reason: "hunter22 is gone"),
        .word(step: "a", OperatorAction(kind: .approve, user: "u", note: "hunter22 it is")),
    ]

    @Test("no text of an event keeps a secret, and the rest of it stays", arguments: events)
    func redacted(event: Event) {
        let mask = Redactor()
        #expect(event.redacted(by: mask) == event)
        mask.add("hunter22")
        let text = "\(event.redacted(by: mask))"
        #expect(text == "\(event)".replacing("hunter22", with: "***"))
        #expect(text.contains("***"))
    }
}
