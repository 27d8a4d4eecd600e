import Glibc
import Model

/// A host as it is written: a name or a numeric address, without brackets.
struct Host: Equatable {
    var text: String

    init(_ text: String) { self.text = text }

    /// `localhost` and everything below it: this machine, whatever a name server says (RFC 6761).
    var isLocalName: Bool {
        // By parts, which nothing that stands beside a dot can melt into.
        let parts = text.lowercased().parts(at: ".")
        return (parts.last == "" ? parts.dropLast() : parts[...]).last == "localhost"
    }

    var isIPv4: Bool {
        var address = [UInt8](repeating: 0, count: 4)
        return inet_pton(AF_INET, text, &address) == 1
    }

    var isIPv6: Bool { ipv6Bytes != nil }

    /// The sixteen bytes of an IPv6 address; nil for anything else.
    var ipv6Bytes: [UInt8]? {
        var address = [UInt8](repeating: 0, count: 16)
        // A zone (`fe80::1%eth0`) is not part of the address proper.
        return inet_pton(AF_INET6, String(text.parts(at: "%")[0]), &address) == 1 ? address : nil
    }

    var isNumeric: Bool { isIPv4 || isIPv6 }

    var isLoopback: Bool {
        isLocalName || isIPv4 && (text.hasPrefix("127.") || text == "0.0.0.0") || text == "::1" || text == "::"
    }

    /// With brackets where a port could follow.
    var bracketed: String { isIPv6 ? "[\(text)]" : text }
}

/// `HOST:PORT`, `[::1]:80`, and where a port is not needed also `HOST` and `::1`.
struct HostPort: Equatable {
    var host: Host
    /// 1…65535.
    var port: Int

    /// Nil when it is not one.
    init?(_ text: String, defaultPort: Int? = nil) {
        let name: Substring
        let digits: Substring?
        let scalars = text.unicodeScalars
        if scalars.first == "[" {
            guard let end = scalars.firstIndex(of: "]") else { return nil }
            name = Substring(scalars[..<end].dropFirst())
            let rest = scalars[end...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return nil }
            digits = rest.isEmpty ? nil : Substring(rest.dropFirst())
            guard Host(String(name)).isIPv6 else { return nil }
        } else if Host(text).isIPv6 {
            name = text[...]
            digits = nil
        } else {
            let parts = text.parts(at: ":")
            guard parts.count <= 2 else { return nil }
            name = parts[0]
            digits = parts.count == 2 ? parts[1] : nil
        }
        guard Self.isPlausible(name) else { return nil }
        host = Host(String(name))
        if let digits {
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                (1...65535).contains(number)
            else { return nil }
            port = number
        } else {
            guard let defaultPort else { return nil }
            port = defaultPort
        }
    }

    /// Nothing that could end the host where it is put into a URL or a list.
    private static func isPlausible(_ name: Substring) -> Bool {
        !name.isEmpty && name.utf8.count <= 255
            && name.utf8.allSatisfy { $0 > 32 && $0 != 127 && !"/?#@,[]\\".utf8.contains($0) }
    }
}

extension HostPort: CustomStringConvertible {
    var description: String { "\(host.bracketed):\(port)" }
}
