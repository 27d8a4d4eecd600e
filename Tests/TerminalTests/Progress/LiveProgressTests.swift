import Execution
import Testing

@testable import Terminal

/// What the view reads from outside: the size of the window and the time.
private final class Window {
    var size: TerminalSize
    var uptime = 0.0
    let run = FakeRun()

    init(size: TerminalSize) {
        self.size = size
    }
}

/// A live view on a small screen, with a clock that stands still until it is told to go on.
private final class Stage {
    let sink: FakeSink
    let window: Window
    let view: LiveProgress
    var run: FakeRun { window.run }

    init(
        columns: Int = 80, rows: Int = 24, _ steps: [ProgressSteps.Entry], redactor: Redactor = Redactor.forDisplay(),
        answersHere: Bool = true
    ) {
        sink = FakeSink(screen: Screen(columns: columns, rows: rows))
        let window = Window(size: TerminalSize(columns: columns, rows: rows))
        self.window = window
        view = LiveProgress(
            sink: sink, size: { window.size }, input: nil, style: .plain, steps: ProgressSteps(steps),
            redactor: redactor,
            answersHere: answersHere, clock: { ClockReading(uptime: window.uptime, wall: window.run.time) })
        run.play(.sessionStarted(FakeRun.session()), to: view)
    }

    /// Lets time pass and draws.
    func tick(_ seconds: Double = 1) {
        window.uptime += seconds
        run.time += seconds
        run.live.now = ClockReading(uptime: window.uptime, wall: run.time)
        view.refresh(state: run.state, live: run.live)
    }

    func gate(_ step: String, _ gate: String, answer: String?, probes: Int, left: Double) {
        run.live.gating.append(.init(step: step, gate: gate, probes: probes, lastAnswer: answer, left: left))
    }

    func resize(columns: Int, rows: Int) {
        window.size = TerminalSize(columns: columns, rows: rows)
        sink.screen?.resize(columns: columns, rows: rows)
    }

    var lines: [String] { sink.screen?.lines ?? [] }
    var everything: [String] { sink.screen?.everything ?? [] }
}

private let zone: [ProgressSteps.Entry] = [
    .init(id: "consul-1", title: "First Consul server", timeout: 300),
    .init(id: "consul-2", title: "Second Consul server", attempts: 3),
    .init(id: "bootstrap", title: "ACL bootstrap"),
    .init(id: "notes", title: "Break-glass notes"),
]

