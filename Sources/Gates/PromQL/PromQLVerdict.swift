import Execution
import FoundationEssentials
import Model

/// What a `promql` question asks of a server, and what the server's answer means.
struct PromQLVerdict {
    var question: PromQLQuestion<String>

    /// Queries up to this many bytes, once encoded, go into the address, as any server and proxy allows; longer ones
    /// into a body.
    static let longestInAddress = 4096

    var request: HTTPRequest {
        var base = question.url
        while base.hasSuffix("/") { base.removeLast() }
        let query = "query=\(Self.encoded(question.query))"
        var request = HTTPRequest(url: "\(base)/api/v1/query")
        if query.utf8.count <= Self.longestInAddress {
            request.url += "?\(query)"
        } else {
            request.data = query
        }
        request.appetite = .body
        return request
    }

    func answer(_ response: HTTPResponse) -> Answer {
        if response.isOverlong { return .no("\(response.status), body over 8 MiB") }
        let reply = try? JSONDecoder().decode(PromQLReply.self, from: Data(response.body))
        guard (200...299).contains(response.status), let reply, reply.status == "success" else {
            if let kind = reply?.errorType { return .no("\(response.status), \(kind): \(reply?.error ?? "")") }
            let isSuccess = (200...299).contains(response.status)
            return .no(isSuccess ? "\(response.status), not an answer of Prometheus" : "\(response.status)")
        }
        switch reply.data {
        case nil: return .no("\(response.status), not an answer of Prometheus")
        case .other(let kind): return .no("\(response.status), \(kind) in place of samples")
        case .samples(let samples): return answer(samples)
        }
    }

    private func answer(_ samples: [PromQLReply.Sample]) -> Answer {
        guard !samples.isEmpty else { return .no("no samples") }
        let noun = samples.count == 1 ? "sample" : "samples"
        guard let comparison = question.comparison, let bound = question.bound else {
            return .yes("\(samples.count) \(noun)")
        }
        let misses = samples.filter { !Self.holds($0.number, comparison, bound) }
        let hits = samples.count - misses.count
        let text = "\(hits) of \(samples.count) \(noun) \(comparison.rawValue) \(Self.text(bound))"
        guard let miss = misses.first else { return .yes(text) }
        return .no("\(text) (\(miss.text))")
    }

    /// What is not a number compares to nothing, not even as different.
    static func holds(_ value: Double?, _ comparison: Comparison, _ bound: Double) -> Bool {
        guard let value, !value.isNaN else { return false }
        return switch comparison {
        case .equal: value == bound
        case .notEqual: value != bound
        case .atLeast: value >= bound
        case .atMost: value <= bound
        case .greater: value > bound
        case .less: value < bound
        }
    }

    static func text(_ bound: Double) -> String {
        let text = "\(bound)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Percent-encoded for a form or the query of an address (RFC 3986's unreserved characters stay).
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
