import Execution
import Model

/// Random numbers that a seed brings back (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

    mutating func maybe<T>(_ value: (inout Seeded) -> T) -> T? { Bool.random(using: &self) ? value(&self) : nil }
}

/// Records of every kind, with the values that are likeliest to get lost.
struct RecordMaker {
    var random: Seeded
    let run: Int
    static let kinds = 15

    static let texts = [
        "", "a", "consul-1", "exit 3", "two\nlines\r\n", "percent % = equals", "nul \0 inside", "ünïcödé 🚀",
        "\u{301}starts with an accent", "quote ' \" ; DROP TABLE events --", String(repeating: "long ", count: 900),
    ]

    mutating func text() -> String { random.pick(Self.texts) }
    mutating func step() -> String { random.pick(["a", "b.c", "consul-server-number-17", "ü"]) }
    mutating func number() -> Int { random.pick([0, 1, 2, 77, 1_000_000, Int(Int32.max)]) }
    mutating func seconds() -> Double {
        random.pick([0, 0.1, 1.5, 1_763_971_200.123456, 4e9, Double.random(in: 0..<1e6, using: &random)])
    }

    mutating func exit() -> Exit {
        random.pick([.status(0), .status(1), .status(255), .signal(9), .signal(15), .unknown])
    }

    mutating func identity() -> Handle {
        if random.below(4) == 0 { return Handle(machine: text(), incarnation: text(), opaque: text()) }
        return Handle(ProcessIdentity(pid: random.pick([1, 4711, Int32.max]), startTime: seconds(), bootID: text()))
    }

    mutating func fingerprint() -> Fingerprint {
        Fingerprint(parts: (0..<random.below(4)).map { Fingerprint.Part(name: "param \($0)", value: text()) })
    }

    mutating func outputs() -> [Output] {
        (0..<random.below(3)).map { index in
            let value: Output.Value =
                random.below(2) == 0 ? .plain(text()) : .sealed((0..<random.below(40)).map { UInt8($0) })
            return Output(name: "o\(index)", value: value)
        }
    }

    mutating func session() -> Session {
        Session(
            kind: random.pick([.run, .resume, .down]), runbook: text(), title: text(), paths: [text(), text()],
            params: [text()], commandLine: text(), jobs: number(), user: text(), pid: 4711, bootID: text(),
            version: text())
    }

    mutating func word() -> OperatorAction {
        OperatorAction(
            kind: random.pick([.approve, .accept, .reset]), user: text(), note: text(),
            fingerprint: Bool.random(using: &random) ? fingerprint() : nil)
    }

    mutating func result() -> Result {
        Result(
            state: random.pick(StepState.allCases), attempt: number(),
            exit: Bool.random(using: &random) ? exit() : nil, seconds: seconds(), gateSeconds: seconds(),
            reason: text(), fingerprint: Bool.random(using: &random) ? fingerprint() : nil, outputs: outputs())
    }

    mutating func answer() -> Answer {
        Answer(
            holds: random.below(2) == 0, text: text(), output: random.below(2) == 0 ? text() : "",
            shown: random.below(2) == 0 ? text() : nil)
    }

    mutating func intent() -> Intent {
        Intent(
            role: random.pick([.body, .undo, .when, .check, .gate(3), .secret(0)]), attempt: number(),
            fingerprint: fingerprint(), log: text())
    }

    mutating func event(_ kind: Int) -> Event {
        switch kind {
        case 0: .sessionStarted(session())
        case 1: .planned(step: step(), decision: random.pick(Decision.Kind.allCases), reason: text())
        case 2: .ready(step: step())
        case 3: .intended(step: step(), intent())
        case 4: .started(step: step(), attempt: number(), identity())
        case 5: .adopted(step: step(), attempt: number(), identity())
        case 6: .attemptEnded(step: step(), attempt: number(), exit(), reason: text(), outputs: outputs())
        case 7: .gating(step: step(), attempt: number())
        case 8: .probed(step: step(), gate: text(), answer(), probes: number())
        case 9: .waiting(step: step(), question: text())
        case 10: .finished(step: step(), result())
        case 11: .serviceEnded(step: step(), exit())
        case 12: .lapsed(step: step(), reason: text())
        case 13: .word(step: step(), word())
        case 15: .withdrawn(step: step(), attempt: number(), reason: text())
        case 14: .kept(step: step(), attempt: number(), outputs: outputs())
        default: .sessionFinished(random.pick([.done, .failed, .waiting, .interrupted, .undone, .aborted]))
        }
    }

    mutating func record(_ kind: Int) -> Record {
        var record = Record(run: run, time: seconds(), event: event(kind))
        if case .intended = record.event, random.below(2) == 0 {
            let text = text()
            record.definition = Definition(digest: "digest of \(text.utf8.count)", text: text)
        }
        return record
    }
}
