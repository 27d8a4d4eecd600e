import Model

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
        let rest = text[colon.upperBound...].unicodeScalars
        var scalars = rest.prefix { !"/?#".unicodeScalars.contains($0) }
        let isCut = !isWhole && scalars.endIndex == text.endIndex
        if let at = scalars.lastIndex(of: "@") { scalars = scalars[scalars.index(after: at)...] }
        if isCut { return nil }
        let port: Substring.UnicodeScalarView
        let host: Substring.UnicodeScalarView
        if scalars.first == "[" {
            guard let close = scalars.firstIndex(of: "]") else {
                return Problem(message: "`\(shown)` has an address whose `[` is not closed")
            }
            host = scalars[..<close]
            port = scalars[scalars.index(after: close)...]
        } else {
            host = scalars.prefix { $0 != ":" }
            port = scalars[host.endIndex...]
        }
        if host.isEmpty || host.elementsEqual(["["]) { return Problem(message: "`\(shown)` has no host") }
        if !port.isEmpty, !isPort(Substring(port.dropFirst())) || port.first != ":" {
            return Problem(message: "`\(shown)` has no usable port", hint: "a port is a number from 1 to 65535")
        }
        return nil
    }

    /// `HOST:PORT`, with `[…]` around an IPv6 address.
    static func isAddress(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let colon = scalars.lastIndex(of: ":"), isPort(Substring(scalars[scalars.index(after: colon)...])) else {
            return false
        }
        let host = scalars[..<colon]
        guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "/" }) else { return false }
        if host.first == "[" { return host.last == "]" && host.count > 2 }
        return !host.contains(":")
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.utf8.count <= 5, text.utf8.allSatisfy(Names.isDigit), let port = Int(text) else { return false }
        return (1...65_535).contains(port)
    }
}
