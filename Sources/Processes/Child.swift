import Execution

/// One process under watch.
struct Child {
    let key: ProcessKey
    let identity: ProcessIdentity
    /// We started it, so its status is ours to take.
    let isOurs: Bool
    var pidfd: Int32 = -1
    /// Reading end of a captured output.
    var pipe: Int32?
    var captureLimit = 0
    var captured: [UInt8] = []
    var terminal: TerminalLoan?
    /// How it ended, while that is held back because others of its session still live.
    var exit: Exit?
    /// Its end was reported before what it left running was to be ended.
    var isReported = false
    var ending: Ending?

    init(key: ProcessKey, identity: ProcessIdentity, isOurs: Bool) {
        self.key = key
        self.identity = identity
        self.isOurs = isOurs
    }
}

/// How far the ending of a session has come; times are seconds of uptime.
struct Ending {
    /// When what is left gets KILL.
    var killAt: Double
    var isKilled = false
    /// When TERM was sent.
    var began: Double
    /// What is left without its leader got TERM a second time.
    var hasReminded = false
    /// When to look again; counts once the leader has ended or KILL was sent.
    var lookAt: Double
    /// Between looks; grows.
    var pause = 0.01

    /// After KILL, how long what does not go away (it hangs in the kernel) is waited for.
    static let patience = 3.0
    static let longestPause = 0.25
}
