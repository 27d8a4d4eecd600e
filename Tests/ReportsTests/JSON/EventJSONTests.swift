import Execution
import Foundation
import Testing

@testable import Reports

@Suite("Events as JSON")
struct EventJSONTests {
    @Test("each is one line that any reader of JSON reads, whatever its texts hold")
    func oneLine() throws {
        let evil = "a\n\"b\"\u{1B}[2J\u{2028}\\"
        for event in [
            .planned(step: "s", decision: .run, reason: evil), .waiting(step: "s", question: evil),
            .probed(step: "s", gate: evil, Answer(holds: true, text: evil), probes: 1),
            .lapsed(step: "s", reason: evil), .word(step: "s", OperatorAction(kind: .reset, user: evil, note: evil)),
            .finished(step: "s", Result(state: .failed, reason: evil)),
        ] as [Event] {
            let line = EventJSON.line(EventSamples.record(event))
            #expect(!line.contains { $0.isNewline } && !line.contains("\u{1B}"))
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["step"] as? String == "s")
            #expect(object?.values.contains { $0 as? String == evil } == true)
        }
    }

    @Test("every text that people or children shape is masked, and values of outputs are not told at all")
    func masking() {
        let secret = "hunter22"
        let session = Session(
            kind: .run, runbook: "z", title: secret, paths: [secret], params: ["p=" + secret], commandLine: secret,
            jobs: 1, user: secret, pid: 1, bootID: "b", version: "1")
        for event in [
            .sessionStarted(session), .planned(step: "s", decision: .run, reason: secret),
            .attemptEnded(
                step: "s", attempt: 1, .status(1), reason: secret, outputs: [Output(name: "o", value: .plain(secret))]),
            .probed(step: "s", gate: secret, Answer(holds: true, text: secret), probes: 1),
            .waiting(step: "s", question: secret), .lapsed(step: "s", reason: secret),
            .finished(
                step: "s",
                Result(state: .done, reason: secret, outputs: [Output(name: "o", value: .plain(secret))])),
            .word(step: "s", OperatorAction(kind: .accept, user: secret, note: secret)),
        ] as [Event] {
            let line = EventJSON.line(
                EventSamples.record(event), mask: { $0.replacingOccurrences(of: secret, with: "***") })
            #expect(!line.contains(secret))
            #expect(line.contains("***"))
        }
    }

    @Test("an end by a signal, and one that nothing tells, have no exit status")
    func exits() {
        func fields(_ exit: Exit) -> String {
            String(EventJSON.line(EventSamples.record(.serviceEnded(step: "s", exit))).split(separator: "\"s\",")[1])
        }
        #expect(fields(.status(3)) == "\"exit\":3}")
        #expect(fields(.signal(15)) == "\"exit\":null,\"signal\":15}")
        #expect(fields(.unknown) == "\"exit\":null}")
    }
}
