import Glibc
import Synchronization

/// A scripted HTTP server on loopback: one thread, any number of connections, one request each.
final class HTTPServer: Sendable {
    struct Request: Sendable {
        var method = ""
        var target = ""
        var headers: [String: String] = [:]
        var body = ""
    }

    enum Reply: Sendable {
        case answer(Int, String, headers: [String] = [])
        /// These bytes, then the connection is closed.
        case raw(String)
        /// The connection is closed without a word.
        case close
        /// These bytes, and then nothing more is ever said.
        case stall(String)
        /// The answer is held back until so many requests are waiting at once.
        case together(Int, Int, String)
    }

    private struct Connection {
        var descriptor: Int32
        var input: [UInt8] = []
        var output: ArraySlice<UInt8> = []
        var closesAfterwards = false
        var isWaiting = false
    }

    private struct State {
        var isStopped = false
        var requests: [Request] = []
        var accepted = 0
        var hungUp = 0
    }

    let port: Int
    private let listener: Int32
    private let script: @Sendable (Request) -> Reply
    private let state = Mutex(State())

    init(_ script: @escaping @Sendable (Request) -> Reply) throws {
        let (socket, port) = try Socket.listening()
        self.port = port
        listener = socket.descriptor
        self.script = script
        start()
    }

    init(at path: String, _ script: @escaping @Sendable (Request) -> Reply) throws {
        port = 0
        listener = try Socket.listening(at: path).descriptor
        self.script = script
        start()
    }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    var requests: [Request] { state.withLock { $0.requests } }
    var accepted: Int { state.withLock { $0.accepted } }
    /// Connections that the other side closed before they were answered.
    var hungUp: Int { state.withLock { $0.hungUp } }

    /// The thread ends soon; connections are closed with it.
    func stop() { state.withLock { $0.isStopped = true } }

    private func start() {
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        Background.run { self.serve() }
    }

    private func serve() {
        var connections: [Connection] = []
        while !state.withLock({ $0.isStopped }) {
            var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            for connection in connections {
                let events = connection.output.isEmpty ? POLLIN : POLLIN | POLLOUT
                polls.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
            }
            guard poll(&polls, nfds_t(polls.count), 20) > 0 else { continue }
            for index in connections.indices where polls[index + 1].revents != 0 {
                advance(&connections[index])
            }
            release(&connections)
            connections.removeAll { $0.descriptor < 0 }
            while polls[0].revents != 0 {
                let accepted = accept(listener, nil, nil)
                guard accepted >= 0 else { break }
                _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
                state.withLock { $0.accepted += 1 }
                connections.append(Connection(descriptor: accepted))
            }
        }
        for connection in connections { close(connection.descriptor) }
        close(listener)
    }

    private func advance(_ connection: inout Connection) {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = read(connection.descriptor, &bytes, bytes.count)
        if count == 0 || count < 0 && errno != EAGAIN { return hangUp(&connection) }
        if count > 0 {
            connection.input += bytes[..<count]
            if let request = parse(connection.input) {
                state.withLock { $0.requests.append(request) }
                connection.input = []
                reply(to: request, on: &connection)
            }
        }
        write(&connection)
    }

    private func write(_ connection: inout Connection) {
        while !connection.output.isEmpty {
            let count = connection.output.withUnsafeBytes {
                send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN ? () : hangUp(&connection) }
            connection.output = connection.output.dropFirst(count)
        }
        if connection.closesAfterwards { end(&connection) }
    }

    private func hangUp(_ connection: inout Connection) {
        state.withLock { $0.hungUp += 1 }
        end(&connection)
    }

    private func end(_ connection: inout Connection) {
        close(connection.descriptor)
        connection.descriptor = -1
    }

    private func reply(to request: Request, on connection: inout Connection) {
        switch script(request) {
        case .answer(let status, let body, let headers):
            connection.output = Self.response(status, request.method == "HEAD" ? nil : body, headers)
        case .raw(let text):
            connection.output = Array(text.utf8)[...]
            connection.closesAfterwards = true
        case .close: connection.closesAfterwards = true
        case .stall(let text): connection.output = Array(text.utf8)[...]
        case .together(let wanted, let status, let body):
            connection.isWaiting = true
            connection.output = []
            together.withLock { $0 = (wanted, status, body) }
        }
    }

    private let together = Mutex((0, 0, ""))

    private func release(_ connections: inout [Connection]) {
        let (wanted, status, body) = together.withLock { $0 }
        guard wanted > 0, connections.count(where: { $0.isWaiting && $0.descriptor >= 0 }) >= wanted else { return }
        for index in connections.indices where connections[index].isWaiting && connections[index].descriptor >= 0 {
            connections[index].isWaiting = false
            connections[index].output = Self.response(status, body, [])
        }
    }

    private static func response(_ status: Int, _ body: String?, _ headers: [String]) -> ArraySlice<UInt8> {
        var lines = ["HTTP/1.1 \(status) Scripted"] + headers
        lines.append("Content-Length: \(body?.utf8.count ?? 0)")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)[...]
    }

    /// Nil while the request is not complete.
    private func parse(_ input: [UInt8]) -> Request? {
        let text = String(decoding: input, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        var request = Request()
        for (index, line) in text[..<end.lowerBound].split(separator: "\r\n").enumerated() {
            if index == 0 {
                let words = line.split(separator: " ")
                guard words.count == 3 else { return nil }
                request.method = String(words[0])
                request.target = String(words[1])
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                request.headers[line[..<colon].lowercased()] = String(value)
            }
        }
        request.body = String(text[end.upperBound...])
        let length = request.headers["content-length"].flatMap(Int.init) ?? 0
        return request.body.utf8.count < length ? nil : request
    }
}

/// Threads outside Swift's pool, for servers and other helpers that wait.
enum Background {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func run(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(body)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context)
        precondition(code == 0, "no thread for a test's server")
        pthread_detach(thread)
    }
}
