import Glibc
import Synchronization

/// A scripted name server over UDP on loopback.
final class NameServer: Sendable {
    struct Record: Sendable {
        var type: Int
        var data: [UInt8]

        static func a(_ d: UInt8) -> Record { Record(type: 1, data: [127, 0, 0, d]) }
        /// `node.test` as the target; enough for what is only counted.
        static func srv(port: Int) -> Record {
            let number: (Int) -> [UInt8] = { [UInt8($0 >> 8), UInt8($0 & 255)] }
            return Record(type: 33, data: number(1) + number(1) + number(port) + NameServer.wire("node.test"))
        }
        static func cname(_ name: String) -> Record { Record(type: 5, data: NameServer.wire(name)) }
    }

    enum Reply: Sendable {
        case records([Record])
        /// A response code: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED, …
        case code(Int)
        /// Nothing is said.
        case silence
        /// An answer that promises more than it has.
        case broken
    }

    struct Asked: Hashable, Sendable {
        var name: String
        var type: Int
    }

    let port: Int
    private let socket: Int32
    private let script: @Sendable (Asked) -> Reply
    private let state = Mutex((isStopped: false, asked: [Asked]()))

    init(_ script: @escaping @Sendable (Asked) -> Reply) throws {
        let (socket, port) = try Socket.datagram()
        self.socket = socket.descriptor
        self.port = port
        self.script = script
        Background.run { self.serve() }
    }

    var address: String { "127.0.0.1:\(port)" }
    var asked: [Asked] { state.withLock { $0.asked } }
    func stop() { state.withLock { $0.isStopped = true } }

    private func serve() {
        while !state.withLock({ $0.isStopped }) {
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 20) > 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: 4096)
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                    let count = recvfrom(socket, &bytes, bytes.count, 0, peer, &length)
                    guard count > 12, let answer = answer(to: Array(bytes[..<count])) else { return }
                    sendto(socket, answer, answer.count, 0, peer, length)
                }
            }
        }
        close(socket)
    }

    private func answer(to query: [UInt8]) -> [UInt8]? {
        var labels: [String] = []
        var position = 12
        while position < query.count, query[position] > 0 {
            let end = position + 1 + Int(query[position])
            guard end < query.count else { return nil }
            labels.append(String(decoding: query[(position + 1)..<end], as: UTF8.self))
            position = end
        }
        guard position + 5 <= query.count else { return nil }
        let type = Int(query[position + 1]) << 8 | Int(query[position + 2])
        let asked = Asked(name: labels.joined(separator: ".").lowercased(), type: type)
        state.withLock { $0.asked.append(asked) }
        let question = query[12..<(position + 5)]
        func message(_ code: Int, _ count: Int, _ rest: [UInt8]) -> [UInt8] {
            let header: [UInt8] = [query[0], query[1], 0x81, 0x80 | UInt8(code), 0, 1, 0, UInt8(count), 0, 0, 0, 0]
            return header + question + rest
        }
        switch script(asked) {
        case .silence: return nil
        case .code(let code): return message(code, 0, [])
        case .broken: return message(0, 1, [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 200, 1])
        case .records(let records):
            let wire = records.flatMap { record -> [UInt8] in
                let head: [UInt8] = [0xc0, 12, 0, UInt8(record.type), 0, 1, 0, 0, 0, 0]
                return head + [UInt8(record.data.count >> 8), UInt8(record.data.count & 255)] + record.data
            }
            return message(0, records.count, wire)
        }
    }

    private static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
