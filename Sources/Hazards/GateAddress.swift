import Model

/// The address a gate asks, and how much it asks there.
struct GateAddress: Hashable {
    /// How much an answer tells, from least to most.
    enum Strength: Int, Comparable {
        case opens, answers, content

        static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
    }

    /// `host:port`, lower case.
    var address: String
    var strength: Strength

    /// Nil for gates that ask no address, and where an output is part of it.
    init?(_ gate: Gate) {
        switch gate.question {
        case .tcp(let target):
            guard let text = target.constant?.lowercased() else { return nil }
            self.init(address: text, strength: .opens)
        case .http(let http):
            guard http.unix == nil, let url = http.url.constant, let address = Self.authority(of: url) else {
                return nil
            }
            self.init(address: address, strength: http.jq == nil && http.body == nil ? .answers : .content)
        case .promql(let promql):
            guard let url = promql.url.constant, let address = Self.authority(of: url) else { return nil }
            self.init(address: address, strength: .content)
        case .dns(let dns):
            guard let server = dns.server?.constant?.lowercased() else { return nil }
            self.init(address: server, strength: .content)
        case .command, .file, .log, .process: return nil
        }
    }

    private init(address: String, strength: Strength) {
        self.address = address
        self.strength = strength
    }

    /// `host:port` of an http or https URL, with the port that the scheme implies.
    static func authority(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        var scalars = url[scheme.upperBound...].unicodeScalars.prefix { !"/?#".unicodeScalars.contains($0) }
        if let at = scalars.lastIndex(of: "@") { scalars = scalars[scalars.index(after: at)...] }
        guard !scalars.isEmpty else { return nil }
        let hasPort = scalars.last != "]" && scalars.contains(":")
        let port = url[..<scheme.lowerBound].lowercased() == "https" ? ":443" : ":80"
        return Substring(scalars).lowercased() + (hasPort ? "" : port)
    }

    /// Every `host:port` in a text, in order, without repetition.
    static func addresses(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        for colon in bytes.indices where bytes[colon] == UInt8(ascii: ":") {
            var end = colon + 1
            while end < bytes.count, Names.isDigit(bytes[end]), end - colon <= 6 { end += 1 }
            var start = colon
            while start > 0, isHost(bytes[start - 1]), colon - start < 255 { start -= 1 }
            guard end > colon + 1, end - colon <= 6, start < colon else { continue }
            let address = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
            if !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        Names.isLetter(byte) || Names.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}

/// Shell text with the values of params in the place of their names, as far as that is plain to see.
enum ParamText {
    static func expanded(_ text: String, _ params: [Param]) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")), !params.isEmpty else { return text }
        var values: [String: String] = [:]
        for param in params { values[param.name] = param.value }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let isBraced = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{")
            var end = index + (isBraced ? 2 : 1)
            let start = end
            while end < bytes.count, Names.isLetter(bytes[end]) || Names.isDigit(bytes[end]) || bytes[end] == 0x5F {
                end += 1
            }
            let isClosed = !isBraced || end < bytes.count && bytes[end] == UInt8(ascii: "}")
            if isClosed, let value = values[String(decoding: bytes[start..<end], as: UTF8.self)] {
                result += Array(value.utf8)
                index = end + (isBraced ? 1 : 0)
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
