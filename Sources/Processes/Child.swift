import CPlatform
import Execution
import Glibc

/// One process under watch.
struct Child {
    let key: ProcessKey
    let identity: ProcessIdentity
    /// We started it, so its status is ours to take.
    let isOurs: Bool
    /// Carried by whatever it starts; nil where what left its session is none of ours to end.
    var token: String?
    var pidfd: Int32 = -1
    /// Reading ends of a captured output and error.
    var pipe: Int32?
    var errorPipe: Int32?
    /// Most bytes of output that are kept; nil: nobody listens.
    var captureLimit: Int?
    var captured = Capture()
    var terminal: TerminalLoan?
    /// How it ended, while that is held back because others of its session still live.
    var exit: Exit?
    /// Its end was reported before what it left running was to be ended.
    var isReported = false
    var ending: Ending?

    /// What lives of it.
    var members: [platform_process] { ProcessTable.members(of: identity, token: token) }

    init(key: ProcessKey, identity: ProcessIdentity, isOurs: Bool) {
        self.key = key
        self.identity = identity
        self.isOurs = isOurs
    }

    mutating func closePipes(_ reactor: Reactor) {
        for pipe in [pipe, errorPipe] { if let pipe { reactor.release(pipe) } }
        (pipe, errorPipe) = (nil, nil)
    }
}

/// What the reactor wakes the runner for: the place among its children, and what about it.
enum ChildTag {
    static func ends(_ place: Int) -> UInt64 { UInt64(place) << 2 }
    static func writes(_ place: Int) -> UInt64 { UInt64(place) << 2 | 1 }
    static func complains(_ place: Int) -> UInt64 { UInt64(place) << 2 | 2 }

    /// Another thread has something for the machine.
    static let handedOver: UInt64 = 3

    static func place(_ tag: UInt64) -> Int { Int(tag >> 2) }
}
