import Foundation
import Glibc
import Testing

/// scripts/free-ports, on which the tests of services and the demo lean.
@Suite("Free ports")
struct FreePortsTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../scripts/free-ports").standardizedFileURL.path

    @Test("what one holds no other gets, until it lets go or is killed")
    func held() throws {
        let desk = try Desk()
        let reply = try desk.bash(
            """
            coproc holder { exec "\(Self.script)" --hold 2; }
            read -r one <&"${holder[0]}"; read -r two <&"${holder[0]}"
            given() { "\(Self.script)" --among "$1-$1" 2>/dev/null || echo none; }
            given "$one"; given "$two"
            kill -KILL "$holder_PID"; wait "$holder_PID" 2>/dev/null
            [ "$(given "$one")" = "$one" ] && [ "$(given "$two")" = "$two" ] && echo both
            """)
        #expect(reply.out == "none\nnone\nboth\n", "\(reply.all)")
    }

    @Test("a port that somebody listens on is not free, at whatever address")
    func taken() throws {
        for address in ["127.0.0.1", "0.0.0.0"] {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            inet_pton(AF_INET, address, &name.sin_addr)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isBound)
            let desk = try Desk()
            let port = UInt16(bigEndian: name.sin_port)
            #expect(try desk.bash("\"\(Self.script)\" --is-free \(port)").status == 1)
        }
    }
}
