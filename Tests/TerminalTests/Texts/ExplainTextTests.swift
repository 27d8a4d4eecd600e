import Execution
import Testing

@testable import Terminal

@Suite("Explanation of a step")
struct ExplainTextTests {
    @Test("decision, what changed line by line, attempts, gates, words, and who is beside it")
    func everything() {
        let state = Sample.state([
            .sessionStarted(FakeRun.session()), .intended(step: "consul", FakeRun.intent(1)),
            .started(step: "consul", attempt: 1, FakeRun.identity()),
            .attemptEnded(step: "consul", attempt: 1, .status(75), reason: "exit 75, again in 1 s", outputs: []),
            .intended(step: "consul", FakeRun.intent(2)), .started(step: "consul", attempt: 2, FakeRun.identity()),
            .attemptEnded(step: "consul", attempt: 2, .status(0), reason: "", outputs: []),
            .gating(step: "consul", attempt: 2),
            .probed(step: "consul", gate: "http :8500", Answer(holds: false, text: "503"), probes: 1),
            .probed(step: "consul", gate: "http :8500", Answer(holds: true, text: "200"), probes: 4),
            .finished(step: "consul", Result(state: .done, attempt: 2, exit: .status(0), seconds: 1)),
            .word(step: "consul", Word(kind: .accept, user: "ada", note: "looked")),
        ])
        var subject = ExplainText.Subject(
            id: "consul", title: "Consul", place: "zone.md:20:1", status: state[step: "consul"], decision: .run,
            reason: "edited: script, param dc dc1→dc2")
        subject.before = Fingerprint(parts: [.init(name: "param dc", value: "dc1"), .init(name: "script", value: "a")])
        subject.now = Fingerprint(parts: [.init(name: "param dc", value: "dc2"), .init(name: "script", value: "b")])
        subject.oldText = "one\ntwo\n"
        subject.newText = "one\n2\n"
        subject.needs = [.init(id: "ca", state: .done)]
        subject.dependents = [.init(id: "replica", state: .blocked), .init(id: "board", state: .pending)]
        let text = ExplainText(
            subject, style: .plain, display: Sample.display, date: { "T+\(Int($0) - 1000)" })
        #expect(
            text.lines(width: 80) == [
                "consul  Consul",
                "zone.md:20:1",
                "",
                "state      ✓ done since T+10",
                "decision   run",
                "           edited: script, param dc dc1→dc2",
                "needs      ca  ✓ done",
                "needed by  replica  ⊘ blocked",
                "           board  · pending",
                "",
                "changed since it was done",
                "  param dc dc1→dc2",
                "  script",
                "    one",
                "  - two",
                "  + 2",
                "",
                "attempts",
                "  body 1 · T+1 · 1 s · exit 75, again in 1 s",
                "    runs/7/log",
                "  body 2 · T+4 · 1 s · exit 0",
                "    runs/7/log",
                "",
                "gates",
                "  http :8500",
                "    T+8  does not hold: 503 after 1 probe",
                "    T+9  holds: 200 after 4 probes",
                "",
                "words",
                "  accepted by ada: looked",
            ])
    }

    @Test("a step that nothing happened to yet is short")
    func untouched() {
        let subject = ExplainText.Subject(
            id: "x", title: "X", place: "z.md:1:1", status: StepStatus(), decision: .run, reason: "")
        #expect(
            ExplainText(subject, style: .plain, display: Sample.display).lines(width: 80) == [
                "x  X", "z.md:1:1", "", "state      · pending", "decision   run",
            ])
    }
}
