import Execution

/// A process of the fake machine: it outlives whoever started it.
struct Process: Sendable {
    /// The executor that hears of its end.
    struct Watcher: Sendable {
        var executor: Int
        var key: ProcessKey
        /// Started by it, so that its true exit status is heard.
        var isOurs: Bool
        var hearing: Hearing
    }

    /// How an executor hears of the end.
    enum Hearing: Sendable {
        /// Not yet: it was not told that the process is there.
        case later
        case now
    }

    /// Counts all processes of the machine.
    let serial: Int
    let identity: ProcessIdentity
    let step: String
    let role: Role
    let attempt: Int
    let token: String
    let script: String
    /// The step's own variables without those of the run and without secrets: what the body works on.
    let inputs: [String]
    let logPath: String?
    let outputsPath: String?
    let isService: Bool
    let holdsPool: String?
    /// What it prints goes to whoever started it.
    let isListenedTo: Bool
    /// A service that prints a secret as it ends.
    let leaks: Bool
    var program: Program
    /// It tells how it ended, where nobody is there to see it.
    let leavesNote: Bool
    var watcher: Watcher?
    var isAlive = true
    /// An executor has asked it to end.
    var isEnding = false
    var exit: Exit?
    /// Seconds of uptime of its end.
    var endedAt: Double?

    /// Nothing that any executor started.
    var isStranger: Bool { step == Self.stranger }
    static let stranger = "(a stranger)"
    var isBody: Bool { role == .body || role == .undo }
}

/// What a body brought about in the world.
struct Product: Sendable {
    var script: String
    var inputs: [String]
    var since: Double
    /// Serial of the service whose end takes it away.
    var service: Int?
}
