import Execution
import Testing

@testable import Terminal

@Suite("Plain lines")
struct PlainProgressTests {
    private func tell(style: Style = .plain, _ play: (FakeRun, PlainProgress) -> Void) -> [String] {
        let sink = FakeSink()
        let view = PlainProgress(
            sink: sink, style: style,
            steps: ProgressSteps([
                .init(id: "a", title: "First"), .init(id: "b", title: "Second", attempts: 3),
                .init(id: "c", title: "c"),
            ]), redactor: Redactor.forDisplay(), time: { "T+\(Int($0 - 1_800_000_000))" }, date: { _ in "DATE" })
        let run = FakeRun()
        play(run, view)
        return sink.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test("tells a run from beginning to end")
    func wholeRun() {
        let lines = tell { run, view in
            run.play(.sessionStarted(FakeRun.session(jobs: 1)), .ready(step: "a"), to: view)
            run.start("a", on: view)
            run.time += 2
            run.play(
                .attemptEnded(step: "a", attempt: 1, .status(0), reason: "", outputs: []),
                .gating(step: "a", attempt: 1),
                .probed(step: "a", gate: "tcp :80", Answer(holds: false, text: "refused"), probes: 1), to: view)
            run.time += 1
            run.play(.probed(step: "a", gate: "tcp :80", Answer(holds: true, text: "open"), probes: 7), to: view)
            run.finish("a", .done, seconds: 2, gateSeconds: 1, on: view)
            run.start("b", on: view)
            run.play(
                .attemptEnded(step: "b", attempt: 1, .status(75), reason: "exit 75, again in 1 s", outputs: []),
                to: view)
            run.start("b", attempt: 2, on: view)
            run.finish("b", .failed, seconds: 0.5, reason: "exit 75 after 2 attempts", on: view)
            run.play(.waiting(step: "c", question: "Go on?"), to: view)
            run.play(.word(step: "c", OperatorAction(kind: .approve, user: "ada", note: "seen")), to: view)
            run.play(.serviceEnded(step: "a", .signal(9)), to: view)
            run.play(.lapsed(step: "a", reason: "tcp :80 refused"), to: view)
            run.play(.adopted(step: "c", attempt: 1, FakeRun.identity(4711)), to: view)
            run.play(.sessionFinished(.failed), to: view)
        }
        #expect(
            lines == [
                "T+0 run 7 of zone begins: 3 steps, 1 job · DATE",
                "T+0 ▸ running   a  First",
                "T+2 ◇ gating    a  tcp :80  does not hold yet · refused after 1 probe",
                "T+3 ◇ gating    a  tcp :80  holds · open after 7 probes",
                "T+3 ✓ done      a  First  2 s · gate 1 s: open",
                "T+3 ▸ running   b  Second",
                "T+3 ↻ retry     b  Second  attempt 1 of 3: exit 75, again in 1 s",
                "T+3 ▸ running   b  Second  attempt 2 of 3",
                "T+3 ✗ failed    b  Second  exit 75 after 2 attempts · 0.5 s",
                "T+3 ? waiting   c  Go on?",
                "T+3 › approved  c  by ada: seen",
                "T+3 ↓ lapsed    a  First  service ended (signal 9)",
                "T+3 ↓ lapsed    a  First  tcp :80 refused",
                "T+3 ▸ running   c  adopted pid 4711",
                "T+3 ✗ run 7 failed: 0 of 3 done, 1 failed, 1 lapsed, 1 waiting · 3 s",
            ])
    }

    @Test("a step that does not apply is told, and not counted among those that do")
    func skipped() {
        let lines = tell { run, view in
            run.play(.sessionStarted(FakeRun.session(jobs: 1)), to: view)
            for step in ["a", "b", "c"] { run.finish(step, .done, seconds: 1, gateSeconds: 0, on: view) }
            run.finish("elsewhere", .skipped, seconds: 0, gateSeconds: 0, on: view)
            run.play(.sessionFinished(.done), to: view)
        }
        #expect(lines.last == "T+0 ✓ run 7 done: 3 of 3 done · 0 ms")
    }

    @Test("moves no cursor, and has colour only where it is wanted")
    func escapes() {
        let plain = tell { run, view in
            run.play(.sessionStarted(FakeRun.session()), to: view)
            run.finish("a", .failed, reason: "\u{1B}[1Aforged\n\u{1B}[31m", on: view)
        }
        #expect(!plain.joined().contains("\u{1B}"))
        #expect(plain.count == 2)
        let coloured = tell(style: Style(hasColour: true, hasUnicode: true)) { run, view in
            run.finish("a", .done, on: view)
        }
        #expect(coloured[0].contains("\u{1B}[32m✓ done"))
    }

    @Test("in ASCII there is nothing but ASCII")
    func ascii() {
        let lines = tell(style: Style(hasColour: false, hasUnicode: false)) { run, view in
            run.play(.sessionStarted(FakeRun.session()), to: view)
            for state in StepState.allCases { run.finish("a", state, seconds: 1, reason: "r", on: view) }
            run.play(.sessionFinished(.interrupted), to: view)
        }
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    }

    @Test("all lines of one transaction are one write")
    func oneWrite() {
        let sink = FakeSink()
        let view = PlainProgress(sink: sink, style: .plain, steps: ProgressSteps([]), redactor: Redactor.forDisplay())
        let run = FakeRun()
        run.play(.sessionStarted(FakeRun.session()), .waiting(step: "x", question: "?"), to: view)
        run.play(.ready(step: "x"), to: view)
        #expect(sink.writes.count == 1)
    }
}

@Suite("JSON lines and silence")
struct LineProgressTests {
    @Test("each record becomes a line, one write for a transaction, none after the reader has gone")
    func json() {
        let sink = FakeSink()
        let view = JSONProgress(sink: sink) { "{\"run\":\($0.run)}" }
        let run = FakeRun()
        run.play(.ready(step: "a"), .ready(step: "b"), to: view)
        #expect(sink.writes == ["{\"run\":7}\n{\"run\":7}\n"])
        sink.isClosed = true
        run.play(.ready(step: "c"), to: view)
        #expect(sink.writes.count == 1)
    }
}
