import Model

/// Reads answers of name servers as they are on the wire (RFC 1035).
enum DNSMessage {
    /// Record types a question may ask for.
    static let types: [String: Int] = [
        "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    ]

    /// How many records of `type` the answer section holds; nil when the message is broken.
    static func count(of type: Int, in message: [UInt8]) -> Int? {
        var reader = Reader(bytes: message)
        guard reader.skip(4), let questions = reader.number(), let answers = reader.number(), reader.skip(4) else {
            return nil
        }
        for _ in 0..<questions {
            guard reader.skipName(), reader.skip(4) else { return nil }
        }
        var count = 0
        for _ in 0..<answers {
            guard reader.skipName(), let found = reader.number(), reader.skip(6), let length = reader.number(),
                reader.skip(length)
            else { return nil }
            if found == type { count += 1 }
        }
        return count
    }

    /// What to ask for the name of an address, such as `1.0.0.127.in-addr.arpa`; nil for what is no address.
    static func reverseName(of host: Host) -> String? {
        if host.isIPv4 {
            return host.text.words(at: ".").reversed().joined(separator: ".") + ".in-addr.arpa"
        }
        guard let bytes = host.ipv6Bytes else { return nil }
        let digits = bytes.flatMap { [$0 >> 4, $0 & 15] }.reversed().map { String($0, radix: 16) }
        return digits.joined(separator: ".") + ".ip6.arpa"
    }

    private struct Reader {
        var bytes: [UInt8]
        var position = 0

        /// Two bytes, most significant first.
        mutating func number() -> Int? {
            guard position + 2 <= bytes.count else { return nil }
            defer { position += 2 }
            return Int(bytes[position]) << 8 | Int(bytes[position + 1])
        }

        mutating func skip(_ count: Int) -> Bool {
            position += count
            return position <= bytes.count
        }

        /// Labels up to the root or to a pointer elsewhere.
        mutating func skipName() -> Bool {
            while position < bytes.count {
                let length = Int(bytes[position])
                if length & 0xc0 == 0xc0 { return skip(2) }
                guard length < 64, skip(1 + length) else { return false }
                if length == 0 { return true }
            }
            return false
        }
    }
}
