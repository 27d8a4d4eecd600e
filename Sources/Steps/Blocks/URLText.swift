/// Checks of URLs and addresses that need no network.
enum URLText {
    struct Problem: Equatable {
        var message: String
        var hint: String?
    }

    /// - Parameter isWhole: false when outputs follow, so that only the beginning is known.
    static func problem(of text: String, isWhole: Bool) -> Problem? {
        let shown = text.count > 60 ? String(text.prefix(60)) + "…" : text
        guard let colon = text.firstRange(of: "://") else {
            return Problem(message: "`\(shown)` has no scheme", hint: "write `http://\(shown)`")
        }
        let scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            return Problem(
                message: "gates speak http and https, not `\(scheme)`",
                hint: scheme == "tcp" ? "use a `tcp: HOST:PORT` gate" : nil)
        }
        if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            return Problem(message: "`\(shown)` contains a space or control character", hint: "write a space as `%20`")
        }
        let rest = text[colon.upperBound...]
        var authority = rest.prefix { !"/?#".contains($0) }
        let isCut = !isWhole && authority.endIndex == text.endIndex
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if isCut { return nil }
        let port: Substring
        let host: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else {
                return Problem(message: "`\(shown)` has an address whose `[` is not closed")
            }
            host = authority[..<close]
            port = authority[authority.index(after: close)...]
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority[host.endIndex...]
        }
        if host.isEmpty || host == "[" { return Problem(message: "`\(shown)` has no host") }
        if !port.isEmpty, !isPort(port.dropFirst()) || port.first != ":" {
            return Problem(message: "`\(shown)` has no usable port", hint: "a port is a number from 1 to 65535")
        }
        return nil
    }

    /// `HOST:PORT`, with `[…]` around an IPv6 address.
    static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), isPort(text[text.index(after: colon)...]) else { return false }
        let host = text[..<colon]
        guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "/" }) else { return false }
        if host.hasPrefix("[") { return host.hasSuffix("]") && host.count > 2 }
        return !host.contains(":")
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.utf8.count <= 5, text.utf8.allSatisfy(Names.isDigit), let port = Int(text) else { return false }
        return (1...65_535).contains(port)
    }
}