@Suite("Live view")
struct LiveProgressTests {
    @Test("finished steps scroll past; what is under way stands below, with a bar")
    func wholeView() {
        let stage = Stage(zone)
        stage.run.start("consul-1", on: stage.view)
        stage.run.start("bootstrap", on: stage.view)
        stage.tick(1.2)
        stage.run.finish("bootstrap", .done, seconds: 1.2, on: stage.view)
        stage.run.play(
            .attemptEnded(step: "consul-1", attempt: 1, .status(0), reason: "", outputs: []),
            .gating(step: "consul-1", attempt: 1), to: stage.view)
        stage.gate("consul-1", "http :8500/v1/status/leader", answer: "503", probes: 12, left: 38)
        stage.run.start("consul-2", attempt: 2, on: stage.view)
        stage.run.play(.waiting(step: "notes", question: "Are the notes printed?"), to: stage.view)
        stage.run.live.expectedLeft = 40
        stage.tick(20)
        #expect(
            stage.lines == [
                "run 7 of zone begins: 4 steps, 8 jobs",
                "✓ done      bootstrap  ACL bootstrap         1.2 s",
                "? waiting   notes      Are the notes printed?",
                "  → type y or n, then Enter",
                "◇ gating    consul-1   http :8500/v1/statu…  503 after 12 probes, 38 s left",
                "▸ running   consul-2   Second Consul server  20 s · attempt 2 of 3",
                "━━━━━━━━━━──────────────────────────────  1/4 · 21 s · about 40 s left",
            ])
        #expect(stage.sink.screen?.isCursorVisible == false)
        #expect(stage.sink.screen?.unknown == [])
    }

    @Test("at the end nothing of the live area is left, and the cursor is back")
    func tidyEnd() {
        let stage = Stage(zone)
        stage.run.start("consul-1", on: stage.view)
        stage.tick()
        stage.run.finish("consul-1", .failed, seconds: 4, reason: "exit 3", on: stage.view)
        stage.run.finish("bootstrap", .blocked, reason: "needs consul-1", on: stage.view)
        stage.run.play(.sessionFinished(.failed), to: stage.view)
        #expect(
            stage.lines == [
                "run 7 of zone begins: 4 steps, 8 jobs",
                "✗ failed    consul-1   First Consul server   exit 3 · 4 s",
                "⊘ blocked   bootstrap  ACL bootstrap         needs consul-1",
                "✗ run 7 failed: 0 of 4 done, 1 failed, 1 blocked · 1 s",
            ])
        #expect(stage.sink.screen?.isCursorVisible == true)
        #expect(stage.sink.screen?.column == 0)
        let count = stage.sink.writes.count
        stage.tick()
        stage.view.close()
        #expect(stage.sink.writes.count == count)
    }

    @Test("closing in the middle, as after an error, leaves the screen tidy too")
    func closing() {
        let stage = Stage(zone)
        stage.run.start("consul-1", on: stage.view)
        stage.tick()
        stage.run.finish("consul-1", .interrupted, reason: "interrupted", on: stage.view)
        stage.view.close()
        #expect(
            stage.lines == [
                "run 7 of zone begins: 4 steps, 8 jobs", "! interrupted consul-1   First Consul server   interrupted",
            ])
        #expect(stage.sink.screen?.isCursorVisible == true)
        stage.tick()
        #expect(stage.lines.count == 2)
    }

    @Test("works on 20 columns and 5 rows")
    func tiny() {
        let stage = Stage(columns: 20, rows: 5, zone)
        for step in ["consul-1", "consul-2", "bootstrap"] { stage.run.start(step, on: stage.view) }
        stage.tick(3)
        #expect(
            stage.lines
                == [
                    "run 7 of zone begi…", "▸ consul-1 3 s of …", "▸ consul-2 3 s", "▸ bootstr… 3 s",
                    "━━━━━━━━━──  0/4 3s",
                ].map { $0.replacingOccurrences("━━━━━━━━━──", "───────────") })
        stage.run.start("notes", on: stage.view)
        stage.tick()
        #expect(
            stage.lines == [
                "run 7 of zone begi…", "▸ consul-1 4 s of …", "▸ consul-2 4 s", "  … and 2 more", "───────────  0/4 4s",
            ])
        stage.run.finish("consul-1", .failed, seconds: 4, reason: "exit 1", on: stage.view)
        stage.tick()
        #expect(stage.everything.contains("✗ consul-1 failed …"))
        stage.run.play(.sessionFinished(.failed), to: stage.view)
        #expect(stage.lines.last == "✗ run 7 failed: 0 …")
    }

    @Test("never uses more lines than the terminal has", arguments: 1...12)
    func height(rows: Int) {
        let many = (1...40).map { ProgressSteps.Entry(id: "step-\($0)", title: "Step number \($0)") }
        let stage = Stage(columns: 40, rows: rows, many)
        for entry in many { stage.run.start(entry.id, on: stage.view) }
        for _ in 0..<5 { stage.tick() }
        let opening = stage.everything.filter { $0.hasPrefix("run 7") }
        #expect(opening.count == 1)
        #expect(stage.everything.filter { $0.contains("0/40") }.count == 1)
        if rows >= 4 { #expect(stage.lines.contains("  … and \(40 - (rows - 3)) more")) }
    }

    @Test("many steps that finish between two frames all scroll past, once each")
    func burst() {
        let many = (1...100).map { ProgressSteps.Entry(id: "step-\($0)", title: "") }
        let stage = Stage(columns: 40, rows: 6, many)
        for entry in many {
            stage.run.start(entry.id, on: stage.view)
            stage.run.finish(entry.id, .done, seconds: 0.5, on: stage.view)
        }
        stage.tick()
        for entry in many {
            #expect(stage.everything.filter { $0.contains(entry.id + " ") || $0.hasSuffix(entry.id) }.count == 1)
        }
        #expect(stage.lines.last == "━━━━━━━━━━━━━━━━━━━━━━━━━━━  100/100 1s")
    }

    @Test("draws at most ten frames a second, each in one write")
    func rate() {
        let stage = Stage(zone)
        stage.tick()
        let before = stage.sink.writes.count
        for _ in 0..<100 { stage.tick(0.01) }
        #expect(stage.sink.writes.count - before <= 10)
        #expect(stage.sink.writes.count - before >= 9)
    }

    @Test("a terminal that takes nothing is not waited for; what it missed comes later")
    func stopped() {
        let stage = Stage(zone)
        stage.tick()
        let before = stage.sink.writes.count
        stage.sink.isReady = false
        stage.run.start("bootstrap", on: stage.view)
        stage.run.finish("bootstrap", .done, seconds: 1, on: stage.view)
        stage.tick()
        #expect(stage.sink.writes.count == before)
        stage.sink.isReady = true
        stage.tick()
        #expect(stage.lines.contains("✓ done      bootstrap  ACL bootstrap         1 s"))
    }

    @Test("a narrower window leaves no remains of broken lines", arguments: [79, 60, 41, 33, 20])
    func narrower(columns: Int) {
        let stage = Stage(columns: 80, rows: 24, zone)
        stage.run.start("consul-1", on: stage.view)
        stage.run.start("consul-2", on: stage.view)
        stage.tick()
        stage.resize(columns: columns, rows: 24)
        stage.tick()
        stage.resize(columns: 80, rows: 24)
        stage.tick()
        #expect(stage.everything.filter { $0.contains("▸") }.count == 2)
        #expect(stage.everything.filter { $0.contains("0/4") }.count == 1)
        #expect(stage.everything.joined().filter { $0 != " " }.contains("run7ofzonebegins:4steps,8jobs"))
    }

    @Test("wide characters and narrow windows do not break the view", arguments: 3...50)
    func wide(columns: Int) {
        let stage = Stage(
            columns: columns, rows: 8,
            [.init(id: "日本語の-id", title: "とても長い題名がここにあります"), .init(id: "b", title: "x")])
        stage.run.start("日本語の-id", on: stage.view)
        stage.tick()
        stage.tick()
        #expect(stage.everything.filter { $0.contains("▸") }.count == 1)
        #expect(stage.sink.screen?.unknown == [])
    }

    @Test("titles, questions, answers and reasons cannot move the cursor or forge lines")
    func attack() {
        let evil = "x\u{1B}[2J\u{1B}[H\u{1B}]0;pwned\u{07}\r\n✓ done      fake\u{9B}1A\u{202E}"
        let stage = Stage(columns: 100, rows: 20, [.init(id: "evil", title: evil), .init(id: "b", title: "B")])
        stage.run.start("evil", on: stage.view)
        stage.tick()
        stage.run.play(.gating(step: "evil", attempt: 1), to: stage.view)
        stage.gate("evil", evil, answer: evil, probes: 1, left: 3)
        stage.tick()
        stage.run.live.gating = []
        stage.run.play(.probed(step: "evil", gate: evil, Answer(holds: false, text: evil), probes: 2), to: stage.view)
        stage.run.play(.waiting(step: "b", question: evil), to: stage.view)
        stage.tick()
        stage.run.finish("evil", .failed, seconds: 1, reason: evil, on: stage.view)
        stage.run.play(.word(step: "b", OperatorAction(kind: .approve, user: evil, note: evil)), to: stage.view)
        stage.tick()
        #expect(stage.sink.screen?.unknown == [])
        #expect(!stage.sink.text.contains("\u{1B}[2J"))
        #expect(!stage.sink.text.contains("\u{1B}]"))
        #expect(!stage.everything.contains { $0.hasPrefix("✓ done      fake") })
        #expect(stage.everything.first == "run 7 of zone begins: 2 steps, 8 jobs")
    }

    @Test("secrets are masked everywhere, also those that become known while the run goes on")
    func secrets() {
        let redactor = Redactor.forDisplay()
        let stage = Stage([.init(id: "a", title: "uses hunter22")], redactor: redactor)
        stage.run.start("a", on: stage.view)
        redactor.add("hunter22")
        stage.tick()
        stage.run.play(.waiting(step: "a", question: "is hunter22 right?"), to: stage.view)
        stage.tick()
        stage.run.finish("a", .failed, reason: "refused hunter22", on: stage.view)
        stage.run.play(.sessionFinished(.failed), to: stage.view)
        #expect(!stage.sink.text.contains("hunter22"))
        #expect(stage.lines.contains { $0.contains("refused ***") })
    }

    @Test("an interactive step gets the terminal, and the view comes back below what it wrote")
    func interactive() {
        let stage = Stage([.init(id: "login", title: "Log in", isInteractive: true), .init(id: "b", title: "B")])
        stage.tick()
        stage.run.play(.intended(step: "login", FakeRun.intent()), to: stage.view)
        #expect(stage.lines == ["run 7 of zone begins: 2 steps, 8 jobs"])
        #expect(stage.sink.screen?.isCursorVisible == true)
        stage.sink.screen?.write("Password: ")
        stage.tick()
        stage.tick()
        #expect(stage.lines.last == "Password:")
        stage.run.finish("login", .done, seconds: 2, on: stage.view)
        stage.tick()
        #expect(
            Array(stage.lines.prefix(3)) == [
                "run 7 of zone begins: 2 steps, 8 jobs", "Password:", "✓ done      login  Log in  2 s",
            ])
        #expect(stage.sink.screen?.isCursorVisible == false)
    }

    @Test("without a terminal to answer at, a question says which command answers it")
    func questionElsewhere() {
        let stage = Stage(zone, answersHere: false)
        stage.run.play(.waiting(step: "notes", question: "Are the notes printed?"), to: stage.view)
        stage.tick()
        #expect(stage.lines.contains("  → runbook approve notes"))
    }

    @Test("nothing is written to a reader that has gone")
    func closedSink() {
        let stage = Stage(zone)
        let before = stage.sink.writes
        stage.sink.isClosed = true
        stage.run.finish("consul-1", .done, on: stage.view)
        stage.tick()
        stage.run.play(.sessionFinished(.done), to: stage.view)
        stage.view.close()
        #expect(stage.sink.writes == before)
    }

    @Test("on resume, what was kept counts as done and what runs again does not")
    func resume() {
        let stage = Stage(zone)
        stage.run.finish("consul-1", .done, on: stage.view)
        stage.run.finish("bootstrap", .done, on: stage.view)
        stage.run.finish("consul-2", .failed, on: stage.view)
        stage.run.play(.sessionFinished(.failed), to: stage.view)
        stage.run.play(
            .sessionStarted(FakeRun.session(.resume)),
            .planned(step: "consul-1", decision: .keep, reason: "done 2 h ago"),
            .planned(step: "bootstrap", decision: .run, reason: "edited: script"),
            .planned(step: "consul-2", decision: .run, reason: "failed (exit 1)"), to: stage.view)
        stage.tick()
        #expect(stage.lines.last?.hasSuffix("1/4 · 1 s") == true)
        stage.run.start("consul-2", attempt: 2, on: stage.view)
        stage.run.finish("consul-2", .done, on: stage.view)
        stage.tick()
        #expect(stage.lines.last?.hasSuffix("2/4 · 2 s") == true)
    }
}

extension String {
    /// This text with one part replaced.
    fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
