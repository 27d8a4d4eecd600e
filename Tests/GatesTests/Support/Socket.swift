import Glibc

/// A listening or datagram socket on loopback for servers inside the test process.
struct Socket {
    struct Failure: Error {
        var what: String
        var code: Int32
    }

    var descriptor: Int32

    /// A TCP listener on a free port of 127.0.0.1.
    static func listening(backlog: Int32 = 4096) throws -> (Socket, port: Int) {
        let socket = try make(AF_INET, SOCK_STREAM)
        let port = try bindToLoopback(socket)
        guard listen(socket, backlog) == 0 else { throw Failure(what: "listen", code: errno) }
        return (Socket(descriptor: socket), port)
    }

    /// A UDP socket on a free port of 127.0.0.1.
    static func datagram() throws -> (Socket, port: Int) {
        let socket = try make(AF_INET, SOCK_DGRAM)
        return (Socket(descriptor: socket), try bindToLoopback(socket))
    }

    /// A stream listener at a path.
    static func listening(at path: String) throws -> Socket {
        let socket = try make(AF_UNIX, SOCK_STREAM)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(socket, 64) == 0 else { throw Failure(what: "bind \(path)", code: errno) }
        return Socket(descriptor: socket)
    }

    /// A port of 127.0.0.1 on which nobody listens: bound, so that nobody else gets it.
    static func deaf() throws -> (Socket, port: Int) {
        let socket = try make(AF_INET, SOCK_STREAM)
        return (Socket(descriptor: socket), try bindToLoopback(socket))
    }

    private static func make(_ family: Int32, _ type: __socket_type) throws -> Int32 {
        let descriptor = socket(family, Int32(type.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket", code: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func bindToLoopback(_ socket: Int32) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
            }
        }
        guard code == 0 else { throw Failure(what: "bind", code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
