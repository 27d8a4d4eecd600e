import Glibc

/// A connection to a host that has a name: looking it up, then connecting to what was found.
///
/// libcurl would look names up on a thread for each, and could not give one up.
final class HostFlight: ProbeOperation {
    private let connect: ([String]) -> (any ProbeOperation)?
    private let failed: (String) -> Void
    private var query: NameServerQuery?
    private var connection: (any ProbeOperation)?

    /// - Parameter connect: begins the connection to one of these numeric addresses; called at most once; nil when it
    ///   has answered already.
    init(connect: @escaping ([String]) -> (any ProbeOperation)?, failed: @escaping (String) -> Void) {
        self.connect = connect
        self.failed = failed
    }

    /// - Parameter server: as of `NameServerQuery`.
    func start(_ host: Host, on loop: EventLoop, server: String?, patience: Double) {
        query = NameServerQuery(loop: loop, server: server, patience: patience) { [unowned self] reply in
            switch reply {
            case .addresses(let addresses) where !addresses.isEmpty: connection = connect(addresses)
            case .failed(let code): failed(DNSFault(code: code).hostText)
            case .addresses, .message: failed(AnswerText.noSuchHost)
            }
        }
        query?.lookUp(host.text, family: AF_UNSPEC)
    }

    func cancel() {
        query?.cancel()
        connection?.cancel()
    }

    func overdue(after limit: String) -> String {
        connection?.overdue(after: limit) ?? AnswerText.timedOut(after: limit)
    }
}
