import CAres
import Glibc

/// One question to name servers, on a c-ares channel of its own.
///
/// A channel for each question costs little and reads the system's configuration as it is now: a runbook may be just
/// about to change it. Owned by the loop's thread.
final class NameServerQuery {
    enum Reply {
        /// The message as it was received.
        case message([UInt8])
        /// Numeric addresses, best first.
        case addresses([String])
        /// One of c-ares' codes.
        case failed(Int32)
    }

    private let loop: EventLoop
    private let completion: (Reply) -> Void
    private var channel: OpaquePointer?
    private var timer: TimerQueue.ID?
    private var sockets: Set<Int32> = []
    /// Set by c-ares' callbacks, acted upon when c-ares has returned.
    private var reply: Reply?

    /// c-ares' own set-up, done by the first question.
    private static let isReady: Bool = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

    /// - Parameters:
    ///   - server: `ADDRESS:PORT` of the one to ask; nil for the system's.
    ///   - patience: seconds the asker waits altogether, over which attempts are spread.
    init(loop: EventLoop, server: String?, patience: Double, completion: @escaping (Reply) -> Void) {
        self.loop = loop
        self.completion = completion
        guard Self.isReady else {
            reply = .failed(ARES_ENOTINITIALIZED)
            return
        }
        var options = ares_options()
        // Of several servers the next is asked where one fails; what a single one says is the answer.
        options.flags = server == nil ? ARES_FLAG_EDNS : ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP
        options.ednspsz = 1232
        // The second and third attempts come after a fifth and three fifths; the asker gives up before the fourth.
        options.timeout = Int32(min(max(patience * 1000 / 5, 50), 60_000))
        options.tries = 4
        options.sock_state_cb = { context, socket, readable, writable in
            guard let context else { return }
            let query = Unmanaged<NameServerQuery>.fromOpaque(context).takeUnretainedValue()
            query.watch(socket, readable: readable != 0, writable: writable != 0)
        }
        options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        let mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
        var code = ares_init_options(&channel, &options, mask)
        if code == ARES_SUCCESS, let server { code = ares_set_servers_ports_csv(channel, server) }
        if code != ARES_SUCCESS { reply = .failed(code) }
    }

    deinit { cancel() }

    /// Asks for records; with `search`, in the system's search domains too.
    func ask(_ name: String, type: Int, search: Bool) {
        guard reply == nil, let channel else { return settle() }
        let callback: ares_callback = { context, status, _, bytes, count in
            guard let context else { return }
            let query = Unmanaged<NameServerQuery>.fromOpaque(context).takeUnretainedValue()
            guard status == ARES_SUCCESS, let bytes else {
                query.reply = .failed(status)
                return
            }
            query.reply = .message(Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        if search {
            ares_search(channel, name, 1, Int32(type), callback, context)
        } else {
            ares_query(channel, name, 1, Int32(type), callback, context)
        }
        settle()
    }

    /// Looks up a host's addresses as programs do: in /etc/hosts, then with name servers and search domains.
    ///
    /// - Parameter family: `AF_INET`, `AF_INET6` or `AF_UNSPEC`.
    func lookUp(_ host: String, family: Int32) {
        guard reply == nil, let channel else { return settle() }
        var hints = ares_addrinfo_hints()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        ares_getaddrinfo(
            channel, host, nil, &hints,
            { context, status, _, info in
                guard let context else { return ares_freeaddrinfo(info) }
                let query = Unmanaged<NameServerQuery>.fromOpaque(context).takeUnretainedValue()
                guard status == ARES_SUCCESS, let info else {
                    query.reply = .failed(status)
                    return
                }
                query.reply = .addresses(NameServerQuery.addresses(info))
                ares_freeaddrinfo(info)
            }, Unmanaged.passUnretained(self).toOpaque())
        settle()
    }

    /// Drops the question; the completion is not called any more.
    func cancel() {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard let channel else { return }
        self.channel = nil
        ares_destroy(channel)
        for socket in sockets { loop.unwatch(socket) }
        sockets = []
    }

    private static func addresses(_ info: UnsafeMutablePointer<ares_addrinfo>) -> [String] {
        var addresses: [String] = []
        var node = info.pointee.nodes
        while let current = node, addresses.count < 16 {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                current.pointee.ai_addr, current.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            if code == 0 { addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)) }
            node = current.pointee.ai_next
        }
        return addresses
    }

    private func watch(_ socket: Int32, readable: Bool, writable: Bool) {
        guard readable || writable else {
            sockets.remove(socket)
            return loop.unwatch(socket)
        }
        sockets.insert(socket)
        loop.watch(socket, readable: readable, writable: writable) { [unowned self] readiness in
            process(readiness.readable ? socket : ARES_SOCKET_BAD, readiness.writable ? socket : ARES_SOCKET_BAD)
        }
    }

    private func process(_ readable: Int32, _ writable: Int32) {
        guard let channel else { return }
        ares_process_fd(channel, readable, writable)
        settle()
    }

    /// Hands over the reply, or waits on.
    private func settle() {
        if let timer { loop.cancel(timer) }
        timer = nil
        if let reply {
            cancel()
            return completion(reply)
        }
        guard let channel else { return }
        var left = timeval()
        guard let next = ares_timeout(channel, nil, &left) else { return }
        let seconds = Double(next.pointee.tv_sec) + Double(next.pointee.tv_usec) / 1e6
        timer = loop.after(seconds) { [unowned self] in
            timer = nil
            process(ARES_SOCKET_BAD, ARES_SOCKET_BAD)
        }
    }
}
