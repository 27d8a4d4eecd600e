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
