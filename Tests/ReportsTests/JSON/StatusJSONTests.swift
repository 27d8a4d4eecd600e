import Execution
import Model
import Testing

@testable import Reports

@Suite("Status as JSON")
struct StatusJSONTests {
    @Test("has every step of the runbook, and those of the run that the runbook no longer has")
    func steps() {
        var state = RunState(run: 3)
        state.apply(EventSamples.record(.finished(step: "gone", Result(state: .done))))
        let text = StatusJSON.value(state, runbook: Sample.runbook(["a S"]), isLive: false).text
        #expect(text.contains(#"{"id":"a","title":"a","state":"pending","stage":"S","#))
        #expect(text.contains(#"{"id":"gone","title":"","state":"done","stage":"","#))
    }

    @Test("can be told of a run whose runbook cannot be loaded")
    func withoutRunbook() {
        let text = StatusJSON.value(RunState(run: 3), runbook: nil, isLive: false).text
        #expect(
            text == #"{"run":3,"state":"unfinished","runbook":"","title":"","kind":null,"started":null,"#
                + #""finished":null,"sessions":0,"steps":[]}"#)
    }

    @Test("a run with an executor is running, one whose executor died is unfinished")
    func state() {
        var state = RunState(run: 3)
        state.apply(EventSamples.record(.sessionStarted(EventSamples.session)))
        #expect(StatusJSON.value(state, runbook: nil, isLive: true).text.contains(#""state":"running""#))
        #expect(StatusJSON.value(state, runbook: nil, isLive: false).text.contains(#""state":"unfinished""#))
    }

    @Test("reasons, titles, gates and answers are masked")
    func masking() {
        var state = RunState(run: 3)
        state.apply(
            EventSamples.record(.probed(step: "a", gate: "g secret", Answer(holds: false, text: "secret"), probes: 1)))
        state.apply(EventSamples.record(.lapsed(step: "a", reason: "secret")))
        let runbook = Sample.runbook(["a S"]) { $0.title = "the secret" }
        let text = StatusJSON.value(
            state, runbook: runbook, isLive: false, mask: { $0.replacing("secret", with: "***") }
        ).text
        #expect(!text.contains("secret"))
    }
}
