import CCurl
import Execution
import Glibc
import Model

/// One libcurl transfer: its options, what it received, and how it ended.
///
/// Owned by the prober's thread. `handle` is alive as long as the transfer is.
final class Transfer {
    /// A request that cannot even be put together; the text is for people.
    struct Refused: Error {
        var text: String
    }

    let handle: UnsafeMutableRawPointer
    private let appetite: HTTPRequest.Appetite
    private let connectsOnly: Bool
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var received: [UInt8] = []
    private var receivedCount = 0
    private var isOverlong = false
    private var isSated = false
    private let handles: HandlePool
    /// It ended well, without a failed call of the kernel on the way.
    private var isClean = false

    /// - Parameter addresses: numeric ones of the URL's host where it was looked up; where empty, libcurl asks.
    init(
        _ request: HTTPRequest, target: URLTarget, addresses: [String], handles: HandlePool
    ) throws(Refused) {
        guard let handle = handles.take() else { throw Refused(text: "out of memory") }
        self.handle = handle
        self.handles = handles
        appetite = request.appetite
        connectsOnly = false
        setCommon(url: request.url, isLoopback: target.isLoopback || request.unix != nil)
        try setMethod(request)
        try setHeaders(request)
        try setAddresses(addresses, of: target.host, port: target.port)
        setSecurity(request)
        if let unix = request.unix { set(CURLOPT_UNIX_SOCKET_PATH, unix) }
        if appetite == .status { curl_set_long(handle, CURLOPT_BUFFERSIZE, HTTPRequest.statusBuffer) }
        curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
        curl_set_writer(handle) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// Opens a connection and does nothing with it.
    init(connectingTo place: HostPort, addresses: [String], handles: HandlePool) throws(Refused) {
        guard let handle = handles.take() else { throw Refused(text: "out of memory") }
        self.handle = handle
        self.handles = handles
        appetite = .status
        connectsOnly = true
        // No proxy: whether the port itself opens is the question.
        setCommon(url: "http://\(place)/", isLoopback: true)
        try setAddresses(addresses, of: place.host.text, port: place.port)
        curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
    }

    deinit {
        handles.giveBack(handle, isClean: isClean)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    private func setCommon(url: String, isLoopback: Bool) {
        errorText.pointee = 0
        curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        set(CURLOPT_URL, url)
        curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_string(handle, CURLOPT_USERAGENT, "runbook")
        // No signal handlers, and no waiting for a resolver thread when a transfer is dropped.
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        curl_set_private_sockets(handle)
        // A gate asks whether a newcomer is served now: neither an old connection, nor an old session, nor an old
        // address may answer for the server.
        curl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
        curl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
        curl_set_long(handle, CURLOPT_SSL_SESSIONID_CACHE, 0)
        curl_set_long(handle, CURLOPT_DNS_CACHE_TIMEOUT, 0)
        curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // http_proxy and NO_PROXY hold as they do for curl, but no proxy stands between this machine and itself.
        if isLoopback { curl_set_string(handle, CURLOPT_PROXY, "") }
    }

    private func set(_ option: CURLoption, _ text: String) {
        _ = OSText.withCString(text) { curl_set_string(handle, option, $0) }
    }

    private func setMethod(_ request: HTTPRequest) throws(Refused) {
        let method = request.method?.uppercased()
        if let method, !method.utf8.allSatisfy({ (65...90).contains($0) || $0 == 45 }) {
            throw Refused(text: "bad method")
        }
        if let data = request.data {
            curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(OSText.bytes(of: data).count))
            set(CURLOPT_COPYPOSTFIELDS, data)
            if let method, method != "POST" { set(CURLOPT_CUSTOMREQUEST, method) }
            return
        }
        switch method {
        case nil, "GET": break
        case "HEAD": curl_set_long(handle, CURLOPT_NOBODY, 1)
        case "POST":
            curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0)
            curl_set_string(handle, CURLOPT_COPYPOSTFIELDS, "")
        case let method?: set(CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func setHeaders(_ request: HTTPRequest) throws(Refused) {
        // Without this, libcurl waits a second for permission before it sends a long body.
        var lines = ["Expect:"]
        for header in request.headers {
            let value = header.value.trimmingBlanks()
            guard Self.isToken(header.name), !value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else {
                throw Refused(text: "bad header \(header.name)")
            }
            lines.append(value.isEmpty ? "\(header.name);" : "\(header.name): \(value)")
        }
        curl_set_list(handle, CURLOPT_HTTPHEADER, try list(lines))
    }

    /// Tells libcurl where the host is, in place of what it would find.
    private func setAddresses(_ addresses: [String], of host: String, port: Int) throws(Refused) {
        guard !addresses.isEmpty else { return }
        let name = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        let places = addresses.map { Host($0).bracketed }.joined(separator: ",")
        // Versions of libcurl differ in whether they keep a dot at the end.
        curl_set_list(handle, CURLOPT_RESOLVE, try list(["\(name):\(port):\(places)", "\(name).:\(port):\(places)"]))
    }

    /// A list that lives as long as the transfer.
    private func list(_ lines: [String]) throws(Refused) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = OSText.withCString(line, { curl_slist_append(list, $0) }) else {
                curl_slist_free_all(list)
                throw Refused(text: "out of memory")
            }
            list = longer
        }
        if let list { lists.append(list) }
        return list
    }

    private func setSecurity(_ request: HTTPRequest) {
        if let ca = request.ca {
            set(CURLOPT_CAINFO, ca)
            curl_set_string(handle, CURLOPT_CAPATH, nil)
            // Read anew each time: a step may just have replaced it.
            curl_set_long(handle, CURLOPT_CA_CACHE_TIMEOUT, 0)
        } else {
            // The system's bundle takes tens of milliseconds to parse, which is too much for every probe.
            curl_set_long(handle, CURLOPT_CA_CACHE_TIMEOUT, 30)
        }
        if let cert = request.cert { set(CURLOPT_SSLCERT, cert) }
        if let key = request.key { set(CURLOPT_SSLKEY, key) }
        if request.insecure {
            curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
            curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    /// A header's name: RFC 9110's token.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        receivedCount += bytes.count
        switch appetite {
        case .body:
            guard receivedCount <= HTTPRequest.longestBody else {
                isOverlong = true
                return 0
            }
            received.append(contentsOf: bytes)
        case .status:
            guard receivedCount <= HTTPRequest.politeness else {
                isSated = true
                return 0
            }
        }
        return bytes.count
    }

    /// The status line's code, 0 before it arrived.
    var status: Int { curl_get_long(handle, CURLINFO_RESPONSE_CODE) }

    /// What it came to, once libcurl reported `code`.
    func outcome(_ code: CURLcode) -> TransferOutcome {
        if connectsOnly, code == CURLE_OK {
            let connection = connection
            // A connection to a free port of one's own machine may, by chance, be given that very port as its own end,
            // and is then connected to itself although nobody listens.
            let isItself =
                connection.local == connection.remote
                && curl_get_long(handle, CURLINFO_LOCAL_PORT) == connection.remotePort
            return isItself ? .failed(AnswerText.refused) : .connected(connection)
        }
        isClean = code == CURLE_OK && curl_get_long(handle, CURLINFO_OS_ERRNO) == 0
        if code == CURLE_OK || isSated || isOverlong {
            return .response(HTTPResponse(status: status, body: received, isOverlong: isOverlong))
        }
        let fault = TransferFault(
            code: code, system: Int32(curl_get_long(handle, CURLINFO_OS_ERRNO)), detail: String(cString: errorText),
            status: status)
        return .failed(fault.text)
    }

    /// The ends of the connection; empty texts where libcurl cannot tell.
    private var connection: OpenConnection {
        let text = { (info: CURLINFO) in curl_get_string(self.handle, info).map { String(cString: $0) } ?? "" }
        return OpenConnection(
            local: text(CURLINFO_LOCAL_IP), remote: text(CURLINFO_PRIMARY_IP),
            remotePort: curl_get_long(handle, CURLINFO_PRIMARY_PORT))
    }
}

extension String {
    /// Without blanks and line ends at either end, such as the newline a secret's file ends with.
    fileprivate func trimmingBlanks() -> String {
        let blank: (Character) -> Bool = { $0.isWhitespace || $0.isNewline }
        return String(drop(while: blank).reversed().drop(while: blank).reversed())
    }
}
