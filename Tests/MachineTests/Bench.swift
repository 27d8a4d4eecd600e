import Execution
import Model
import Testing

/// A machine under test, with what its tests need to bring about on it.
protocol Bench: AnyObject {
    var machine: any Machine { get }
    var inbox: any Inbox { get }
    /// No other bench has it.
    var name: String { get }
    /// The incarnation that the machine is in now.
    var incarnation: String { get }

    /// A launch of something that behaves so; `step` names what belongs to one step.
    func launch(_ conduct: Conduct, step: Int, attempt: Int, role: Role, output: Launch.Output) -> Launch
    /// Where an attempt's log and outputs are.
    func log(step: Int, attempt: Int) -> String
    func outputs(step: Int, attempt: Int) -> String
    /// What an executor started that is gone since, and that this one has not started: none of its children.
    func orphan(_ conduct: Conduct, step: Int) throws -> Handle
    /// Time goes by in which nobody listens.
    func letPass(_ seconds: Double)
    /// How many processes of that step live.
    func living(step: Int) -> Int
    /// What stands in a file; nil where there is none.
    func bytes(_ path: String) -> [UInt8]?
    func put(_ bytes: [UInt8], at path: String)
    /// A folder that is there and can be written to.
    var folder: String { get }
}

/// What a process does.
enum Conduct {
    /// It ends at once with this status.
    case exits(Int32)
    /// It prints this, and ends well.
    case prints(String)
    /// It hands this on, and ends well.
    case handsOn(String)
    /// It goes on until it is ended.
    case goesOn
    /// It goes on until KILL.
    case ignoresTerm
    /// It goes on, and so does something that it started.
    case goesOnInTwo
    /// Its program is not there.
    case isMissing
    /// It can be ended by nobody.
    case isHeld
}

extension Bench {
    func key(_ step: Int, _ attempt: Int = 1, _ role: Role = .body) -> ProcessKey {
        ProcessKey(step: step, role: role, attempt: attempt)
    }

    func launch(_ conduct: Conduct, step: Int = 0, attempt: Int = 1) -> Launch {
        launch(conduct, step: step, attempt: attempt, role: .body, output: .log(log(step: step, attempt: attempt)))
    }

    func token(_ step: Int, _ attempt: Int) -> String { "token-\(name)-\(step)-\(attempt)" }

    func reference(_ step: Int = 0, attempt: Int = 1, handle: Handle? = nil) -> AttemptReference {
        AttemptReference(
            step: Self.id(step), role: .body, attempt: attempt, handle: handle, token: token(step, attempt),
            log: log(step: step, attempt: attempt), outputs: outputs(step: step, attempt: attempt),
            incarnation: incarnation)
    }

    static func id(_ step: Int) -> String { "step-\(step)" }

    /// What happens until this many occurrences were heard.
    func hear(_ count: Int = 1, at location: SourceLocation = #_sourceLocation) -> [Occurrence] {
        var heard: [Occurrence] = []
        let limit = inbox.now.uptime + 30
        while heard.count < count, inbox.now.uptime < limit { heard += inbox.wait(until: limit) }
        #expect(heard.count == count, "heard \(heard)", sourceLocation: location)
        return heard
    }

    /// Starts it, and waits until it was.
    func started(_ launch: Launch, at location: SourceLocation = #_sourceLocation) throws -> Handle {
        machine.start(launch)
        for occurrence in hear(at: location) {
            if case .started(launch.key, let handle) = occurrence { return handle }
            Issue.record("\(occurrence)", sourceLocation: location)
        }
        throw NotStarted()
    }

    func remains(of attempt: AttemptReference) -> Remains? {
        machine.examine(attempt)
        for case .found(attempt, let remains) in hear() { return remains }
        return nil
    }

    func collected(_ attempt: AttemptReference, _ wanted: Wanted) -> Collected? {
        machine.collect(attempt, wanted)
        for case .collected(attempt, let collected) in hear() { return collected }
        return nil
    }

    func scrubbed(_ attempt: AttemptReference, _ secrets: [String]) -> Scrubbed? {
        let redactor = Redactor()
        redactor.add(secrets)
        machine.scrub(attempt, secrets: redactor)
        for case .scrubbed(attempt, let scrubbed) in hear() { return scrubbed }
        return nil
    }

    /// Nothing more is heard for a while.
    func isQuiet(for seconds: Double = 0.05) -> Bool {
        inbox.wait(until: inbox.now.uptime + seconds).isEmpty
    }
}

/// Some start was refused that should not have been.
struct NotStarted: Error {}

/// The machines that the contract holds for.
enum Kind: CaseIterable, Sendable {
    case local
    case simulated

    func bench() throws -> any Bench {
        switch self {
        case .local: try LocalBench()
        case .simulated: SimulatedBench()
        }
    }
}
