import Testing

@testable import Processes

/// What the kernel's tables say of who listens.
@Suite struct ListeningSocketsTests {
    private static func table(_ lines: String...) -> [UInt8] {
        Array(
            ("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
                + lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func line(_ local: String, _ state: String, _ inode: Int) -> String {
        "   0: \(local) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000   101        0 \(inode) 1 0 100"
    }

    private static let any6 = "00000000000000000000000000000000"

    @Test("a socket bound to the address, in the words of the table")
    func exact() {
        let sockets = ListeningSockets(tables: [
            Self.table(Self.line("0100007F:1F90", "0A", 11), Self.line("0200007F:1F90", "0A", 12)), Self.table(),
        ])
        #expect(sockets.inodes(at: "127.0.0.1", port: 8080) == [11])
        #expect(sockets.inodes(at: "127.0.0.2", port: 8080) == [12])
        #expect(sockets.inodes(at: "127.0.0.3", port: 8080) == [])
        #expect(sockets.inodes(at: "127.0.0.1", port: 8081) == [])
    }

    @Test("connections are not sockets that listen")
    func connections() {
        let sockets = ListeningSockets(tables: [Self.table(Self.line("0100007F:1F90", "01", 11)), Self.table()])
        #expect(sockets.inodes(at: "127.0.0.1", port: 8080) == [])
    }

    @Test("one that is bound to every address counts where none is bound to this one")
    func wildcard() {
        let sockets = ListeningSockets(tables: [
            Self.table(Self.line("00000000:0050", "0A", 11), Self.line("0100007F:0050", "0A", 12)),
            Self.table(Self.line("\(Self.any6):0050", "0A", 13)),
        ])
        #expect(sockets.inodes(at: "127.0.0.1", port: 80) == [12])
        #expect(sockets.inodes(at: "127.0.0.9", port: 80) == [11, 13])
        #expect(sockets.inodes(at: "::1", port: 80) == [13])
    }

    @Test("IPv6, and IPv4 within it")
    func six() {
        let sockets = ListeningSockets(tables: [
            Self.table(),
            Self.table(
                Self.line("00000000000000000000000001000000:0050", "0A", 21),
                Self.line("0000000000000000FFFF00000100007F:0051", "0A", 22)),
        ])
        #expect(sockets.inodes(at: "::1", port: 80) == [21])
        #expect(sockets.inodes(at: "::1%lo", port: 80) == [21])
        #expect(sockets.inodes(at: "127.0.0.1", port: 81) == [22])
    }

    @Test("nonsense is nobody's", arguments: ["", "localhost", "127.0.0.1:80"])
    func nonsense(address: String) {
        let sockets = ListeningSockets(tables: [Self.table("", "rubbish", Self.line("00000000:0050", "0A", 0)), []])
        #expect(sockets.inodes(at: address, port: 80) == [])
        #expect(sockets.inodes(at: "127.0.0.1", port: 80) == [])
    }
}
